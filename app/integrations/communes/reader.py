"""The communes file and the file of former communes (CONTRACT.md), by header name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from app.domain.import_report import ImportReport
from app.domain.registers import CommuneRow, FormerCommuneRow
from app.domain.territories import REGIONS, departement_name
from app.integrations.registers.lines import LineRejected, Record, records
from app.integrations.registers.values import insee, text

COMMUNE_COLUMNS = ("insee_code", "name", "departement", "region", "postcodes")
COMMUNE_OPTIONAL = ("population", "type", "parent_insee")
FORMER_COLUMNS = ("insee_code", "name", "parent_insee")
KINDS = ("COM", "ARM")
_POSTCODE = re.compile(r"[0-9]{5}", re.ASCII)

NO_NAME = "nom manquant"
UNKNOWN_TERRITORY = "département ou région inconnus"
UNKNOWN_KIND = "type de commune inconnu"
INVALID_POSTCODE = "code postal invalide"
INVALID_POPULATION = "population invalide"

Row = TypeVar("Row")


def read_communes(lines: Iterable[str], report: ImportReport) -> Iterator[CommuneRow]:
    found = records(lines, report, required=COMMUNE_COLUMNS, optional=COMMUNE_OPTIONAL)
    return _accepted(found, commune_row, report)


def read_former(lines: Iterable[str], report: ImportReport) -> Iterator[FormerCommuneRow]:
    return _accepted(records(lines, report, required=FORMER_COLUMNS), former_row, report)


def commune_row(record: Record) -> CommuneRow:
    departement, region = record["departement"].upper(), record["region"]
    if not departement_name(departement) or region not in REGIONS:
        raise LineRejected(UNKNOWN_TERRITORY, f"{departement}, {region}")
    kind = record["type"].upper() or "COM"
    if kind not in KINDS:
        raise LineRejected(UNKNOWN_KIND, kind)
    return CommuneRow(
        line=record.line,
        insee=insee(record["insee_code"]),
        name=_name(record),
        departement=departement,
        region=region,
        population=_population(record["population"]),
        kind=kind,
        parent_insee=insee(record["parent_insee"]) if record["parent_insee"] else None,
        postcodes=_postcodes(record["postcodes"]),
    )


def former_row(record: Record) -> FormerCommuneRow:
    return FormerCommuneRow(
        line=record.line,
        insee=insee(record["insee_code"]),
        name=_name(record),
        current_insee=insee(record["parent_insee"]),
    )


def _accepted(found: Iterable[Record], mapping: Callable[[Record], Row], report: ImportReport) -> Iterator[Row]:
    for record in found:
        try:
            yield mapping(record)
        except LineRejected as rejected:
            report.reject(record.line, rejected.reason, rejected.value)


def _name(record: Record) -> str:
    name = text(record["name"])
    if name is None:
        raise LineRejected(NO_NAME, record["insee_code"])
    return name


def _population(value: str) -> int | None:
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise LineRejected(INVALID_POPULATION, value)
    return int(value)


def _postcodes(value: str) -> tuple[str, ...]:
    """Separated by a vertical bar, each once, in order."""
    codes = [code.strip() for code in value.split("|") if code.strip()]
    if not all(_POSTCODE.fullmatch(code) for code in codes):
        raise LineRejected(INVALID_POSTCODE, value)
    return tuple(dict.fromkeys(codes))
