"""The other CPTS of the world: what each part of an address stands for there (test_matrix.py tries both)."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from app.models import Mandate
from tests import factories
from tests.consistency.world import World
from tests.personas import Persona

OF_NO_CPTS = {
    "account_id", "banner_id", "box", "campaign_id", "departement", "document_id", "field", "filename", "handle",
    "insee", "move_id", "passkey_id", "person_id", "resource_id", "resource_type", "sitemap", "slug",
    "special_id", "tile_id", "token",
}  # fmt: skip
"""Parts of an address that belong to a person, to the portal, or prove what they name."""


def placed(session: Session, world: World) -> dict[str, Any]:
    """Inserted once, on top of the world; a new part of an address that belongs to a CPTS gets its line here."""
    other, president = world.people.other, mandate_of(world.people.other_president)
    referent = mandate_of(world.people.other_referent)
    attached = factories.affiliation(session, factories.person(session), other.unit, president)
    paused = factories.referent_mandate(session, president, factories.person(session))
    dossier = factories.dossier(session, other.establishment, world.people.other_referent.account)
    claim = factories.presidency_request(session, other.establishment, factories.person(session))
    found = {
        "finess": other.finess,
        "unit_id": other.unit.id,
        "dossier_id": dossier.id,
        "message_id": factories.ledger_message(session, other.establishment).id,
        "revision_id": factories.revision(session, other.establishment, world.people.other_referent.account).id,
        "sheet_id": dossier.sheets[0].id,
        "mandate_id": referent.id,
        "nomination_id": factories.nomination(session, president).id,
        "request_id": factories.affiliation_request(session, other.unit).id,
        "affiliation_id": attached.id,
        "participation_id": factories.participation(session, attached).id,
        "notice_id": factories.succession_notice(session, claim, president).id,
        "review_id": factories.access_review(session, referent, attached).id,
        "suspension_id": factories.suspension(session, paused).id,
    }
    session.commit()
    return found


def mandate_of(persona: Persona) -> Mandate:
    assert persona.mandate is not None
    return persona.mandate
