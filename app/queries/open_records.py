"""The public record of each CPTS, read from what is published: a bounded number of statements, however many CPTS."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import cast

import sqlalchemy as sa

from app import db
from app.domain.open_records import Parts, Record, record
from app.domain.published import Kind, PublishedEntity, PublishedEstablishment, PublishedPlace, PublishedUnit
from app.domain.sheets.words import WORDED
from app.models import SheetBox, Unit
from app.models.establishment import CPTS_CATEGORY
from app.queries.nomenclatures import every_label
from app.queries.published import read_documents
from app.settings import current_settings

COORDINATES = "coordonnees"
"""The box whose date the establishment itself holds, from before boxes had one (queries/freshness.py)."""


def read_records(finess_codes: Iterable[str]) -> dict[str, Record]:
    """FINESS → record (domain/open_records.py) of the CPTS that are published; the others are left out."""
    asked = sorted(set(finess_codes))
    if not asked:
        return {}
    places = cast(dict[str, PublishedEstablishment], read_documents(Kind.ESTABLISHMENT, asked))
    cpts = {key: told for key, told in places.items() if told.category_code == CPTS_CATEGORY}
    return {one.establishment.finess: record(one) for one in _parts(cpts)}


def _parts(cpts: dict[str, PublishedEstablishment]) -> list[Parts]:
    entity_keys = {told.entity_finess for told in cpts.values() if told.entity_finess}
    entities = cast(dict[str, PublishedEntity], read_documents(Kind.ENTITY, sorted(entity_keys)))
    units = _units(cpts)
    located = [f"uo-{unit.id}" for held in units.values() for unit in held if unit.has_place]
    places = cast(dict[str, PublishedPlace], read_documents(Kind.PLACE, located))
    verified = {(f"eg-{key}", COORDINATES): told.verified_at for key, told in cpts.items()}
    verified |= _verified([f"eg-{key}" for key in cpts] + [f"uo-{one.id}" for held in units.values() for one in held])
    labels = every_label(*WORDED)
    return [
        Parts(
            establishment=told,
            entity=entities.get(told.entity_finess or ""),
            units=tuple(units.get(key, ())),
            places={name: places[name] for unit in units.get(key, ()) if (name := f"uo-{unit.id}") in places},
            verified=verified,
            labels=labels,
            page=current_settings().public_address(f"/etablissements/{key}"),
        )
        for key, told in sorted(cpts.items())
    ]


def _units(cpts: Iterable[str]) -> dict[str, list[PublishedUnit]]:
    """By FINESS of their establishment, in the order of their ids."""
    ids = db.session().scalars(sa.select(Unit.id).where(Unit.establishment_finess.in_(list(cpts))).order_by(Unit.id))
    read = cast(dict[str, PublishedUnit], read_documents(Kind.UNIT, [str(id_) for id_ in ids]))
    found: dict[str, list[PublishedUnit]] = {}
    for unit in sorted(read.values(), key=lambda one: one.id):
        found.setdefault(unit.establishment_finess, []).append(unit)
    return found


def _verified(sheets: list[str]) -> dict[tuple[str, str], datetime | None]:
    rows = sa.select(SheetBox.sheet, SheetBox.box, SheetBox.verified_at)
    rows = rows.where(SheetBox.sheet.in_(sheets), SheetBox.verified_at.is_not(None))
    return {(sheet, box): at for sheet, box, at in db.session().execute(rows)}
