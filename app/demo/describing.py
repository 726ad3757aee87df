"""Descriptions as people of the demonstration write them: boxes corrected one by one, dossiers, a campaign.

What they type is authored: data/encadres.json (the Comtat's unit), data/fiches.json (CPTS → position of the sheet in
its dossier → box → values).
"""

from __future__ import annotations

import json
from datetime import timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.demo.registers import DATA
from app.domain.sheets.catalogue import SheetKind, find_box
from app.domain.sheets.values import Values
from app.models import Campaign, Dossier, DossierBox, DossierSheet, Establishment
from app.policies.actor import Actor
from app.queries.campaigns import overview
from app.queries.dossier_differences import read_dossier
from app.queries.sheets import SheetRef, read_sheet
from app.usecases.campaigns import CampaignWords, open_campaign, remind_stuck
from app.usecases.descriptions import update_box
from app.usecases.dossier_publication import publish_dossier
from app.usecases.dossier_review_steps import Verdict
from app.usecases.dossier_reviews import approve_dossier
from app.usecases.dossier_sheets import add_units, finalise_sheet, finalise_sheets, save_box
from app.usecases.dossiers import open_dossier, submit_dossier
from app.usecases.sheet_steps import Write
from app.working_days import day_of

DEPARTEMENTS = ("04", "05", "06", "13", "83", "84")
ZONE = "zone"


@cache
def _told(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((DATA / name).read_text(encoding="utf-8"))
    return told


def correct(actor: Actor, place: Establishment, unit_id: int, box: str) -> None:
    """One box of the unit, or of the establishment, at once public."""
    ref = SheetRef(place.finess, unit_id if find_box(SheetKind.UO, box) else None)
    values = read_sheet(ref)[box] | _told("encadres.json")[box]
    update_box(actor, place, write=Write(ref, box, values))


def shrink_zone(actor: Actor, place: Establishment, unit_id: int, insee: str) -> None:
    """One commune fewer, for a while."""
    ref = SheetRef(place.finess, unit_id)
    communes = [each for each in read_sheet(ref)[ZONE]["communes"] if each != insee]
    update_box(actor, place, write=Write(ref, ZONE, {"communes": communes}))


def grow_zone(actor: Actor, place: Establishment, unit_id: int, insee: str) -> None:
    ref = SheetRef(place.finess, unit_id)
    update_box(actor, place, write=Write(ref, ZONE, {"communes": [*read_sheet(ref)[ZONE]["communes"], insee]}))


def open_file(actor: Actor, place: Establishment, name: str) -> None:
    open_dossier(actor, place, name=name)


def fill(actor: Actor, place: Establishment, cpts: str) -> None:
    """Everything that fiches.json says of it, sheet by sheet; units that are not there yet are created."""
    dossier = dossier_of(place)
    for position, boxes in sorted(_told("fiches.json")[cpts].items()):
        if int(position) >= len(dossier.sheets):
            add_units(actor, dossier, number=1)
            db.session().refresh(dossier)
        sheet = dossier.sheets[int(position)]
        for box, values in boxes.items():
            save_box(actor, dossier, sheet_id=sheet.id, box=box, values=_proposed(sheet, box) | values, seen=None)


def finalise(actor: Actor, place: Establishment, position: int | None = None) -> None:
    """One sheet, or all of them."""
    dossier = dossier_of(place)
    if position is None:
        finalise_sheets(actor, dossier)
    else:
        finalise_sheet(actor, dossier, sheet_id=dossier.sheets[position].id)


def send(actor: Actor, place: Establishment) -> None:
    submit_dossier(actor, dossier_of(place))


def approve(actor: Actor, place: Establishment) -> None:
    dossier = dossier_of(place)
    approve_dossier(actor, dossier, Verdict(), seen=read_dossier(dossier).stamp)


def publish(actor: Actor, place: Establishment) -> None:
    dossier = dossier_of(place)
    publish_dossier(actor, dossier, Verdict(), seen=read_dossier(dossier).stamp)


def campaign(actor: Actor) -> None:
    """Of the whole region, for the coming months."""
    today = day_of(clock.now())
    words = CampaignWords(
        name="Campagne régionale de référencement",
        starts_on=today,
        ends_on=today + timedelta(days=180),
        departements=DEPARTEMENTS,
        cpts=(),
    )
    open_campaign(actor, None, words=words)


def remind(actor: Actor, step: int) -> None:
    found = db.session().scalars(sa.select(Campaign)).one()
    remind_stuck(actor, found, finess=[target.progress.finess for target in overview(found).stuck_at(step)])


def dossier_of(place: Establishment) -> Dossier:
    """The open one."""
    query = sa.select(Dossier).where(
        Dossier.establishment_finess == place.finess, Dossier.status.in_(["draft", "to_approve", "to_review"])
    )
    return db.session().scalars(query).one()


def _proposed(sheet: DossierSheet, box: str) -> Values:
    return db.session().get_one(DossierBox, (sheet.id, box)).values
