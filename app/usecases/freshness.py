"""« C’est toujours exact » by mail, without signing in (B-18): the rhythm, the questions, the answer."""

from __future__ import annotations

import uuid
from datetime import datetime, time

import sqlalchemy as sa

from app import clock, db
from app.domain.errors import ImpossibleNow, NotAllowed
from app.domain.freshness import AGAIN_AFTER, ASKED_TWICE, LINK_FOR, Rhythm, months_after
from app.domain.requests import is_working_day
from app.domain.rhythms import DIGEST_HOUR
from app.journal.catalogue import BoxesConfirmed, FreshnessAsked, FreshnessRhythmChosen
from app.journal.record import record
from app.models import Establishment, FreshnessAsk, FreshnessRhythm
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.queries.freshness import Situation, asked_boxes, asked_fingerprint, situations
from app.usecases.base import usecase
from app.usecases.memory import hold
from app.usecases.sheet_steps import StaleBoxes, confirm_boxes
from app.working_days import HOLIDAYS, PARIS, day_of

SYSTEM = "system"
BATCH = 200
GONE = "Ce lien a déjà servi, ou n’est plus valable."


@usecase(Permission.ESTABLISHMENT_CONFIRM)
def choose_freshness_rhythm(actor: Actor, establishment: Establishment, *, rhythm: Rhythm) -> None:
    """How often those in office are asked, from now on."""
    session, held = db.session(), hold(establishment)
    row = session.get(FreshnessRhythm, held.finess)
    if row is None:
        row = FreshnessRhythm(establishment_finess=held.finess)
        session.add(row)
    row.months, row.chosen_at, row.chosen_by_account_id = int(rhythm), clock.now(), _account(actor)
    record(
        FreshnessRhythmChosen(
            actor=actor.reference,
            subject=reference(held),
            establishment_finess=held.finess,
            months=int(rhythm),
        )
    )


@usecase(Permission.ESTABLISHMENT_CONFIRM)
def confirm_by_link(actor: Actor, establishment: Establishment, *, ask: FreshnessAsk, seen: str) -> None:
    """The mailed link, used once. `actor`: whose link it is, with the offices of now; `seen`: what the page showed.

    Raises ImpossibleNow when it was answered meanwhile or is too old, StaleBoxes when what is published moved.
    """
    held = hold(establishment)
    answered = db.session().scalars(
        sa.update(FreshnessAsk)
        .where(FreshnessAsk.id == ask.id, FreshnessAsk.closed_at.is_(None))
        .where(FreshnessAsk.last_mailed_at > clock.now() - LINK_FOR)
        .values(closed_at=clock.now(), outcome="confirmed", confirmed_by_account_id=_account(actor))
        .returning(FreshnessAsk.id)
    )
    if answered.one_or_none() is None:
        raise ImpossibleNow(GONE)
    boxes = asked_boxes(held.finess)
    if asked_fingerprint(boxes) != seen:
        raise StaleBoxes(boxes)
    confirm_boxes(actor, held, boxes)
    record(
        BoxesConfirmed(
            actor=actor.reference,
            subject=reference(held),
            establishment_finess=held.finess,
            boxes=[f"{ref.key}/{box}" for ref, box in boxes],
            by_link=True,
        )
    )


def ask_freshness() -> int:
    """Ask those in office of each CPTS whose turn it is, on working days; how many. Run by the worker."""
    now = clock.now()
    if not _is_time_to_write(now):
        return 0
    due = [situation.finess for situation in situations() if _move(situation, now)][:BATCH]
    return sum(_ask(finess, now) for finess in due)


# ── steps ───────────────────────────────────────────────────────────────────


def _ask(finess: str, now: datetime) -> bool:
    """One transaction a CPTS, looked at again once its row is held. Whether a mail leaves."""
    session = db.session()
    held = session.get_one(Establishment, finess, with_for_update={"of": Establishment}, populate_existing=True)
    found = situations(finess)
    move = _move(found[0], now) if found else None
    ask = found[0].ask if found else None
    if ask is not None and move in {"verified", "stopped"}:
        ask.closed_at, ask.outcome = now, move
    elif move == "ask":
        ask = ask or FreshnessAsk(establishment_finess=finess, opened_at=now, mails=0)
        session.add(ask)
        ask.mails, ask.last_mailed_at = ask.mails + 1, now
        session.flush()
        record(
            FreshnessAsked(
                actor=SYSTEM,
                subject=reference(held),
                establishment_finess=finess,
                ask_id=str(ask.id),
                mails=ask.mails,
            )
        )
    session.commit()
    return move == "ask"


def _move(situation: Situation, now: datetime) -> str | None:
    """What the worker does for a CPTS: `ask` (again), or close what was asked; None: nothing yet."""
    ask = situation.ask
    if ask is None:
        return "ask" if situation.due is not None and situation.due <= day_of(now) else None
    if not situation.months:
        return "stopped"
    if situation.verified is not None and situation.verified > ask.opened_at:
        return "verified"
    if ask.mails < ASKED_TWICE:
        return "ask" if now >= ask.last_mailed_at + AGAIN_AFTER else None
    return "ask" if day_of(now) >= months_after(day_of(ask.last_mailed_at), situation.months) else None


def _is_time_to_write(now: datetime) -> bool:
    """A question of this kind leaves on a working morning, as digests do."""
    today = day_of(now)
    return now >= datetime.combine(today, time(DIGEST_HOUR), PARIS) and is_working_day(today, HOLIDAYS)


def _account(actor: Actor) -> uuid.UUID:
    if actor.account_id is None:  # nobody in office is without an account
        raise NotAllowed(Permission.ESTABLISHMENT_CONFIRM)
    return actor.account_id
