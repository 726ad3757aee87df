"""What leaves the house: neutral documents of what is published, public values only (DOMAIN.md §2.8, §2.9); pure.

FHIR, open data, feeds and webhooks say the same because they read the same. Telephones are E.164, dates are dates,
codes are those of the nomenclatures named beside them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a publication is of. The key is that of the object: FINESS, unit id, `eg-<finess>` or `uo-<id>` of a place,
    uuid of an affiliation or of a person."""

    ENTITY = "ej"
    ESTABLISHMENT = "eg"
    UNIT = "uo"
    PLACE = "lieu"
    ROLE = "role"
    PERSON = "pro"


@dataclass(frozen=True, slots=True)
class Meta:
    """Metadonnee (RG_EXP_020, 023, 024): since when it is published, when what is published last changed."""

    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Address:
    """`insee`: commune of the COG (an arrondissement where there is one)."""

    street: str | None = None
    extra: str | None = None
    postcode: str | None = None
    city: str | None = None
    insee: str | None = None
    commune: str | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """WGS84, decimal degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class PublishedEntity:
    """Entité juridique. `legal_status`: TRE_R72."""

    finess: str
    name: str
    long_name: str | None
    siren: str | None
    legal_status_code: str | None
    legal_status_label: str | None
    address: Address
    created_on: date | None
    meta: Meta | None = field(default=None, compare=False)

    @property
    def key(self) -> str:
        return self.finess


@dataclass(frozen=True, slots=True)
class PublishedEstablishment:
    """Entité géographique. `category`: TRE_R66. `contacts`: as sheets hold them (domain/sheets), accès libre only.

    `entity_finess`: None when the entité juridique itself is not published.
    """

    finess: str
    entity_finess: str | None
    name: str
    long_name: str | None
    operational_name: str | None
    comment: str | None
    category_code: str
    category_label: str
    siret: str | None
    address: Address
    point: Point | None
    departement: str
    phone: str | None
    email: str | None
    website: str | None
    opening_hours: str | None
    contacts: tuple[Mapping[str, Any], ...]
    opened_on: date | None
    health_project: str | None = None
    pathways: tuple[str, ...] = ()
    project_signed_on: date | None = None
    meta: Meta | None = field(default=None, compare=False)
    verified_at: datetime | None = field(default=None, compare=False)

    @property
    def key(self) -> str:
        return self.finess


@dataclass(frozen=True, slots=True)
class Coded:
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class PublishedUnit:
    """Offre opérationnelle, never a sensitive one. `type`: JDV_J238; `activity_field`: TRE_R227; `care_mode`: TRE_R213;
    `activities`: TRE_R211; ages with their UCUM unit; `zone`: communes of the COG, by code; `hours`: as sheets hold
    them."""

    id: int
    establishment_finess: str
    name: str
    type: Coded
    activity_field: Coded
    care_mode: Coded
    activities: tuple[Coded, ...]
    min_age: int
    min_age_unit: str
    max_age: int
    max_age_unit: str
    zone: tuple[Coded, ...]
    contacts: tuple[Mapping[str, Any], ...]
    hours: tuple[Mapping[str, Any], ...]
    admission_conditions: str | None
    reception_conditions: str | None
    opening_hours: str | None
    capacity: int | None
    place_key: str | None
    """Of its own place (`uo-<id>`), else of that of its establishment (`eg-<finess>`), if they have one."""
    departement: str
    meta: Meta | None = field(default=None, compare=False)
    verified_at: datetime | None = field(default=None, compare=False)

    @property
    def key(self) -> str:
        return str(self.id)

    @property
    def has_place(self) -> bool:
        """Of its own."""
        return self.place_key == f"uo-{self.id}"


@dataclass(frozen=True, slots=True)
class PublishedPlace:
    """Lieu of an establishment or of a unit: its commune is known (communeCog 1..1)."""

    key: str
    name: str
    establishment_finess: str
    address: Address
    point: Point | None
    meta: Meta | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class PublishedPerson:
    """Somebody who chose to be listed and has an RPPS (RG_EXP_031). `profession`: TRE_G15; `speciality`: TRE_R38."""

    id: str
    rpps: str
    title: str | None
    family_name: str
    given_name: str
    profession: Coded
    speciality: Coded | None
    meta: Meta | None = field(default=None, compare=False)

    @property
    def key(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True)
class PublishedRole:
    """Situation opérationnelle of a listed person in a published unit. `mode`: TRE_R23, L (libéral) unless known."""

    id: str
    unit_id: int
    establishment_finess: str
    person: PublishedPerson
    mode: str
    function: str | None
    started_on: date
    meta: Meta | None = field(default=None, compare=False)

    @property
    def key(self) -> str:
        return self.id


Document = PublishedEntity | PublishedEstablishment | PublishedUnit | PublishedPlace | PublishedRole | PublishedPerson

APART = {"meta", "verified_at"}
"""What says something about the document: not part of what it says."""


def digest(document: Document) -> str:
    """SHA-256, hexadecimal, of what the document says: equal exactly when nothing changed."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_told)
    return hashlib.sha256(text.encode()).hexdigest()


def _told(value: object) -> object:
    """Of what JSON does not know. `asdict` would copy all that is inside, and take three times as long."""
    if is_dataclass(value):
        return {name: getattr(value, name) for name in value.__dataclass_fields__ if name not in APART}
    return str(value)
