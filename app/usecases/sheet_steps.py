"""The one way a published value is written, whoever asks: a form, a correction, a dossier, a restoration, an agent.

Writers of one CPTS wait for each other on its row; versions are the boxes', so that two boxes never conflict.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict, Unpack

import sqlalchemy as sa

from app import clock, db
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.sheets.catalogue import Box, SheetKind, find_box
from app.domain.sheets.rules import Codes, box_findings, invariants_broken
from app.domain.sheets.values import Values, canonical, changes, erased, refused_blanks
from app.journal.catalogue import DescriptionUpdated
from app.journal.record import record
from app.models import Commune, Establishment, Revision, RevisionBox, SheetBox, Unit
from app.policies.actor import Actor, Role, reference
from app.queries.nomenclatures import ACTIVITIES, ACTIVITY_FIELDS, CARE_MODES, UNIT_TYPES, codes_of
from app.queries.sheets import Sheet, SheetRef, read_sheets
from app.search.index import index_establishment
from app.usecases.sheet_tables import write_box
from app.usecases.zone_overlaps import tell_overlaps

CHANGED_MEANWHILE = "Cet encadré a été modifié pendant votre saisie. La vôtre est encore à l’écran."
CONFIRM_ERASING = "Cette information est renseignée. Confirmez que vous voulez l’effacer, ou gardez-la."


class StaleBoxes(ImpossibleNow):
    """409: somebody saved these boxes since they were read. `boxes`: those, by sheet."""

    def __init__(self, boxes: list[tuple[SheetRef, str]]) -> None:
        super().__init__(CHANGED_MEANWHILE)
        self.boxes = boxes


@dataclass(frozen=True)
class Write:
    """`seen`: the version that the person had in front of them; None: whatever is there now.

    `erase`: fields that the person said to empty; those used downstream never are.
    """

    ref: SheetRef
    box: str
    values: Values
    seen: int | None = None
    erase: frozenset[str] = field(default=frozenset())

    @property
    def description(self) -> Box:
        """Raises KeyError."""
        found = find_box(self.ref.kind, self.box)
        if found is None:
            raise KeyError(self.box)
        return found


class About(TypedDict, total=False):
    """What is kept with a revision: why, for whom, from which dossier, which revision it takes up again."""

    reason: str | None
    on_behalf_of: str | None
    dossier_id: uuid.UUID | None
    restores_id: uuid.UUID | None


def write_boxes(
    actor: Actor | None,
    establishment: Establishment,
    writes: Sequence[Write],
    *,
    source: str,
    verified: bool = True,
    created: Collection[SheetRef] = (),
    **about: Unpack[About],
) -> Revision | None:
    """Publish these values as one revision; None when nothing changes (a verified box is then confirmed).

    `verified`: they come from those who keep the page. `created`: units just opened, which had no value before.
    Raises StaleBoxes, Invalid (field → sentence).
    """
    _lock(establishment)
    refs = list(dict.fromkeys(write.ref for write in writes))
    before = read_sheets(refs)
    states = _states(refs)
    _check_versions(writes, states)
    after = _after(writes, before, _codes(writes))
    changed = [
        write
        for write in writes
        if write.ref in created or changes(write.description, before[write.ref][write.box], after[write.ref][write.box])
    ]
    for write in changed:
        write_box(write.ref, write.box, after[write.ref][write.box])
    for write in writes:
        _mark(actor, write, states, clock.now() if verified else None, moved=write in changed)
    _date(establishment, writes, verified=verified, moved=bool(changed))
    if not changed:
        return None
    told = {ref: {} if ref in created else sheet for ref, sheet in before.items()}
    kept = [
        RevisionBox(
            sheet=write.ref.key,
            box=write.box,
            before=told[write.ref].get(write.box),
            after=after[write.ref][write.box],
            version=states[(write.ref.key, write.box)].version,
        )
        for write in changed
    ]
    revision = _remember(actor, establishment, source, kept, about)
    index_establishment(db.session(), establishment.finess)
    tell_overlaps(actor, establishment, _added_communes(changed, told, after))
    return revision


def confirm_boxes(actor: Actor | None, establishment: Establishment, boxes: Sequence[tuple[SheetRef, str]]) -> None:
    """« C’est toujours exact »: the date of verification moves, nothing else does."""
    _lock(establishment)
    states = _states(list(dict.fromkeys(ref for ref, _ in boxes)))
    writes = [Write(ref, box, {}) for ref, box in boxes]
    for write in writes:
        _mark(actor, write, states, clock.now(), moved=False)
    _date(establishment, writes, verified=True, moved=False)


def role_of(actor: Actor, finess: str) -> str | None:
    """As what somebody writes: their office in this CPTS, else agent; a référent in the time of grace is one."""
    mandate = actor.mandate_in(finess, Role.PRESIDENT, Role.REFERENT)
    if mandate is not None:
        return mandate.role.value
    if any(grace.establishment_finess == finess for grace in actor.graces):
        return Role.REFERENT.value
    return Role.AGENT.value if actor.is_agent else None


def changed_fields(revision: Revision) -> list[str]:
    """`uo-12/zone/communes` of each field that the revision changes."""
    rows = db.session().scalars(sa.select(RevisionBox).where(RevisionBox.revision_id == revision.id))
    return sorted(
        f"{row.sheet}/{row.box}/{change.field.key}"
        for row in rows
        if (box := find_box(SheetKind(row.sheet[:2]), row.box)) is not None
        for change in changes(box, row.before, row.after)
    )


def record_revision(actor: Actor, establishment: Establishment, revision: Revision) -> None:
    """The event of a use case that published: last in it, the lock of the journal is held until the commit."""
    record(
        DescriptionUpdated(
            actor=actor.reference,
            subject=reference(establishment),
            establishment_finess=establishment.finess,
            reason=revision.reason,
            revision_id=str(revision.id),
            number=revision.number,
            source=revision.source,
            fields=changed_fields(revision),
        )
    )


# ── steps ───────────────────────────────────────────────────────────────────


def _lock(establishment: Establishment) -> None:
    db.session().execute(
        sa.select(Establishment.finess).where(Establishment.finess == establishment.finess).with_for_update()
    )


def _states(refs: Sequence[SheetRef]) -> dict[tuple[str, str], SheetBox]:
    rows = sa.select(SheetBox).where(SheetBox.sheet.in_([ref.key for ref in refs]))
    found = db.session().scalars(rows.execution_options(populate_existing=True))
    return {(row.sheet, row.box): row for row in found}


def _check_versions(writes: Sequence[Write], states: dict[tuple[str, str], SheetBox]) -> None:
    late = []
    for write in writes:
        state = states.get((write.ref.key, write.box))
        if write.seen is not None and write.seen != (state.version if state else 0):
            late.append((write.ref, write.box))
    if late:
        raise StaleBoxes(late)


def _after(writes: Sequence[Write], before: dict[SheetRef, Sheet], codes: Codes) -> dict[SheetRef, Sheet]:
    """The sheets as they will be. Raises Invalid: blanks, erasures nobody confirmed, rules of the ROR."""
    after = {ref: dict(sheet) for ref, sheet in before.items()}
    refusals: dict[str, str] = {}
    for write in writes:
        box = write.description
        values = canonical(box, write.values)
        refusals |= refused_blanks(box, before[write.ref][write.box], values)
        for lost in erased(box, before[write.ref][write.box], values):
            if lost.key not in write.erase:
                refusals[lost.key] = CONFIRM_ERASING
        after[write.ref][write.box] = values
    for write in writes:
        if not changes(write.description, before[write.ref][write.box], after[write.ref][write.box]):
            continue
        findings = box_findings(write.ref.kind, write.box, after[write.ref], codes)
        findings += invariants_broken(before[write.ref], {write.box: after[write.ref][write.box]})
        for finding in findings:
            if finding.blocking:
                refusals.setdefault(finding.field, finding.sentence)
    if refusals:
        raise Invalid(refusals)
    return after


def _codes(writes: Sequence[Write]) -> Codes:
    """Those that the rules of these boxes ask for: at most two statements."""
    codes: dict[str, dict[str, str]] = {}
    if any(write.box in ("offre", "activites") for write in writes):
        codes |= codes_of(UNIT_TYPES, ACTIVITIES, CARE_MODES, ACTIVITY_FIELDS)
    wanted = {insee for write in writes if write.box == "zone" for insee in write.values.get("communes") or []}
    if wanted:
        rows = db.session().execute(sa.select(Commune.insee, Commune.name).where(Commune.insee.in_(wanted)))
        codes["COG"] = dict(rows.all())
    return codes


def _mark(
    actor: Actor | None,
    write: Write,
    states: dict[tuple[str, str], SheetBox],
    verified_at: datetime | None,
    *,
    moved: bool,
) -> None:
    """Version and dates of the box."""
    key = (write.ref.key, write.box)
    if (state := states.get(key)) is None:
        state = SheetBox(sheet=key[0], box=key[1], establishment_finess=write.ref.finess, version=0)
        state.updated_at = clock.now()
        states[key] = state
        db.session().add(state)
    if moved:
        state.version, state.updated_at = state.version + 1, clock.now()
        state.updated_by_account_id = actor.account_id if actor else None
    if verified_at is not None:
        state.verified_at = verified_at


def _date(establishment: Establishment, writes: Sequence[Write], *, verified: bool, moved: bool) -> None:
    """RG_EXP_024, RG_EXP_025: what holds a changed value is dated too."""
    dates = ({"updated_at": clock.now()} if moved else {}) | ({"verified_at": clock.now()} if verified else {})
    if not dates:
        return
    units = {write.ref.unit_id for write in writes if write.ref.unit_id is not None}
    session = db.session()
    if units:
        session.execute(sa.update(Unit).where(Unit.id.in_(units)).values(dates))
    own = any(write.ref.unit_id is None for write in writes)
    dates = dates if own else {name: at for name, at in dates.items() if name == "updated_at"}
    if dates:
        session.execute(sa.update(Establishment).where(Establishment.finess == establishment.finess).values(dates))


def _added_communes(
    changed: Sequence[Write], before: dict[SheetRef, Sheet], after: dict[SheetRef, Sheet]
) -> dict[int | None, set[str]]:
    """Unit → the communes that its zone gains."""
    return {
        write.ref.unit_id: set(after[write.ref]["zone"]["communes"])
        - set(before[write.ref].get("zone", {}).get("communes", ()))
        for write in changed
        if write.box == "zone"
    }


def _remember(
    actor: Actor | None, establishment: Establishment, source: str, kept: list[RevisionBox], about: About
) -> Revision:
    revision = Revision(
        establishment_finess=establishment.finess,
        number=_next_number(establishment.finess),
        at=clock.now(),
        source=source,
        account_id=actor.account_id if actor else None,
        role=role_of(actor, establishment.finess) if actor else None,
        boxes=kept,
        **about,
    )
    db.session().add(revision)
    db.session().flush()
    return revision


def _next_number(finess: str) -> int:
    last = sa.select(sa.func.max(Revision.number)).where(Revision.establishment_finess == finess)
    return (db.session().scalar(last) or 0) + 1
