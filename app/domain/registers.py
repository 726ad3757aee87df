"""Rows of the public registers in the portal's own words, as the importers hand them to the use cases.

None means that the register says nothing: what is stored stays. `line` is the place in the file. `…_digest` is that of
the lines when nothing in them is doubtful: found again, they need not be read (`Block`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that follow each other and speak of one object, as they are in the file.

    `line`: the number of the first; `count`: how many are not blank; `key`: the number of the object, as written there;
    `digest`: of the lines and of what decides how they are read; `layout`: what the reader needs to read them.
    """

    kind: str
    key: str
    line: int
    lines: tuple[str, ...]
    count: int
    digest: int
    layout: Any = None


@dataclass(frozen=True, slots=True)
class CommuneRow:
    line: int
    insee: str
    name: str
    departement: str
    region: str
    population: int | None
    kind: str
    parent_insee: str | None
    postcodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormerCommuneRow:
    line: int
    insee: str
    name: str
    current_insee: str


@dataclass(frozen=True, slots=True)
class ContourRow:
    """`line` is the rank of the feature in its GeoJSON collection."""

    line: int
    insee: str
    path: str
    x_min: int
    y_min: int
    x_max: int
    y_max: int
    x_centre: float
    y_centre: float
    latitude: float
    longitude: float
    source: str


@dataclass(frozen=True, slots=True)
class GroupingRow:
    """A commune of an EPCI or of a canton; without `insee`, which one could not be read."""

    line: int
    kind: str
    code: str
    name: str
    type: str | None
    insee: str | None


@dataclass(frozen=True, slots=True)
class LegalEntityRow:
    line: int
    finess: str
    name: str
    long_name: str | None
    legal_status_code: str | None
    legal_status_label: str | None
    siren: str | None
    street: str | None
    postcode: str | None
    city: str | None
    phone: str | None
    created_on: date | None
    register_digest: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class EstablishmentRow:
    line: int
    finess: str
    legal_entity_finess: str | None
    name: str
    long_name: str | None
    category_code: str
    category_label: str
    category_group_label: str | None
    siret: str | None
    street: str | None
    address_extra: str | None
    postcode: str | None
    city: str | None
    commune_insee: str | None
    departement: str
    phone: str | None
    opened_on: date | None
    closed_on: date | None
    register_updated_on: date | None
    register_digest: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class PositionRow:
    line: int
    finess: str
    latitude: float
    longitude: float
    position_digest: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code of a nomenclature; without `valid_to`, in force."""

    line: int
    system: str
    code: str
    label: str
    valid_from: date | None
    valid_to: date | None
    parent_code: str | None


@dataclass(frozen=True, slots=True)
class ZoneRow:
    line: int
    finess: str
    insee: str


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """Where and how a professional practises; `key` names the activity within the professional."""

    line: int
    key: str
    mode_code: str | None
    site_name: str | None
    site_finess: str | None
    postcode: str | None
    commune_insee: str | None
    commune_name: str | None


@dataclass(frozen=True, slots=True)
class ProfessionalRow:
    """A person and the activities read on consecutive lines (`lines` of them)."""

    line: int
    lines: int
    rpps: str
    family_name: str
    given_name: str
    title: str | None
    profession_code: str
    profession_label: str
    speciality_code: str | None
    speciality_label: str | None
    activities: tuple[ActivityRow, ...]
    register_digest: int | None = field(default=None, compare=False)
