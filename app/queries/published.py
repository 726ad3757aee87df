"""Documents of what leaves the house, read live and set-wise: a bounded number of statements for any number of keys.

Nothing restricted is read into them: « accès libre » only, no sensitive unit, nobody who did not choose to be listed
(DOMAIN.md §2.9). What lacks a mandatory element is left out, and what hangs below it (RG_EXP_002).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import db
from app.domain.published import (
    Address,
    Coded,
    Document,
    Kind,
    Meta,
    Point,
    PublishedEntity,
    PublishedEstablishment,
    PublishedPlace,
    PublishedUnit,
)
from app.domain.sheets.catalogue import SheetKind
from app.domain.sheets.visibility import seen_by_public
from app.models import (
    Commune,
    CommunePostcode,
    Establishment,
    LegalEntity,
    Publication,
    PublicationHead,
    Unit,
    UnitActivity,
)
from app.queries.nomenclatures import ACTIVITY_FIELDS, CARE_MODES, every_label
from app.queries.published_people import read_persons, read_roles
from app.queries.published_scope import open_establishment, served_unit
from app.queries.sheets import SheetRef, read_sheets

CHUNK = 500


def read_documents(kind: Kind, keys: Collection[str], *, dated: bool = True) -> dict[str, Document]:
    """Those of these keys that are served now, in the order of the keys. `dated`: with their `meta`, when projected."""
    found: dict[str, Document] = {}
    ordered = list(dict.fromkeys(keys))
    for start in range(0, len(ordered), CHUNK):
        chunk = ordered[start : start + CHUNK]
        read = READERS[kind](chunk)
        metas = _metas(kind, list(read)) if dated else {}
        found |= {key: replace(read[key], meta=metas.get(key)) for key in chunk if key in read}
    return found


def last_change() -> datetime:
    """When something published last changed: one statement."""
    return db.session().scalars(sa.select(PublicationHead.at)).one()


def _metas(kind: Kind, keys: Sequence[str]) -> dict[str, Meta]:
    rows = db.session().execute(
        sa.select(Publication.key, Publication.version, Publication.created_at, Publication.updated_at).where(
            Publication.kind == kind.value, Publication.key.in_(keys), Publication.gone_at.is_(None)
        )
    )
    return {key: Meta(version, created_at, updated_at) for key, version, created_at, updated_at in rows}


# ── entities, establishments ────────────────────────────────────────────────


def _entities(keys: Sequence[str]) -> dict[str, Document]:
    rows = db.session().scalars(sa.select(LegalEntity).where(LegalEntity.finess.in_(keys)))
    return {
        row.finess: PublishedEntity(
            row.finess,
            row.name,
            row.long_name,
            row.siren,
            row.legal_status_code,
            row.legal_status_label,
            Address(row.street, None, row.postcode, row.city),
            row.created_on,
        )
        for row in rows
    }


def _establishments(keys: Sequence[str]) -> dict[str, Document]:
    rows = (
        db.session()
        .execute(
            sa.select(Establishment, Commune.name)
            .outerjoin(Commune, Commune.insee == Establishment.commune_insee)
            .where(Establishment.finess.in_(keys), open_establishment())
            .execution_options(populate_existing=True)
        )
        .all()
    )
    refs = {row.finess: SheetRef(row.finess) for row, _ in rows}
    sheets = read_sheets(list(refs.values()))
    return {row.finess: _establishment(row, commune, sheets[refs[row.finess]]) for row, commune in rows}


def _establishment(row: Establishment, commune: str | None, sheet: dict[str, dict[str, Any]]) -> PublishedEstablishment:
    seen = seen_by_public(SheetKind.EG, sheet) or {}
    told, contacts = seen["coordonnees"], seen["contacts"]["contacts"] or []
    return PublishedEstablishment(
        finess=row.finess,
        entity_finess=row.legal_entity_finess,
        name=row.name,
        long_name=row.long_name,
        operational_name=seen["identite"]["operational_name"],
        comment=seen["identite"]["comment"],
        category_code=row.category_code,
        category_label=row.category_label,
        siret=row.siret,
        address=Address(
            told["street"], told["address_extra"], told["postcode"], told["city"], row.commune_insee, commune
        ),
        point=_point(row.latitude, row.longitude),
        departement=row.departement,
        phone=told["phone"],
        email=told["email"],
        website=told["website"],
        opening_hours=told["opening_hours"],
        contacts=tuple(contacts),
        opened_on=row.opened_on,
        health_project=row.health_project,
        pathways=tuple(seen["projet"]["pathways"]),
        project_signed_on=row.project_signed_on,
        verified_at=row.verified_at,
    )


def _point(latitude: float | None, longitude: float | None) -> Point | None:
    return Point(latitude, longitude) if latitude is not None and longitude is not None else None


# ── units ───────────────────────────────────────────────────────────────────


def _units(keys: Sequence[str]) -> dict[str, Document]:
    ids = [int(key) for key in keys]
    rows = (
        db.session()
        .execute(
            sa.select(Unit, Establishment.commune_insee, Establishment.departement)
            .join(Establishment, Establishment.finess == Unit.establishment_finess)
            .where(Unit.id.in_(ids), served_unit())
            .execution_options(populate_existing=True)
        )
        .all()
    )
    refs = {row.id: SheetRef(row.establishment_finess, row.id) for row, _, _ in rows}
    sheets = read_sheets(list(refs.values()))
    labels = _Labels(rows, sheets)
    own = _own_places([row for row, _, _ in rows])
    found: dict[str, Document] = {}
    for row, insee, departement in rows:
        place = f"uo-{row.id}" if row.id in own else f"eg-{row.establishment_finess}" if insee else None
        found[str(row.id)] = _unit(row, departement, sheets[refs[row.id]], labels, place)
    return found


class _Labels:
    """Words of the codes that these units hold: at most two statements."""

    def __init__(self, rows: Sequence[Any], sheets: dict[SheetRef, dict[str, dict[str, Any]]]) -> None:
        self.codes = every_label(CARE_MODES, ACTIVITY_FIELDS)
        wanted = {insee for sheet in sheets.values() for insee in sheet["zone"]["communes"] or ()}
        communes = sa.select(Commune.insee, Commune.name).where(Commune.insee.in_(wanted))
        self.communes: dict[str, str] = dict(db.session().execute(communes).all()) if wanted else {}
        ids = [row.id for row, _, _ in rows]
        acts = sa.select(UnitActivity.unit_id, UnitActivity.code, UnitActivity.label).where(
            UnitActivity.unit_id.in_(ids)
        )
        self.activities: dict[int, list[Coded]] = {}
        for unit_id, code, label in db.session().execute(acts.order_by(UnitActivity.code)):
            self.activities.setdefault(unit_id, []).append(Coded(code, label))

    def coded(self, system: str, code: str | None) -> Coded:
        return Coded(str(code), self.codes[system].get(str(code), str(code)))


def _unit(
    row: Unit, departement: str, sheet: dict[str, dict[str, Any]], labels: _Labels, place_key: str | None
) -> PublishedUnit:
    seen = seen_by_public(SheetKind.UO, sheet)
    if seen is None:
        raise LookupError(f"unit {row.id} is sensitive")
    conditions = seen["conditions"]
    return PublishedUnit(
        id=row.id,
        establishment_finess=row.establishment_finess,
        name=row.name,
        type=Coded(row.type_code, row.type_label),
        activity_field=labels.coded(ACTIVITY_FIELDS, row.activity_field_code),
        care_mode=labels.coded(CARE_MODES, row.care_mode_code),
        activities=tuple(labels.activities.get(row.id, ())),
        min_age=row.min_age,
        min_age_unit=row.min_age_unit,
        max_age=row.max_age,
        max_age_unit=row.max_age_unit,
        zone=tuple(Coded(insee, labels.communes.get(insee, insee)) for insee in seen["zone"]["communes"] or ()),
        contacts=tuple(seen["contacts"]["contacts"] or ()),
        hours=tuple(seen["horaires"]["hours"] or ()),
        admission_conditions=conditions.get("admission_conditions"),
        reception_conditions=conditions.get("reception_conditions"),
        opening_hours=row.opening_hours,
        capacity=row.capacity,
        place_key=place_key,
        departement=departement,
        verified_at=row.verified_at,
    )


# ── places ──────────────────────────────────────────────────────────────────


def _places(keys: Sequence[str]) -> dict[str, Document]:
    """Of the establishments, then of the units that have an address of their own."""
    found = _establishment_places([key[3:] for key in keys if key.startswith("eg-")])
    ids = [int(key[3:]) for key in keys if key.startswith("uo-")]
    if ids:
        served = sa.select(Unit).join(Establishment, Establishment.finess == Unit.establishment_finess)
        rows = db.session().scalars(served.where(Unit.id.in_(ids), served_unit())).all()
        own = _own_places(rows)
        found |= {
            f"uo-{row.id}": PublishedPlace(
                f"uo-{row.id}",
                row.name,
                row.establishment_finess,
                Address(row.street, None, row.postcode, row.city, *own[row.id]),
                _point(row.latitude, row.longitude),
            )
            for row in rows
            if row.id in own
        }
    return found


def _establishment_places(finess: Sequence[str]) -> dict[str, Document]:
    if not finess:
        return {}
    rows = db.session().execute(
        sa.select(Establishment, Commune.name)
        .join(Commune, Commune.insee == Establishment.commune_insee)
        .where(Establishment.finess.in_(finess), open_establishment())
    )
    return {
        f"eg-{row.finess}": PublishedPlace(
            f"eg-{row.finess}",
            row.name,
            row.finess,
            Address(row.street, row.address_extra, row.postcode, row.city, row.commune_insee, commune),
            _point(row.latitude, row.longitude),
        )
        for row, commune in rows
    }


def _own_places(units: Sequence[Unit]) -> dict[int, tuple[str, str]]:
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
    known: dict[str, list[tuple[str, str]]] = {}
    for postcode, insee, name in rows:
        known.setdefault(postcode, []).append((insee, name))
    found = {}
    for unit in addressed:
        candidates = known.get(unit.postcode or "", [])
        named = [one for one in candidates if db.unaccented(one[1]).lower() == db.unaccented(unit.city or "").lower()]
        if named or len(candidates) == 1:
            found[unit.id] = (named or candidates)[0]
    return found


READERS: dict[Kind, Callable[[Sequence[str]], dict[str, Document]]] = {
    Kind.ENTITY: _entities,
    Kind.ESTABLISHMENT: _establishments,
    Kind.UNIT: _units,
    Kind.PLACE: _places,
    Kind.ROLE: read_roles,
    Kind.PERSON: read_persons,
}
