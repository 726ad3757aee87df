"""What the rules of the ROR find in sheets that are proposed, with the codes they ask for, in two statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

import sqlalchemy as sa

from app import db
from app.domain.sheets.catalogue import SheetKind
from app.domain.sheets.rules import Codes, Finding, sheet_findings
from app.domain.sheets.values import Values
from app.models import Commune
from app.queries.nomenclatures import ACTIVITIES, ACTIVITY_FIELDS, CARE_MODES, UNIT_TYPES, codes_of


class Sheet(Protocol):
    """What is asked of a sheet to look at it."""

    @property
    def kind(self) -> SheetKind: ...
    @property
    def values(self) -> Mapping[str, Values]: ...


S = TypeVar("S", bound=Sheet)


def findings_of(sheets: Iterable[S]) -> dict[S, list[Finding]]:
    """All that is found in each, what only warns too."""
    looked_at = list(sheets)
    codes = codes_for(looked_at)
    return {sheet: sheet_findings(sheet.kind, sheet.values, codes) for sheet in looked_at}


def blocking_of(sheets: Iterable[S]) -> dict[S, list[Finding]]:
    """What keeps each from being final, and from being published."""
    return {sheet: [finding for finding in found if finding.blocking] for sheet, found in findings_of(sheets).items()}


def codes_for(sheets: Iterable[Sheet]) -> Codes:
    """Those that the rules ask for; of the communes, those that the zones name and that exist."""
    codes = codes_of(UNIT_TYPES, ACTIVITIES, CARE_MODES, ACTIVITY_FIELDS)
    named = {insee for sheet in sheets for insee in sheet.values.get("zone", {}).get("communes") or []}
    if named:
        rows = db.session().execute(sa.select(Commune.insee, Commune.name).where(Commune.insee.in_(named)))
        codes["COG"] = dict(rows.all())
    return codes
