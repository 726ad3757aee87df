"""Pro Santé Connect."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from app.models import ExternalIdentity
from tests import factories
from tests.consistency.case import NOBODY, Case
from tests.consistency.world import World
from tests.factories import PASSWORD


def claim_too_old(_session: Session, world: World) -> None:
    world.claim.created_at -= timedelta(hours=2)


def identity_linked(session: Session, world: World) -> None:
    factories.external_identity(session, world.people.professional.account)


def identity_unlinked(session: Session, world: World) -> None:
    session.query(ExternalIdentity).filter_by(account_id=world.people.professional.account.id).delete()


CASES = (
    Case(
        "identities.claim",
        NOBODY,
        None,
        good={"email": "neuve@essai.example"},
        bad={"email": "neuve"},
        too_late=claim_too_old,
        late=410,
    ),
    Case(
        "identities.mine",
        "professional",
        NOBODY,
        good={"mot_de_passe": PASSWORD},
        bad={"mot_de_passe": "un autre"},
        before=identity_linked,
        too_late=identity_unlinked,
    ),
)
