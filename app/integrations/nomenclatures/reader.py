"""`system,code,label,valid_from,valid_to,parent_code` (CONTRACT.md), or a FHIR CodeSystem in JSON as the ANS publishes
its tables (TRE): `concept[].code`, `.display`, and the properties `dateValid` and `dateFin`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from app.domain.import_report import ImportReport
from app.domain.registers import CodeRow
from app.integrations.registers.expansion import UnreadableFileError
from app.integrations.registers.lines import LineRejected, Record, records
from app.integrations.registers.values import Doubt, day, text

LARGEST_FILE = 20 * 2**20
REQUIRED = ("system", "code", "label")
OPTIONAL = ("valid_from", "valid_to", "parent_code")
LONGEST_SYSTEM, LONGEST_CODE = 20, 10
_TABLE = re.compile(r"(?:TRE|JDV)_[A-Z][0-9]{2,4}")
NO_SYSTEM, NO_LABEL = "nomenclature manquante ou illisible", "libellé manquant"
INVALID_CODE = f"code vide, ou de plus de {LONGEST_CODE} caractères"
BACKWARDS = "fin de validité avant le début"
NOT_A_TABLE = "Ce n’est pas une table de codes : un « CodeSystem » au format FHIR est attendu."
NO_NAME = "Cette table n’a pas un nom de la forme « TRE_R211-ActiviteOperationnelle »."


def read_csv(lines: Iterable[str], report: ImportReport) -> Iterator[CodeRow]:
    for record in records(lines, report, required=REQUIRED, optional=OPTIONAL):
        try:
            yield code_row(record.line, record, partial(report.warn, record.line))
        except LineRejected as rejected:
            report.reject(record.line, rejected.reason, rejected.value)


def read_code_system(content: str, report: ImportReport) -> Iterator[CodeRow]:
    """`line` is the rank of the concept; concepts inside others have them as parents."""
    try:
        table = json.loads(content)
    except (ValueError, RecursionError):
        raise UnreadableFileError(NOT_A_TABLE) from None
    if not isinstance(table, dict) or table.get("resourceType") != "CodeSystem":
        raise UnreadableFileError(NOT_A_TABLE)
    named = _TABLE.search(f"{table.get('name')} {table.get('url')}")
    if named is None:
        raise UnreadableFileError(NO_NAME)
    for line, (concept, parent) in enumerate(_concepts(table.get("concept"), ""), start=1):
        report.read += 1
        cells = {"system": named[0], "parent_code": parent, **_cells(concept)}
        try:
            yield code_row(line, cells, partial(report.warn, line))
        except LineRejected as rejected:
            report.reject(line, rejected.reason, rejected.value)


def code_row(line: int, cells: Record | Mapping[str, str], doubt: Doubt) -> CodeRow:
    system = cells["system"].partition("-")[0]
    code, label = cells["code"], text(cells["label"])
    if not system or len(system) > LONGEST_SYSTEM:
        raise LineRejected(NO_SYSTEM, cells["system"])
    if not 0 < len(code) <= LONGEST_CODE or any(char.isspace() for char in code):
        raise LineRejected(INVALID_CODE, code)
    if label is None:
        raise LineRejected(NO_LABEL, code)
    since, until = day(cells["valid_from"], doubt), day(cells["valid_to"], doubt)
    if since and until and until < since:
        raise LineRejected(BACKWARDS, f"{code}, {since} – {until}")
    return CodeRow(line, system, code, label, since, until, cells["parent_code"][:LONGEST_CODE] or None)


def _concepts(concepts: Any, parent: str) -> Iterator[tuple[dict[str, Any], str]]:
    for concept in concepts if isinstance(concepts, list) else ():
        if isinstance(concept, dict):
            yield concept, parent
            yield from _concepts(concept.get("concept"), str(concept.get("code") or ""))


def _cells(concept: dict[str, Any]) -> dict[str, str]:
    properties = concept.get("property")
    told = {
        str(each.get("code")): str(each.get("valueDateTime") or "")
        for each in (properties if isinstance(properties, list) else ())
        if isinstance(each, dict)
    }
    return {
        "code": str(concept.get("code") or "").strip(),
        "label": str(concept.get("display") or ""),
        "valid_from": told.get("dateValid", ""),
        "valid_to": told.get("dateFin", ""),
    }
