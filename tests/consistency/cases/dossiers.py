"""Dossiers collaboratifs, from opening to sending. That of the world is a draft of the référent, with nothing said."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import clock
from app.models import BoxDraft, Dossier, DossierBox, DossierSheet
from tests.consistency.case import Case
from tests.consistency.world import DOSSIER, ITS_PAGE, ITS_UNIT, World

OPENING = {"nom": "Peuplement d’automne", "finess": "840021281"}
DETAILS = {"nom": "Automne", "notes": "Appeler la mairie", "version": "1"}
PAGE = {"phone": "+33465719901", "street": "1 rue des Essais", "postcode": "84200", "city": "Carpentras"}
PHONE = {"channel": "2", "value": "+33490000001", "extension": None, "usage": None, "level": 1}
WHOLE: dict[str, dict[str, Any]] = {
    "coordonnees": PAGE,
    "identite": {"name": "CPTS du Comtat Venaissin"},
    "offre": {"type_code": "255", "name": "Équipe", "activity_field_code": "05", "care_mode_code": "58"},
    "activites": {"activities": ["471"]},
    "public": {"min_age": 0, "min_age_unit": "a", "max_age": 150, "max_age_unit": "a"},
    "contacts": {"contacts": [{"nature": "06", "level": 1, "telecoms": [PHONE]}]},
    "zone": {"communes": ["84031"]},
}


def cancelled(session: Session, _world: World) -> None:
    session.execute(sa.update(Dossier).where(Dossier.id == DOSSIER).values(status="cancelled"))


def frozen(session: Session, _world: World) -> None:
    session.execute(sa.update(Dossier).where(Dossier.id == DOSSIER).values(status="to_approve"))


def saved_by_a_colleague(session: Session, _world: World) -> None:
    here = (DossierBox.sheet_id == ITS_PAGE, DossierBox.box == "coordonnees")
    session.execute(sa.update(DossierBox).where(*here).values(version=2))


def renamed(session: Session, _world: World) -> None:
    session.execute(sa.update(Dossier).where(Dossier.id == DOSSIER).values(version=2))


def whole(session: Session, _world: World) -> None:
    """Everything is said, nothing is final."""
    for box, said in WHOLE.items():
        rows = session.scalars(
            sa.select(DossierBox).where(DossierBox.sheet_id.in_((ITS_PAGE, ITS_UNIT)), DossierBox.box == box)
        )
        for row in rows:
            row.values = {**row.values, **said}


def final(session: Session, world: World) -> None:
    whole(session, world)
    signed = {
        "state": "final",
        "finalised_at": clock.now(),
        "finalised_by_account_id": world.people.referent.account.id,
    }
    session.execute(sa.update(DossierSheet).where(DossierSheet.dossier_id == DOSSIER).values(**signed))


def being_typed(session: Session, world: World) -> None:
    draft = BoxDraft(account_id=world.people.referent.account.id, sheet=f"fiche-{ITS_PAGE}", box="coordonnees")
    draft.fields, draft.base_version, draft.saved_at = [["site", "cpts.example"]], 1, clock.now()
    session.add(draft)


def of_the_unit(_world: World) -> dict[str, Any]:
    return {"dossier_id": DOSSIER, "sheet_id": ITS_UNIT}


def coordinates(_world: World) -> dict[str, Any]:
    return {"dossier_id": DOSSIER, "sheet_id": ITS_PAGE, "box": "coordonnees"}


def write(endpoint: str, **more: Any) -> Case:
    """By those of the CPTS, while it is a draft."""
    return Case(f"dossiers.{endpoint}", "referent", "other_referent", **{"too_late": frozen, **more})


CASES = (
    Case(
        "dossiers.create",
        "referent",
        "other_referent",
        good=OPENING,
        bad={"nom": " "},
        before=cancelled,
        too_late=lambda session, _world: session.execute(sa.update(Dossier).values(status="draft")),
    ),
    write("save", good=DETAILS, bad={"nom": " "}, too_late=renamed),
    write("create_units", good={"nombre": "3"}, bad={"nombre": "21"}),
    write("finalise", before=whole),
    write("submit", before=final),
    write("reopen", before=frozen, too_late=cancelled),
    write("cancel", too_late=cancelled),
    write("finalise_one", before=whole),
    write("remove", arguments=of_the_unit),
    write(
        "save_in_box",
        good={"telephone": "04 65 71 99 02", "version": "1"},
        bad={"telephone": "pas un numéro"},
        arguments=coordinates,
        too_late=saved_by_a_colleague,
    ),
    write("keep_in_box", good={"site": "cpts.exa", "version": "1"}, arguments=coordinates, works=200),
    write("drop_in_box", arguments=coordinates, before=being_typed, too_late=None),
    Case("dossiers.tips", "professional", None, good={"afficher": "0"}),
)
