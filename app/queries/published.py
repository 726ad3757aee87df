"""Documents of what leaves the house, read live and set-wise: a bounded number of statements for any number of keys.

Nothing restricted is read into them: « accès libre » only, no sensitive unit, nobody who did not choose to be listed
(DOMAIN.md §2.9). What lacks a mandatory element is left out, and what hangs below it (RG_EXP_002).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import db
from app.domain.published import Address, Document, Kind, Meta, PublishedEntity, PublishedEstablishment
from app.domain.sheets.catalogue import SheetKind
from app.domain.sheets.visibility import seen_by_public
from app.models import Commune, Establishment, LegalEntity, Publication, PublicationHead
from app.queries.published_people import read_persons, read_roles
from app.queries.published_scope import open_establishment
from app.queries.published_units import Metas, point, read_places, read_units
from app.queries.sheets import EG_COLUMNS, SHEET_PARTS, SheetRef, sheets_of

CHUNK = 500
UNDATED: Metas = {}
SAID = frozenset({"coordonnees", "contacts", "identite", "projet"})
"""Boxes that the document of an establishment reads."""
_ENTITY = sa.select(
    LegalEntity.finess,
    LegalEntity.name,
    LegalEntity.long_name,
    LegalEntity.siren,
    LegalEntity.legal_status_code,
    LegalEntity.legal_status_label,
    LegalEntity.street,
    LegalEntity.postcode,
    LegalEntity.city,
    LegalEntity.created_on,
)
_ESTABLISHMENT = sa.select(
    Establishment.finess,
    *(getattr(Establishment, name) for name in EG_COLUMNS),
    Establishment.legal_entity_finess,
    Establishment.long_name,
    Establishment.category_code,
    Establishment.category_label,
    Establishment.siret,
    Establishment.commune_insee,
    Commune.name.label("commune"),
    Establishment.latitude,
    Establishment.longitude,
    Establishment.departement,
    Establishment.opened_on,
    Establishment.verified_at,
).outerjoin(Commune, Commune.insee == Establishment.commune_insee)
_OF_SHEET = slice(len(EG_COLUMNS) + 1)
"""What of such a row belongs to the sheet (queries/sheets)."""


def read_documents(
    kind: Kind, keys: Collection[str], *, dated: bool = True, metas: Metas | None = None
) -> dict[str, Document]:
    """Those of these keys that are served now, in the order of the keys.

    `dated`: with their `meta`, when projected; `metas`: those that the caller knows already.
    """
    found: dict[str, Document] = {}
    ordered = list(dict.fromkeys(keys))
    for start in range(0, len(ordered), CHUNK):
        chunk = ordered[start : start + CHUNK]
        known = metas if metas is not None else _metas(kind, chunk) if dated else UNDATED
        read = READERS[kind](chunk, known)
        found.update((key, read[key]) for key in chunk if key in read)
    return found


def last_change() -> datetime:
    """When something published last changed: one statement."""
    return db.session().scalars(sa.select(PublicationHead.at)).one()


def metas_of(keys: Iterable[tuple[Kind, str]]) -> dict[Kind, dict[str, Meta]]:
    """Of what is published of these: one statement, whatever the kinds."""
    wanted: dict[Kind, list[str]] = {}
    for kind, key in keys:
        wanted.setdefault(kind, []).append(key)
    found: dict[Kind, dict[str, Meta]] = {kind: {} for kind in wanted}
    those = (sa.and_(Publication.kind == kind.value, Publication.key.in_(some)) for kind, some in wanted.items())
    if wanted:
        for kind_, key, version, created_at, updated_at in db.session().execute(_META.where(sa.or_(*those))):
            found[Kind(kind_)][key] = Meta(version, created_at, updated_at)
    return found


_META = sa.select(
    Publication.kind, Publication.key, Publication.version, Publication.created_at, Publication.updated_at
).where(Publication.gone_at.is_(None))


def _metas(kind: Kind, keys: Sequence[str]) -> dict[str, Meta]:
    return metas_of((kind, key) for key in keys)[kind] if keys else {}


# ── entities, establishments ────────────────────────────────────────────────


def _entities(keys: Sequence[str], metas: Metas) -> dict[str, Document]:
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
            metas.get(row.finess),
        )
        for row in db.session().execute(_ENTITY.where(LegalEntity.finess.in_(keys)))
    }


def _establishments(keys: Sequence[str], metas: Metas) -> dict[str, Document]:
    """Two statements."""
    rows = db.session().execute(_ESTABLISHMENT.where(Establishment.finess.in_(keys), open_establishment())).all()
    if not rows:
        return {}
    refs = {row.finess: SheetRef(row.finess) for row in rows}
    parts: dict[str, list[Any]] = {part: [] for part in SHEET_PARTS}
    parts["establishments"] = [row[_OF_SHEET] for row in rows]
    parts["own_contacts"] = list(db.session().execute(SHEET_PARTS["own_contacts"], {"finess_codes": list(refs)}))
    sheets = sheets_of(list(refs.values()), parts, SAID)
    return {row.finess: _establishment(row, sheets[refs[row.finess]], metas.get(row.finess)) for row in rows}


def _establishment(row: Any, sheet: Mapping[str, dict[str, Any]], meta: Meta | None) -> PublishedEstablishment:
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
            told["street"], told["address_extra"], told["postcode"], told["city"], row.commune_insee, row.commune
        ),
        point=point(row.latitude, row.longitude),
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
        meta=meta,
        verified_at=row.verified_at,
    )


READERS: dict[Kind, Callable[[Sequence[str], Metas], dict[str, Document]]] = {
    Kind.ENTITY: _entities,
    Kind.ESTABLISHMENT: _establishments,
    Kind.UNIT: read_units,
    Kind.PLACE: read_places,
    Kind.ROLE: read_roles,
    Kind.PERSON: read_persons,
}
