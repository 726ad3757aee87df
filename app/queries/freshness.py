"""Whether what each CPTS publishes was verified, when it should be again, and what the national rule says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.domain.freshness import (
    AGAIN_AFTER,
    ASKED_TWICE,
    USUAL,
    Outlook,
    months_between,
    next_check,
    outlook,
)
from app.models import (
    Commune,
    Establishment,
    FreshnessAsk,
    FreshnessRhythm,
    Mandate,
    SheetBox,
    Unit,
    UnitCommune,
    in_office,
)
from app.queries.sheets import BoxState, SheetRef, box_states, states_of, states_part
from app.queries.together import Parts, Together
from app.working_days import day_of

CONTACT, ZONE = "coordonnees", "zone"
"""What the SAS needs at least, and what the mail therefore asks about (S-141): phone and address, communes."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Of a CPTS. `verified`: when the oldest of what is asked was verified, None: some never was. `since`: the oldest
    presidency in office."""

    finess: str
    verified: datetime | None
    since: datetime
    months: int
    ask: FreshnessAsk | None

    @property
    def due(self) -> date | None:
        return next_check(day_of(self.verified) if self.verified else None, self.months, since=day_of(self.since))


def situations(finess: str | None = None) -> list[Situation]:
    """Of every open CPTS over which somebody presides, or of one: two statements."""
    presides = (
        sa.select(Mandate.establishment_finess, sa.func.min(Mandate.started_at).label("since"))
        .where(Mandate.role == "president", in_office(Mandate))
        .group_by(Mandate.establishment_finess)
        .subquery()
    )
    own = sa.and_(SheetBox.sheet == sa.literal("eg-") + Establishment.finess, SheetBox.box == CONTACT)
    open_ask = sa.and_(FreshnessAsk.establishment_finess == Establishment.finess, FreshnessAsk.closed_at.is_(None))
    rows = (
        sa.select(
            Establishment.finess,
            sa.func.coalesce(SheetBox.verified_at, Establishment.verified_at, type_=SheetBox.verified_at.type),
            presides.c.since,
            sa.func.coalesce(FreshnessRhythm.months, int(USUAL)),
            FreshnessAsk,
        )
        .join(presides, presides.c.establishment_finess == Establishment.finess)
        .outerjoin(SheetBox, own)
        .outerjoin(FreshnessRhythm, FreshnessRhythm.establishment_finess == Establishment.finess)
        .outerjoin(FreshnessAsk, open_ask)
        .where(Establishment.closed_on.is_(None), Establishment.finess == finess if finess else sa.true())
        .execution_options(populate_existing=True)
    )
    zones = _zones(finess)
    return [
        Situation(place, _oldest([verified, *zones.get(place, [])]), since, months, ask)
        for place, verified, since, months, ask in db.session().execute(rows)
    ]


def asked_boxes(finess: str) -> list[tuple[SheetRef, str]]:
    """What a mailed link confirms: what the SAS needs, of the sheets that the public sees. One statement."""
    units = sa.select(Unit.id).where(Unit.establishment_finess == finess, Unit.closed_on.is_(None))
    seen = db.session().scalars(units.where(Unit.sensitive.is_(False)).order_by(Unit.id))
    return [(SheetRef(finess), CONTACT), *((SheetRef(finess, id_), ZONE) for id_ in seen)]


def communes_asked(finess: str) -> list[str]:
    """Names of the communes of the zone that the public sees, in the order of their codes: one statement."""
    served = sa.select(UnitCommune.insee).join(Unit, Unit.id == UnitCommune.unit_id)
    served = served.where(Unit.establishment_finess == finess, Unit.closed_on.is_(None), Unit.sensitive.is_(False))
    return list(db.session().scalars(sa.select(Commune.name).where(Commune.insee.in_(served)).order_by(Commune.insee)))


def asked_fingerprint(boxes: Sequence[tuple[SheetRef, str]]) -> str:
    """The versions of what somebody is asked about: what they confirm is what they saw. One statement."""
    return _fingerprint(boxes, box_states([ref for ref, _ in boxes]))


def _fingerprint(boxes: Sequence[tuple[SheetRef, str]], states: Mapping[tuple[str, str], BoxState]) -> str:
    versions = ((ref.key, box, states.get((ref.key, box))) for ref, box in boxes)
    return " ".join(f"{sheet}/{box}={state.version if state else 0}" for sheet, box, state in versions)


def rhythm_of(finess: str) -> int:
    chosen = sa.select(FreshnessRhythm.months).where(FreshnessRhythm.establishment_finess == finess)
    months = db.session().scalar(chosen)
    return int(USUAL) if months is None else months


def unverified_of(rows: Mapping[str, list[Any]]) -> str | None:
    """« Non vérifié depuis 8 mois », once two mails had no answer: of the rows of `UNVERIFIED_PARTS`."""
    ask = rows["open_ask"][0] if rows["open_ask"] else None
    if ask is None or not unanswered_twice(ask, clock.now()):
        return None
    verified = _verified_of(rows)
    if verified is None:
        return "Jamais vérifié par la CPTS"
    if verified > ask.opened_at:
        return None
    months = months_between(day_of(verified), day_of(clock.now()))
    return f"Non vérifié depuis {months}\u00a0mois"


def unanswered_twice(ask: Any, now: datetime) -> bool:
    return bool(ask.mails > ASKED_TWICE) or bool(ask.mails == ASKED_TWICE and now >= ask.last_mailed_at + AGAIN_AFTER)


def verified_since(finess: str) -> datetime | None:
    """When the oldest of what is asked was verified: one statement."""
    return _verified_of(_UNVERIFIED.read(finess=finess))


_HERE: sa.BindParameter[str] = sa.bindparam("finess")
_ZONE_STATES = (
    sa.select(Unit.id, SheetBox.verified_at)
    .outerjoin(
        SheetBox, sa.and_(SheetBox.sheet == sa.literal("uo-") + sa.cast(Unit.id, sa.String), SheetBox.box == ZONE)
    )
    .where(Unit.establishment_finess == _HERE, Unit.closed_on.is_(None), Unit.sensitive.is_(False))
)
UNVERIFIED_PARTS: Parts = {
    "open_ask": sa.select(FreshnessAsk.mails, FreshnessAsk.opened_at, FreshnessAsk.last_mailed_at).where(
        FreshnessAsk.establishment_finess == _HERE, FreshnessAsk.closed_at.is_(None)
    ),
    "contact_state": sa.select(
        sa.func.coalesce(SheetBox.verified_at, Establishment.verified_at, type_=SheetBox.verified_at.type).label(
            "verified_at"
        )
    )
    .select_from(Establishment)
    .outerjoin(
        SheetBox,
        sa.and_(SheetBox.sheet == sa.literal("eg-") + Establishment.finess, SheetBox.box == CONTACT),
    )
    .where(Establishment.finess == _HERE),
    "zone_states": _ZONE_STATES,
}
"""Whether what was asked of the CPTS `finess` had no answer."""
_UNVERIFIED = Together(**UNVERIFIED_PARTS)


def _verified_of(rows: Mapping[str, list[Any]]) -> datetime | None:
    return _oldest([row.verified_at for row in (*rows["contact_state"], *rows["zone_states"])])


def _zones(finess: str | None) -> dict[str, list[datetime | None]]:
    """When the zone of each unit that the public sees was verified: one statement."""
    sheet = sa.literal("uo-") + sa.cast(Unit.id, sa.String)
    rows = db.session().execute(
        sa.select(Unit.establishment_finess, SheetBox.verified_at)
        .outerjoin(SheetBox, sa.and_(SheetBox.sheet == sheet, SheetBox.box == ZONE))
        .where(Unit.closed_on.is_(None), Unit.sensitive.is_(False))
        .where(Unit.establishment_finess == finess if finess else sa.true())
    )
    found: dict[str, list[datetime | None]] = {}
    for place, verified in rows:
        found.setdefault(place, []).append(verified)
    return found


def _oldest(moments: Iterable[datetime | None]) -> datetime | None:
    known = list(moments)
    return None if None in known else min(filter(None, known))


# ── the page ────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class FreshnessPage:
    """`refs`: every open sheet. `names`: of the units, by sheet. `asked`: what a mailed link asks about. `due`: None
    when nobody presides, or when nobody is asked. `outlook`: RE1.2, of the dates of the units."""

    refs: list[SheetRef]
    names: dict[str, str]
    states: dict[tuple[str, str], BoxState]
    asked: set[tuple[SheetRef, str]]
    rhythm: int
    due: date | None
    outlook: Outlook
    unverified: str | None


_OPEN_UNITS = sa.select(Unit.id).where(Unit.establishment_finess == _HERE, Unit.closed_on.is_(None))
_PAGE_STATES = states_part(
    sa.or_(
        SheetBox.sheet == sa.literal("eg-") + _HERE,
        SheetBox.sheet.in_(_OPEN_UNITS.with_only_columns(sa.literal("uo-") + sa.cast(Unit.id, sa.String))),
    )
)
_PAGE = Together(
    units=_OPEN_UNITS.add_columns(Unit.name, Unit.sensitive, Unit.updated_at).order_by(Unit.id),
    states=_PAGE_STATES,
    rhythm=sa.select(FreshnessRhythm.months).where(FreshnessRhythm.establishment_finess == _HERE),
    presided=sa.select(sa.func.min(Mandate.started_at, type_=Mandate.started_at.type).label("since"))
    .join(Establishment, Establishment.finess == Mandate.establishment_finess)
    .where(Mandate.establishment_finess == _HERE, Mandate.role == "president", in_office(Mandate))
    .where(Establishment.closed_on.is_(None)),
    **UNVERIFIED_PARTS,
)


def freshness_page(finess: str) -> FreshnessPage:
    """Everything that the page of a CPTS says: one statement."""
    rows = _PAGE.read(finess=finess)
    units, since = rows["units"], rows["presided"][0].since
    rhythm = rows["rhythm"][0].months if rows["rhythm"] else int(USUAL)
    seen = [SheetRef(finess, unit.id) for unit in units if not unit.sensitive]
    verified = _verified_of(rows)
    return FreshnessPage(
        refs=[SheetRef(finess), *(SheetRef(finess, unit.id) for unit in units)],
        names={SheetRef(finess, unit.id).key: unit.name for unit in units},
        states=states_of(rows["states"]),
        asked={(SheetRef(finess), CONTACT), *((ref, ZONE) for ref in seen)},
        rhythm=rhythm,
        due=next_check(day_of(verified) if verified else None, rhythm, since=day_of(since)) if since else None,
        outlook=outlook([day_of(unit.updated_at) for unit in units], day_of(clock.now())),
        unverified=unverified_of(rows),
    )


# ── the mailed link ─────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Question:
    """What a mailed link asks about: names of the communes of the zone, when the oldest of it was verified, and what
    `asked_fingerprint` says of it."""

    communes: list[str]
    verified: datetime | None
    fingerprint: str


_SEEN_UNITS = _OPEN_UNITS.where(Unit.sensitive.is_(False))
_QUESTION = Together(
    units=_SEEN_UNITS.order_by(Unit.id),
    states=_PAGE_STATES,
    communes=sa.select(Commune.name)
    .where(Commune.insee.in_(sa.select(UnitCommune.insee).where(UnitCommune.unit_id.in_(_SEEN_UNITS))))
    .order_by(Commune.insee),
    **UNVERIFIED_PARTS,
)


def question(finess: str) -> Question:
    """One statement."""
    rows = _QUESTION.read(finess=finess)
    boxes = [(SheetRef(finess), CONTACT), *((SheetRef(finess, row.id), ZONE) for row in rows["units"])]
    return Question(
        [row.name for row in rows["communes"]], _verified_of(rows), _fingerprint(boxes, states_of(rows["states"]))
    )
