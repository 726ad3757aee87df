"""What pages say of a dossier: its six steps, what is missing in each sheet and the way to the very field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from app.blueprints.descriptions.forms import FORMS
from app.domain.dossiers import STEPS, DossierStatus, SheetState
from app.domain.sheets.catalogue import BOXES, Box, SheetKind
from app.domain.sheets.rules import Finding
from app.models import Dossier
from app.queries.dossier_sheets import Proposed
from app.queries.sheet_findings import findings_of
from app.web.french import date_fr, lower_first
from app.web.names import name_fr

BEGIN_WITH = {"communes": "commune", "activities": "ajout", "contacts": "liste-contacts", "hours": "plages"}
"""Of the lists: the input that adds to them."""
DONE, CURRENT, TO_COME = "fait", "cours", ""


@dataclass(frozen=True, slots=True)
class Missing:
    """What is found in a sheet, in words, and the address of the field."""

    sentence: str
    url: str
    box: Box
    blocking: bool


@dataclass(frozen=True)
class SheetView:
    """A sheet with what is missing in it. `doubled`: another of the dossier has its name (S-114)."""

    dossier: Dossier
    sheet: Proposed
    missing: list[Missing]
    doubled: bool = False

    @property
    def url(self) -> str:
        return url_for("dossiers.sheet", dossier_id=self.dossier.id, sheet_id=self.sheet.id)

    @property
    def state(self) -> SheetState:
        return self.sheet.state

    @property
    def blocking(self) -> list[Missing]:
        return [one for one in self.missing if one.blocking]

    @property
    def first(self) -> list[Missing]:
        """What to fill first (S-108)."""
        return [one for one in self.blocking if one.box.first]

    @property
    def then(self) -> list[Missing]:
        return [one for one in self.blocking if not one.box.first]

    @property
    def warnings(self) -> list[Missing]:
        return [one for one in self.missing if not one.blocking]

    def incomplete(self, box: str) -> bool:
        return any(one.box.key == box for one in self.blocking)


def views_of(dossier: Dossier, sheets: Iterable[Proposed]) -> list[SheetView]:
    """Each with what is missing: two statements for all."""
    looked_at = list(sheets)
    titles = [sheet.title.casefold() for sheet in looked_at if sheet.kind is SheetKind.UO]
    return [
        SheetView(
            dossier,
            sheet,
            [_missing(dossier, sheet, finding) for finding in _told(sheet, findings)],
            sheet.kind is SheetKind.UO and titles.count(sheet.title.casefold()) > 1,
        )
        for sheet, findings in findings_of(looked_at).items()
    ]


def box_address(dossier: Dossier, sheet: Proposed, box: str, field: str = "") -> str:
    """Of the form of a box, at the input of that field."""
    form = FORMS.get((sheet.kind, box))
    anchor = BEGIN_WITH.get(field) or (form.NAMES.get(field) if form else None)
    return url_for("dossiers.box", dossier_id=dossier.id, sheet_id=sheet.id, box=box, _anchor=anchor)


def next_box(view: SheetView, box: str) -> Box | None:
    """The next one to fill, in the guided order; after the last, the first that still lacks something."""
    boxes = BOXES[view.sheet.kind]
    rank = next(place for place, one in enumerate(boxes) if one.key == box)
    following = [*boxes[rank + 1 :], *boxes[:rank]]
    return next((one for one in following if view.incomplete(one.key)), None)


def priorities(views: list[SheetView]) -> list[tuple[bool, str, str]]:
    """(done, what, address) of what comes first (S-108): contact details of the CPTS, zone of each unit."""
    first = {SheetKind.EG: ("coordonnees", "phone"), SheetKind.UO: ("zone", "communes")}
    return [
        (
            not view.incomplete(box) and not view.sheet.untyped,
            f"{name_fr(view.sheet.title)} : {lower_first(find_label(view.sheet.kind, box))}",
            box_address(view.dossier, view.sheet, box, field),
        )
        for view in views
        for box, field in [first[view.sheet.kind]]
    ]


def find_label(kind: SheetKind, box: str) -> str:
    return next(one.label for one in BOXES[kind] if one.key == box)


def stepper(dossier: Dossier, sheets: list[Proposed]) -> list[tuple[str, str, str]]:
    """(state, label, owner and date) of each of the six steps (S-129)."""
    done = _dates(dossier, sheets)
    current = next((step.number for step in STEPS if step.number not in done), None)
    if not DossierStatus(dossier.status).is_open:
        current = None
    return [
        (
            DONE if step.number in done else CURRENT if step.number == current else TO_COME,
            step.label,
            f"{step.owner} · {date_fr(at)}" if (at := done.get(step.number)) else step.owner,
        )
        for step in STEPS
    ]


def _dates(dossier: Dossier, sheets: list[Proposed]) -> dict[int, datetime]:
    """Of the steps that are done; never one before the step that precedes it."""
    units = [sheet for sheet in sheets if sheet.kind is SheetKind.UO]
    pages = [sheet for sheet in sheets if sheet.kind is SheetKind.EG]
    written = [sheet.last.updated_at for sheet in units if sheet.last]
    moments: list[datetime | None] = [
        dossier.created_at,
        _all_final(pages),
        max(written, default=dossier.created_at)
        if units and all(sheet.state is not SheetState.TODO for sheet in units)
        else None,
        _all_final(sheets) if units else None,
        dossier.approved_at if dossier.status in (DossierStatus.TO_REVIEW, DossierStatus.PUBLISHED) else None,
        dossier.published_at,
    ]
    return {number: at for number, at in enumerate(moments, start=1) if at is not None}


def _all_final(sheets: list[Proposed]) -> datetime | None:
    """When the last of them became final; None unless all are."""
    moments = [sheet.finalised_at for sheet in sheets if sheet.state is SheetState.FINAL and sheet.finalised_at]
    return max(moments) if moments and len(moments) == len(sheets) else None


def _told(sheet: Proposed, findings: list[Finding]) -> list[Finding]:
    """Before its type is chosen, nothing else of a unit can be filled."""
    return [finding for finding in findings if finding.box == "offre"] if sheet.untyped else findings


def _missing(dossier: Dossier, sheet: Proposed, finding: Finding) -> Missing:
    box = next(one for one in BOXES[sheet.kind] if one.key == finding.box)
    return Missing(finding.sentence, box_address(dossier, sheet, finding.box, finding.field), box, finding.blocking)
