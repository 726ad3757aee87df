"""Publishing a dossier: what was accepted, all of it in one transaction and one revision, or nothing.

What was returned stays in the dossier, which goes back to the CPTS with it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from app import clock, db
from app.domain.dossier_reviews import Decision, settle
from app.domain.dossiers import DossierStatus
from app.domain.errors import Invalid
from app.domain.sheets.catalogue import BOXES, SheetKind
from app.domain.sheets.rules import Finding
from app.domain.sheets.values import Values, canonical, changes, refused_blanks
from app.journal.catalogue import DossierPublished
from app.models import Dossier, DossierBox, DossierBoxPast, DossierSheet, Establishment, Revision, SheetBox
from app.policies.actor import Actor
from app.policies.permissions import Permission
from app.queries.dossier_differences import Line, Reading, SheetReading, ref_of
from app.queries.sheet_findings import findings_of
from app.queries.sheets import SheetRef
from app.usecases.base import usecase
from app.usecases.dossier_review_steps import (
    Verdict,
    back_to_draft,
    check_words,
    decided,
    mark_read,
    note_decisions,
    open_reading,
    returned,
)
from app.usecases.dossier_steps import sign, tell, touch
from app.usecases.sheet_steps import Write, changed_fields, write_boxes
from app.usecases.sheet_tables import open_unit

NOTHING_ACCEPTED = "Aucune modification n’est acceptée : renvoyez le dossier plutôt que de le publier."
REQUIRED = "RG_EXP_002"


@dataclass(frozen=True)
class Outcome:
    """`revision` None: nothing was left to change on the page. `back`: what goes back to the CPTS."""

    revision: Revision | None
    accepted: int
    back: list[Line]


@dataclass(frozen=True, eq=False)
class Plan:
    """What becomes of a sheet. `now` and `rest` by box: what is published, what is proposed still.

    `held`: a unit that cannot be created without what was returned; the whole of it waits.
    """

    reading: SheetReading
    now: dict[str, Values]
    rest: dict[str, Values]
    findings: list[Finding] = field(default_factory=list)

    @property
    def kind(self) -> SheetKind:
        return self.reading.sheet.kind

    @property
    def values(self) -> dict[str, Values]:
        """The whole sheet once published."""
        return {**self.reading.published, **self.now}

    @property
    def creates(self) -> bool:
        return self.reading.sheet.new

    @property
    def written(self) -> list[str]:
        """The boxes that say something new."""
        return [
            box.key
            for box in BOXES[self.kind]
            if box.key in self.now and changes(box, self.reading.published.get(box.key), self.now[box.key])
        ]


@dataclass(frozen=True, eq=False)
class Before:
    """A sheet as it is published."""

    kind: SheetKind
    values: dict[str, Values]


@usecase(Permission.DOSSIER_REVIEW)
def publish_dossier(actor: Actor, dossier: Dossier, verdict: Verdict, *, seen: str) -> Outcome:
    """Publish what is accepted as one revision; send back the rest, if any.

    Raises ImpossibleNow: answered already, or something changed since `seen`. Invalid: a conflict that is not
    settled, a return without its reason, values that the rules of the ROR refuse (`decision-…` of the line).
    """
    reading = open_reading(dossier, DossierStatus.TO_REVIEW, seen)
    check_words(reading, verdict)
    decisions = decided(reading, verdict, settling=True)
    back = returned(reading.lines, decisions)
    plans = _plans(reading, decisions)
    held = [plan for plan in plans if _is_held(plan, back)]
    going = [plan for plan in plans if plan not in held and plan.now]
    if back and not any(plan.written for plan in going):
        raise Invalid({"message": NOTHING_ACCEPTED})
    _refuse_unfit(going)
    note_decisions(actor, reading, verdict, dict(decisions))
    revision = _write(actor, dossier, going)
    _close(actor, dossier, verdict)
    if back:
        _keep_the_rest(actor, dossier, going, back)
    touch(dossier)
    tell(
        DossierPublished,
        actor,
        dossier,
        revision_id=str(revision.id) if revision else None,
        number=revision.number if revision else None,
        round=dossier.round,
        changed=changed_fields(revision) if revision else [],
        returned=[line.path for line in back],
        reason=verdict.words,
    )
    waiting = {line.key for plan in held for line in plan.reading.lines}
    accepted = sum(1 for line in reading.lines if decisions[line.key] is Decision.ACCEPT and line.key not in waiting)
    return Outcome(revision, accepted, back)


# ── what becomes of each sheet ──────────────────────────────────────────────


def _plans(reading: Reading, decisions: Mapping[str, Decision]) -> list[Plan]:
    """With what the rules refuse of each: not what was wrong on the page already and stays as it is."""
    plans = [_plan(sheet, decisions) for sheet in reading.sheets]
    before = findings_of([Before(plan.kind, plan.reading.published) for plan in plans])
    for (plan, found), known in zip(findings_of(plans).items(), before.values(), strict=True):
        plan.findings.extend(
            one
            for one in found
            if one.blocking and (plan.creates or one not in known or (one.box in plan.written and one.rule != REQUIRED))
        )
    return plans


def _plan(sheet: SheetReading, decisions: Mapping[str, Decision]) -> Plan:
    plan = Plan(sheet, {}, {})
    for box in BOXES[sheet.sheet.kind]:
        lines = sheet.of_box(box.key)
        if not lines and not sheet.sheet.new:
            continue
        published = sheet.published.get(box.key) or canonical(box, {})
        by_field = {line.field.key: decisions[line.key] for line in lines}
        plan.now[box.key], plan.rest[box.key] = settle(box, published, [line.difference for line in lines], by_field)
    return plan


def _is_held(plan: Plan, back: list[Line]) -> bool:
    concerned = any(line.sheet.id == plan.reading.sheet.id for line in back)
    return plan.creates and concerned and bool(plan.findings)


def _refuse_unfit(plans: list[Plan]) -> None:
    """Raises Invalid beside the line at fault, else on the message: what the writer would refuse, said of its sheet."""
    refused: dict[str, str] = {}
    for plan in plans:
        for box in BOXES[plan.kind]:
            if box.key in plan.now:
                blanks = refused_blanks(box, plan.reading.published.get(box.key), plan.now[box.key])
                for key, sentence in blanks.items():
                    _refuse(refused, plan, box.key, key, sentence)
        for finding in plan.findings:
            _refuse(refused, plan, finding.box, finding.field, finding.sentence)
    if refused:
        raise Invalid(refused)


def _refuse(refused: dict[str, str], plan: Plan, box: str, key: str, sentence: str) -> None:
    line = next((line for line in plan.reading.of_box(box) if line.field.key == key), None)
    name, told = (f"decision-{line.key}", sentence) if line else ("message", f"{plan.reading.label}\u00a0: {sentence}")
    refused.setdefault(name, told)


# ── publishing ──────────────────────────────────────────────────────────────


def _write(actor: Actor, dossier: Dossier, plans: list[Plan]) -> Revision | None:
    created = {plan: open_unit(dossier.establishment_finess, plan.now["offre"]) for plan in plans if plan.creates}
    writes = [
        Write(
            _ref(dossier, plan, created), box.key, plan.now[box.key], erase=frozenset(each.key for each in box.fields)
        )
        for plan in plans
        for box in BOXES[plan.kind]
        if box.key in plan.written
    ]
    for plan, ref in created.items():
        db.session().get_one(DossierSheet, plan.reading.sheet.id).unit_id = ref.unit_id
    if not writes:
        return None
    place = db.session().get_one(Establishment, dossier.establishment_finess)
    return write_boxes(actor, place, writes, source="dossier", created=list(created.values()), dossier_id=dossier.id)


def _ref(dossier: Dossier, plan: Plan, created: Mapping[Plan, SheetRef]) -> SheetRef:
    found = created.get(plan) or ref_of(dossier, plan.reading.sheet)
    assert found is not None  # noqa: S101 – a unit that does not exist was just created
    return found


def _close(actor: Actor, dossier: Dossier, verdict: Verdict) -> None:
    """Signed while the signature of the CPTS is still there: the database checks that they are two people's."""
    dossier.status = DossierStatus.PUBLISHED.value
    dossier.published_at, dossier.published_by_account_id = clock.now(), actor.account_id
    sign(actor, dossier, "published", verdict.words)
    db.session().flush()


def _keep_the_rest(actor: Actor, dossier: Dossier, plans: list[Plan], back: list[Line]) -> None:
    """What is proposed still starts from what is published now."""
    session = db.session()
    sheets = {plan.reading.sheet.id: plan for plan in plans}
    refs = {id_: SheetRef(dossier.establishment_finess, unit_id) for id_, unit_id in _unit_ids(dossier).items()}
    versions = {
        (sheet, box): version
        for sheet, box, version in session.execute(
            sa.select(SheetBox.sheet, SheetBox.box, SheetBox.version).where(
                SheetBox.sheet.in_([ref.key for ref in refs.values()])
            )
        )
    }
    for box in session.scalars(sa.select(DossierBox).where(DossierBox.sheet_id.in_(sheets))):
        plan = sheets[box.sheet_id]
        if box.box in plan.now:
            session.add(DossierBoxPast(sheet_id=box.sheet_id, box=box.box, version=box.version, values=box.values))
            box.base, box.values = plan.now[box.box], plan.rest[box.box]
            box.base_version = versions.get((refs[box.sheet_id].key, box.box), 0)
            box.version += 1
    session.flush()
    mark_read(dossier)
    sign(actor, dossier, "returned")
    back_to_draft(dossier, {line.sheet.id for line in back})


def _unit_ids(dossier: Dossier) -> dict[uuid.UUID, int | None]:
    rows = sa.select(DossierSheet.id, DossierSheet.unit_id).where(DossierSheet.dossier_id == dossier.id)
    return {id_: unit_id for id_, unit_id in db.session().execute(rows)}  # noqa: C416 – a dict of plain tuples
