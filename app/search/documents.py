"""What is searched and shown: one document for each open establishment, unit and listed professional.

A document carries everything that a line of results shows (`card`), so that a page of results is one read.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, func, or_, select

from app import clock
from app.models import (
    Affiliation,
    Commune,
    Establishment,
    EstablishmentAlias,
    LegalEntity,
    Person,
    Professional,
    ProfessionalActivity,
    Unit,
    UnitActivity,
    attached,
)
from app.models.establishment import CPTS_CATEGORY
from app.search.addresses import telling_part
from app.search.cards import Document, Source, document, grouped, place, zone, zones
from app.search.engine import BUCKETS, rank_id

ESTABLISHMENT, UNIT, PROFESSIONAL = 0, 1, 2
UNIT_TEXTS = ("type_label", "establishment", "street", "city", "commune", "postcode")
SHOWN_ACTIVITIES = 3
KIND_NAMES = ("etablissement", "unite", "professionnel")


def establishments(connection: Connection, finess: Sequence[str]) -> Iterator[Document]:
    """Documents of the open ones among these establishments."""
    statement = (
        select(
            Establishment.finess,
            Establishment.name,
            Establishment.long_name,
            Establishment.category_code,
            Establishment.category_label,
            Establishment.street,
            Establishment.postcode,
            Establishment.city,
            Establishment.departement,
            Establishment.phone,
            Establishment.email,
            Establishment.website,
            Establishment.updated_at,
            LegalEntity.finess.label("entity_finess"),
            LegalEntity.name.label("entity_name"),
            Commune.name.label("commune"),
            Commune.population,
            func.coalesce(Establishment.latitude, Commune.latitude).label("latitude"),
            func.coalesce(Establishment.longitude, Commune.longitude).label("longitude"),
        )
        .outerjoin(LegalEntity, LegalEntity.finess == Establishment.legal_entity_finess)
        .outerjoin(Commune, Commune.insee == Establishment.commune_insee)
        .where(Establishment.finess.in_(finess))
        .where(or_(Establishment.closed_on.is_(None), Establishment.closed_on > clock.now().date()))
    )
    names = grouped(
        connection,
        select(EstablishmentAlias.finess, EstablishmentAlias.alias).where(EstablishmentAlias.finess.in_(finess)),
    )
    units = grouped(
        connection,
        select(Unit.establishment_finess, Unit.id, Unit.name)
        .where(Unit.establishment_finess.in_(finess), Unit.closed_on.is_(None), Unit.sensitive.is_(False))
        .order_by(Unit.establishment_finess, Unit.name, Unit.id),
    )
    held = zones(connection, Unit.establishment_finess, finess)
    for row in map(dict, connection.execute(statement).mappings()):
        number = row["finess"]
        yield _establishment(
            row, [alias for (alias,) in names.get(number, ())], units.get(number, ()), held.get(number, ())
        )


def _establishment(
    row: Source, other_names: Sequence[str], units: Iterable[Sequence[Any]], communes: Sequence[Sequence[Any]]
) -> Document:
    is_cpts = row["category_code"] == CPTS_CATEGORY
    bucket = 0 if is_cpts else BUCKETS - 1 - len(str(row["population"] or ""))
    title = f"{row['name']} - {row['finess']}"
    if row["entity_finess"]:
        title += f" ({row['entity_name']} - {row['entity_finess']})"
    online = [telling_part(text) for text in (row["email"], row["website"]) if text]
    return document(
        rid=rank_id(ESTABLISHMENT, max(bucket, int(not is_cpts)), int(row["finess"], 36)),
        ref=row["finess"],
        other_id=row["entity_finess"],
        row=row,
        name=row["name"],
        names=[row["name"], row["long_name"], row["entity_name"], *other_names, *online],
        others=[row["category_label"], row["street"], row["city"], row["commune"], row["postcode"]],
        card={
            "title": title,
            "name": row["name"],
            "category": row["category_label"],
            "cpts": is_cpts,
            "units": [{"id": number, "name": name} for number, name in units],
            "email": row["email"],
            "website": row["website"],
            **place(row),
            **zone(communes),
        },
        communes=communes if is_cpts else (),
    )


def units(connection: Connection, ids: Sequence[int]) -> Iterator[Document]:
    """Documents of the open ones; a sensitive unit is hidden from the public (ROR access profile 0)."""
    statement = (
        select(
            Unit.id,
            Unit.name,
            Unit.type_label,
            func.coalesce(Unit.street, Establishment.street).label("street"),
            func.coalesce(Unit.postcode, Establishment.postcode).label("postcode"),
            func.coalesce(Unit.city, Establishment.city).label("city"),
            Unit.updated_at,
            Establishment.finess,
            Establishment.name.label("establishment"),
            Establishment.category_code,
            Establishment.departement,
            Establishment.phone,
            Commune.name.label("commune"),
            func.coalesce(Establishment.latitude, Commune.latitude).label("latitude"),
            func.coalesce(Establishment.longitude, Commune.longitude).label("longitude"),
        )
        .join(Establishment, Establishment.finess == Unit.establishment_finess)
        .outerjoin(Commune, Commune.insee == Establishment.commune_insee)
        .where(Unit.id.in_(ids), Unit.closed_on.is_(None), Unit.sensitive.is_(False))
        .where(or_(Establishment.closed_on.is_(None), Establishment.closed_on > clock.now().date()))
    )
    held = zones(connection, Unit.id, ids)
    activities = grouped(
        connection,
        select(UnitActivity.unit_id, UnitActivity.label)
        .where(UnitActivity.unit_id.in_(ids))
        .order_by(UnitActivity.unit_id, UnitActivity.label),
    )
    for row in map(dict, connection.execute(statement).mappings()):
        labels = [label for (label,) in activities.get(row["id"], ())]
        yield document(
            rid=rank_id(UNIT, int(row["category_code"] != CPTS_CATEGORY), row["id"]),
            ref=str(row["id"]),
            other_id=None,
            row=row,
            name=row["name"],
            names=[row["name"]],
            others=[row[name] for name in UNIT_TEXTS] + labels,
            card={
                "title": row["name"],
                "category": row["type_label"],
                "activities": labels[:SHOWN_ACTIVITIES],
                "establishment": row["establishment"],
                "finess": row["finess"],
                **place(row),
                **zone(held.get(row["id"], ())),
            },
            communes=held.get(row["id"], ()),
        )


def professionals(connection: Connection, ids: Sequence[uuid.UUID]) -> Iterator[Document]:
    """Documents of those who chose to be listed and have an open affiliation; nobody else is found by name."""
    statement = (
        select(
            Person.id,
            Person.given_name,
            Person.family_name,
            Person.profession_label,
            Person.rpps,
            Person.created_at.label("updated_at"),
            Unit.id.label("unit_id"),
            Unit.name.label("unit"),
            Establishment.finess,
            Establishment.name.label("establishment"),
            Establishment.departement,
            Establishment.latitude,
            Establishment.longitude,
            Affiliation.function,
        )
        .join(Affiliation, Affiliation.person_id == Person.id)
        .join(Unit, Unit.id == Affiliation.unit_id)
        .join(Establishment, Establishment.finess == Unit.establishment_finess)
        .where(Person.id.in_(ids), Person.listed.is_(True), attached(Affiliation))
        .where(Unit.closed_on.is_(None), Unit.sensitive.is_(False))
        .order_by(Person.id, Affiliation.started_at)
    )
    rows = [dict(row) for row in connection.execute(statement).mappings()]
    practices = _practices(connection, [row["rpps"] for row in rows if row["rpps"]])
    for _person, group in groupby(rows, key=lambda row: row["id"]):
        yield _professional(list(group), practices)


def _professional(rows: Sequence[Source], practices: Mapping[str, Sequence[Sequence[Any]]]) -> Document:
    row = rows[0]
    communes = practices.get(row["rpps"] or "", ())
    latitude, longitude = (communes[0][2], communes[0][3]) if communes else (row["latitude"], row["longitude"])
    name = f"{row['given_name']} {row['family_name']}"
    return document(
        rid=rank_id(PROFESSIONAL, 0, row["id"].int),
        ref=str(row["id"]),
        other_id=row["rpps"],
        row={**row, "latitude": latitude, "longitude": longitude},
        name=f"{row['family_name']} {row['given_name']}",
        names=[name],
        others=[row["profession_label"], *(text for commune in communes for text in commune[:2])],
        card={
            "title": name,
            "profession": row["profession_label"],
            "communes": [" ".join(part for part in (postcode, commune) if part) for commune, postcode, *_ in communes],
            "units": [
                {"id": one["unit_id"], "name": one["unit"], "establishment": one["establishment"]} for one in rows
            ],
        },
    )


def _practices(connection: Connection, rpps: Sequence[str]) -> Mapping[str, Sequence[Sequence[Any]]]:
    """Where these professionals practise: (commune, post code, latitude, longitude)."""
    statement = (
        select(
            Professional.rpps,
            func.coalesce(Commune.name, ProfessionalActivity.commune_name),
            ProfessionalActivity.postcode,
            Commune.latitude,
            Commune.longitude,
        )
        .join(Professional, Professional.id == ProfessionalActivity.professional_id)
        .outerjoin(Commune, Commune.insee == ProfessionalActivity.commune_insee)
        .where(Professional.rpps.in_(rpps))
        .distinct()
        .order_by(Professional.rpps, func.coalesce(Commune.name, ProfessionalActivity.commune_name))
    )
    return grouped(connection, statement)
