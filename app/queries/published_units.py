"""Documents of units, and of places, which are theirs or their establishment's: read by queries/published.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app import db
from app.domain.published import Address, Coded, Document, Meta, Point, PublishedPlace, PublishedUnit
from app.domain.sheets.catalogue import SheetKind
from app.domain.sheets.visibility import seen_by_public
from app.models import Commune, CommunePostcode, Establishment, Unit, UnitActivity, UnitCommune
from app.queries.nomenclatures import ACTIVITY_FIELDS, CARE_MODES, CODES_PART, labels_of
from app.queries.published_scope import open_establishment, served_unit
from app.queries.sheets import SHEET_PARTS, UO_COLUMNS, Sheet, SheetRef, sheets_of
from app.queries.together import Together

SAID = frozenset({"offre", "zone", "contacts", "horaires", "conditions"})
"""Boxes that a document reads; the first says whether the unit is sensitive."""
Metas = Mapping[str, Meta]
Labels = Mapping[str, Mapping[str, str]]
_UNIT = sa.select(
    Unit.id,
    *(getattr(Unit, name) for name in UO_COLUMNS),
    Unit.establishment_finess,
    Unit.type_label,
    Unit.verified_at,
    Establishment.commune_insee,
    Establishment.departement,
).join(Establishment, Establishment.finess == Unit.establishment_finess)
_OF_SHEET = slice(len(UO_COLUMNS) + 1)
"""What of such a row belongs to the sheet (queries/sheets)."""
_BESIDE = Together(
    codes=CODES_PART,
    labelled=sa.select(UnitActivity.unit_id, UnitActivity.code, UnitActivity.label)
    .where(UnitActivity.unit_id.in_(sa.bindparam("unit_ids", expanding=True)))
    .order_by(UnitActivity.code),
    hours=SHEET_PARTS["hours"],
    unit_contacts=SHEET_PARTS["unit_contacts"],
)
"""What other tables say of units, a few lines each; their zones are long, hence apart."""
_PLACE = sa.select(
    Unit.id,
    Unit.name,
    Unit.establishment_finess,
    Unit.street,
    Unit.postcode,
    Unit.city,
    Unit.latitude,
    Unit.longitude,
).join(Establishment, Establishment.finess == Unit.establishment_finess)
_SEAT = sa.select(
    Establishment.finess,
    Establishment.name,
    Establishment.street,
    Establishment.address_extra,
    Establishment.postcode,
    Establishment.city,
    Establishment.commune_insee,
    Establishment.latitude,
    Establishment.longitude,
    Commune.name.label("commune"),
).join(Commune, Commune.insee == Establishment.commune_insee)


def point(latitude: float | None, longitude: float | None) -> Point | None:
    return Point(latitude, longitude) if latitude is not None and longitude is not None else None


def read_units(keys: Sequence[str], metas: Metas) -> dict[str, Document]:
    """Four statements at most."""
    rows = db.session().execute(_UNIT.where(Unit.id.in_([int(key) for key in keys]), served_unit())).all()
    if not rows:
        return {}
    refs = {row.id: SheetRef(row.establishment_finess, row.id) for row in rows}
    beside = _BESIDE.read(unit_ids=list(refs), systems=[CARE_MODES, ACTIVITY_FIELDS])
    labels, zones, own = labels_of((CARE_MODES, ACTIVITY_FIELDS), beside["codes"]), _zones(list(refs)), own_places(rows)
    activities: dict[int, list[Coded]] = {}
    for unit_id, code, label in beside["labelled"]:
        activities.setdefault(unit_id, []).append(Coded(code, label))
    sheets = _sheets(rows, refs, zones, beside)
    found: dict[str, Document] = {}
    for row in rows:
        key = str(row.id)
        place = f"uo-{key}" if row.id in own else f"eg-{row.establishment_finess}" if row.commune_insee else None
        said = _Said(sheets[refs[row.id]], tuple(activities.get(row.id, ())), zones.get(row.id, {}), place)
        found[key] = _unit(row, said, labels, metas.get(key))
    return found


class _Said:
    """What other tables say of a unit; of its sheet, what the public sees. Raises LookupError for a sensitive one."""

    __slots__ = ("activities", "communes", "place", "seen")

    def __init__(
        self, sheet: Sheet, activities: tuple[Coded, ...], communes: Mapping[str, str], place: str | None
    ) -> None:
        seen = seen_by_public(SheetKind.UO, sheet)
        if seen is None:
            raise LookupError("a sensitive unit is not published")
        self.seen, self.activities, self.communes, self.place = seen, activities, communes, place


def _unit(row: Any, said: _Said, labels: Labels, meta: Meta | None) -> PublishedUnit:
    seen = said.seen
    conditions = seen["conditions"]
    return PublishedUnit(
        id=row.id,
        establishment_finess=row.establishment_finess,
        name=row.name,
        type=Coded(row.type_code, row.type_label),
        activity_field=_coded(labels[ACTIVITY_FIELDS], row.activity_field_code),
        care_mode=_coded(labels[CARE_MODES], row.care_mode_code),
        activities=said.activities,
        min_age=row.min_age,
        min_age_unit=row.min_age_unit,
        max_age=row.max_age,
        max_age_unit=row.max_age_unit,
        zone=tuple(Coded(insee, said.communes.get(insee, insee)) for insee in seen["zone"]["communes"] or ()),
        contacts=tuple(seen["contacts"]["contacts"] or ()),
        hours=tuple(seen["horaires"]["hours"] or ()),
        admission_conditions=conditions.get("admission_conditions"),
        reception_conditions=conditions.get("reception_conditions"),
        opening_hours=row.opening_hours,
        capacity=row.capacity,
        place_key=said.place,
        departement=row.departement,
        meta=meta,
        verified_at=row.verified_at,
    )


def _coded(labels: Mapping[str, str], code: str | None) -> Coded:
    return Coded(str(code), labels.get(str(code), str(code)))


def _sheets(
    rows: Sequence[Any],
    refs: Mapping[int, SheetRef],
    zones: Mapping[int, Mapping[str, str]],
    beside: Mapping[str, list[Any]],
) -> dict[SheetRef, Sheet]:
    """The sheets of these rows. Activities are told apart: their words count."""
    parts: dict[str, list[Any]] = {
        "establishments": [],
        "own_contacts": [],
        "units": [row[_OF_SHEET] for row in rows],
        "activities": [],
        "communes": [(unit_id, insee) for unit_id, zone in zones.items() for insee in zone],
        "hours": beside["hours"],
        "unit_contacts": beside["unit_contacts"],
    }
    return sheets_of(list(refs.values()), parts, SAID)


def _zones(ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Unit → INSEE code → name of the communes of its zone."""
    communes = sa.select(UnitCommune.unit_id, UnitCommune.insee, Commune.name)
    communes = communes.join(Commune, Commune.insee == UnitCommune.insee).where(UnitCommune.unit_id.in_(ids))
    found: dict[int, dict[str, str]] = {}
    for unit_id, insee, name in db.session().execute(communes):
        found.setdefault(unit_id, {})[insee] = name
    return found


# ── places ──────────────────────────────────────────────────────────────────


def read_places(keys: Sequence[str], metas: Metas) -> dict[str, Document]:
    """Of the establishments, then of the units that have an address of their own: three statements at most."""
    found = _seats([key[3:] for key in keys if key.startswith("eg-")], metas)
    ids = [int(key[3:]) for key in keys if key.startswith("uo-")]
    if ids:
        rows = db.session().execute(_PLACE.where(Unit.id.in_(ids), served_unit())).all()
        own = own_places(rows)
        for row in rows:
            if row.id in own:
                key, address = f"uo-{row.id}", Address(row.street, None, row.postcode, row.city, *own[row.id])
                where = point(row.latitude, row.longitude)
                found[key] = PublishedPlace(key, row.name, row.establishment_finess, address, where, metas.get(key))
    return found


def _seats(finess: Sequence[str], metas: Metas) -> dict[str, Document]:
    found: dict[str, Document] = {}
    rows = db.session().execute(_SEAT.where(Establishment.finess.in_(finess), open_establishment())) if finess else ()
    for row in rows:
        key = f"eg-{row.finess}"
        address = Address(row.street, row.address_extra, row.postcode, row.city, row.commune_insee, row.commune)
        found[key] = PublishedPlace(
            key, row.name, row.finess, address, point(row.latitude, row.longitude), metas.get(key)
        )
    return found


def own_places(units: Sequence[Any]) -> dict[int, tuple[str, str]]:
    """Unit → INSEE code and name of the commune of its own address, found by post code and name (communeCog 1..1)."""
    addressed = [unit for unit in units if unit.postcode and unit.city]
    if not addressed:
        return {}
    rows = db.session().execute(
        sa.select(CommunePostcode.postcode, Commune.insee, Commune.name)
        .join(Commune, Commune.insee == CommunePostcode.insee)
        .where(CommunePostcode.postcode.in_({unit.postcode for unit in addressed}))
        .where(Commune.ceased_at.is_(None))
        .order_by(Commune.kind, Commune.insee)
    )
    known: dict[str, list[tuple[str, str, str]]] = {}
    for postcode, insee, name in rows:
        known.setdefault(postcode, []).append((insee, name, db.unaccented(name)))
    found = {}
    for unit in addressed:
        candidates, city = known.get(unit.postcode, []), db.unaccented(unit.city)
        named = [one for one in candidates if one[2] == city]
        if named or len(candidates) == 1:
            found[unit.id] = (named or candidates)[0][:2]
    return found
