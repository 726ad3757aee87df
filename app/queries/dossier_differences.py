"""A dossier as its validators read it: only what would change, field by field, and what was said of it."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import sqlalchemy as sa

from app import db
from app.domain.dossier_reviews import Decision, Difference, Novelty, differences, novelty
from app.domain.dossiers import DossierStatus
from app.domain.sheets.catalogue import BOXES, Box, Field, SheetKind, find_box
from app.domain.sheets.rules import Finding, Sheet
from app.domain.sheets.values import Values, canonical
from app.domain.sheets.words import Labels, item_words, lines_of
from app.models import Account, Dossier, DossierComment, DossierSheet, Person
from app.queries.dossier_sheets import Proposed, ProposedBox, proposed_of
from app.queries.sheet_findings import findings_of, words_for
from app.queries.sheets import SheetRef, read_sheets

SERVICE_CENTRE = "Centre de services"


@dataclass(frozen=True, slots=True)
class Comment:
    """What a validator said of a field, signed as the CPTS reads it: an agent's name stays in the house."""

    by: str
    at: datetime
    round: int
    decision: Decision | None
    body: str | None


Comments = Mapping[tuple[uuid.UUID, str, str], list[Comment]]
"""Sheet, box, field → what was said of it, the oldest first."""


@dataclass(frozen=True)
class Line:
    """A field that would change."""

    sheet: Proposed
    box: Box
    difference: Difference
    novelty: Novelty
    comments: list[Comment]
    labels: Labels = field(repr=False)

    @property
    def field(self) -> Field:
        return self.difference.field

    @property
    def key(self) -> str:
        """In forms and anchors; the same from one reading to the next."""
        return f"{self.sheet.position}-{self.box.key}-{self.field.key}"

    @property
    def path(self) -> str:
        """In the journal."""
        return f"{self.sheet.position}/{self.box.key}/{self.field.key}"

    @property
    def conflict(self) -> bool:
        return self.difference.conflict

    @property
    def to_read(self) -> bool:
        """Whether it is shown at first: not what was read already, unless it disagrees with what is published now."""
        return self.novelty is not Novelty.READ or self.conflict

    @property
    def before(self) -> list[str]:
        return lines_of(self.field, self.difference.published, self.labels)

    @property
    def after(self) -> list[str]:
        return lines_of(self.field, self.difference.result, self.labels)

    @property
    def at_first(self) -> list[str]:
        """What was published when the dossier was opened."""
        return lines_of(self.field, self.difference.base, self.labels)

    @property
    def added(self) -> list[str]:
        return [item_words(self.field, item, self.labels) for item in self.difference.added]

    @property
    def removed(self) -> list[str]:
        return [item_words(self.field, item, self.labels) for item in self.difference.removed]


@dataclass(frozen=True)
class SheetReading:
    """`published` empty: a unit that publication creates. `result`: all boxes as they would be."""

    sheet: Proposed
    published: dict[str, Values]
    result: Sheet
    lines: list[Line]
    findings: list[Finding]

    @property
    def label(self) -> str:
        return "Établissement" if self.sheet.kind is SheetKind.EG else f"Unité {self.sheet.title}"

    @property
    def to_read(self) -> list[Line]:
        return [line for line in self.lines if line.to_read]

    @property
    def read(self) -> list[Line]:
        return [line for line in self.lines if not line.to_read]

    @property
    def blocking(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.blocking]

    def of_box(self, box: str) -> list[Line]:
        return [line for line in self.lines if line.box.key == box]


@dataclass(frozen=True)
class Reading:
    dossier: Dossier
    sheets: list[SheetReading]
    labels: Labels = field(repr=False)

    @property
    def lines(self) -> list[Line]:
        return [line for sheet in self.sheets for line in sheet.lines]

    @property
    def to_read(self) -> list[Line]:
        return [line for line in self.lines if line.to_read]

    @property
    def read(self) -> list[Line]:
        return [line for line in self.lines if not line.to_read]

    def read_in(self, names: Iterable[str]) -> bool:
        """Whether one of these inputs (`decision-…`, `remarque-…`) is that of a line read already."""
        keys = {line.key for line in self.read}
        return any(name.partition("-")[2] in keys for name in names)

    @property
    def conflicts(self) -> list[Line]:
        return [line for line in self.lines if line.conflict]

    @cached_property
    def stamp(self) -> str:
        """Changes with what is proposed and with what is published: who sends another one has read something else."""
        state = [self.dossier.status, self.dossier.round]
        shown = [[line.key, line.difference.published, line.difference.proposed] for line in self.lines]
        return hashlib.sha256(json.dumps([state, shown], sort_keys=True).encode()).hexdigest()[:24]


def read_dossier(dossier: Dossier) -> Reading:
    """A bounded number of statements, whatever the units and their communes."""
    proposed = proposed_of(dossier)
    refs = {sheet.id: ref for sheet in proposed if (ref := ref_of(dossier, sheet)) is not None}
    published = read_sheets(list(refs.values()))
    comments = comments_of(dossier)
    zones = [sheet.values.get("zone") for sheet in proposed] + [sheet.get("zone") for sheet in published.values()]
    words = words_for(zones)
    read = [
        _read(
            sheet,
            published[refs[sheet.id]] if sheet.id in refs else {},
            comments,
            words.labels,
        )
        for sheet in proposed
    ]
    found = findings_of([_Result(sheet.sheet.kind, sheet.result) for sheet in read], words.valid)
    for sheet, findings in zip(read, found.values(), strict=True):
        sheet.findings.extend(findings)
    return Reading(dossier, read, words.labels)


def ref_of(dossier: Dossier, sheet: Proposed) -> SheetRef | None:
    """The published sheet; None while the unit does not exist."""
    if sheet.kind is SheetKind.EG:
        return SheetRef(dossier.establishment_finess)
    return SheetRef(dossier.establishment_finess, sheet.unit_id) if sheet.unit_id is not None else None


def comments_of(dossier: Dossier, sheet_id: uuid.UUID | None = None) -> dict[tuple[uuid.UUID, str, str], list[Comment]]:
    """What its validators said, or of one sheet: one statement."""
    query = (
        sa.select(DossierComment, Account.agent_since, Person)
        .join(Account, Account.id == DossierComment.account_id)
        .join(Person, Person.id == Account.person_id)
        .where(DossierComment.dossier_id == dossier.id)
        .order_by(DossierComment.at, DossierComment.id)
    )
    if sheet_id is not None:
        query = query.where(DossierComment.sheet_id == sheet_id)
    found: dict[tuple[uuid.UUID, str, str], list[Comment]] = {}
    for row, agent_since, person in db.session().execute(query):
        decision = Decision(row.decision) if row.decision else None
        by = SERVICE_CENTRE if agent_since else person.full_name
        said = Comment(by, row.at, row.round, decision, row.body)
        found.setdefault((row.sheet_id, row.box, row.field), []).append(said)
    return found


def returned_in(dossier: Dossier, sheet: DossierSheet | Proposed) -> dict[str, list[tuple[Field, Comment]]]:
    """What the last reading returned of a sheet, box by box, and why: one statement; nothing unless it is a draft."""
    if dossier.status != DossierStatus.DRAFT:
        return {}
    found: dict[str, list[tuple[Field, Comment]]] = {}
    for (_, box, key), said in comments_of(dossier, sheet.id).items():
        described = find_box(SheetKind(sheet.kind), box)
        last = said[-1]
        if described is not None and last.decision is Decision.RETURN and last.round == dossier.round:
            found.setdefault(box, []).append((described.field(key), last))
    return found


# ── steps ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class _Result:
    kind: SheetKind
    values: Sheet


def _read(sheet: Proposed, published: dict[str, Values], comments: Comments, labels: Labels) -> SheetReading:
    lines, result = [], dict(published)
    for box in BOXES[sheet.kind]:
        now = published.get(box.key) or canonical(box, {})
        proposed = sheet.boxes.get(box.key)
        result[box.key] = now
        if proposed is None:
            continue
        found = differences(box, proposed.base, now, proposed.values)
        result[box.key] = {**now, **{one.field.key: one.result for one in found}}
        lines += [_line(sheet, box, proposed, one, comments, labels) for one in found]
    return SheetReading(sheet, published, result, lines, [])


def _line(
    sheet: Proposed, box: Box, proposed: ProposedBox, found: Difference, comments: Comments, labels: Labels
) -> Line:
    said = comments.get((sheet.id, box.key, found.field.key), [])
    last = next((one.decision for one in reversed(said) if one.decision), None)
    novel = novelty(proposed.reviewed, found.field.key, found.proposed, last)
    return Line(sheet, box, found, novel, said, labels)
