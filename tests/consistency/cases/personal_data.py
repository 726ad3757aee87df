"""What people correct, accept and erase of their own data."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app import clock
from app.domain.terms import TERMS_VERSION
from tests.consistency.case import NOBODY, Case
from tests.consistency.world import World
from tests.factories import PASSWORD


def new_email_confirmed(_session: Session, world: World) -> None:
    world.new_email.used_at = clock.now()


def terms_changed(_session: Session, world: World) -> None:
    world.people.professional.account.terms_version = "2020-01"


CASES = (
    Case(
        "personal_data.correct",
        "professional",
        NOBODY,
        good={"nom": "Marchal-Roux", "prenom": "Sophie", "telephone": "04 90 00 00 00"},
        bad={"nom": ""},
    ),
    Case(
        "personal_data.new_email",
        "professional",
        NOBODY,
        good={"email": "sophie.neuve@essai.example", "mot_de_passe": PASSWORD},
        bad={"email": "sophie"},
    ),
    Case("personal_data.confirm_new_email", NOBODY, None, too_late=new_email_confirmed, late=410),
    Case(
        "personal_data.erase",
        "professional",
        NOBODY,
        good={"compris": "y", "mot_de_passe": PASSWORD},
        bad={"compris": ""},
    ),
    Case(
        "personal_data.accept",
        "professional",
        NOBODY,
        good={"version": TERMS_VERSION, "accepte": "y"},
        bad={"accepte": ""},
        before=terms_changed,
    ),
)
