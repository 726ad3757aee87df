"""Record what happened, with the outbox row that announces it, in the transaction that makes it true."""

from __future__ import annotations

import hashlib
import secrets

import sqlalchemy as sa

from app import clock, db
from app.journal.catalogue import Event
from app.journal.chain import GENESIS, canonical, commit, entry_hash
from app.models import JournalBody, JournalEntry, JournalHead, OutboxMessage


def record(event: Event) -> JournalEntry:
    """Append `event` to its chain; call it last in a use case, the chain's lock is held until the commit."""
    session = db.session()
    session.flush()
    head = _locked_head(event.chain)
    body, salt, at = canonical(event.body()), secrets.token_hex(16), clock.now()
    entry = JournalEntry(
        chain=event.chain,
        seq=head.seq + 1,
        at=at,
        event=event.name,
        actor=event.actor,
        concerned=event.concerned,
        subject=event.subject,
        body_commit=commit(salt, body),
        previous_hash=head.hash,
        hash="",
    )
    entry.hash = entry_hash(
        previous_hash=entry.previous_hash,
        chain=entry.chain,
        seq=entry.seq,
        at=at,
        event=entry.event,
        actor=entry.actor,
        concerned=entry.concerned,
        subject=entry.subject,
        body_commit=entry.body_commit,
    )
    head.seq, head.hash = entry.seq, entry.hash
    session.add(entry)
    session.flush()
    session.add(JournalBody(chain=entry.chain, seq=entry.seq, salt=salt, body=body))
    if event.announced:
        session.add(_announcement(entry, body))
    session.flush()
    return entry


def post(entry: JournalEntry, slug: str, recipient: str, context: dict[str, str]) -> None:
    """One mail written now, with the entry: to an address that the portal is about to forget."""
    digest = hashlib.sha256(recipient.casefold().encode()).hexdigest()[:32]
    db.session().add(
        OutboxMessage(
            kind="mail",
            dedupe_key=f"mail:{entry.chain}:{entry.seq}:{slug}:{digest}",
            topic=slug,
            recipient=recipient,
            payload=canonical(context),
            chain=entry.chain,
            seq=entry.seq,
            created_at=entry.at,
            not_before=entry.at,
        )
    )
    db.session().flush()


def _locked_head(chain: str) -> JournalHead:
    """The head of the chain, its row locked (SQLite: the whole write transaction is)."""
    session = db.session()
    query = sa.select(JournalHead).where(JournalHead.chain == chain).with_for_update()
    query = query.execution_options(populate_existing=True)
    head = session.scalars(query).one_or_none()
    if head is None:
        with session.begin_nested() as first:
            try:
                session.add(JournalHead(chain=chain, seq=0, hash=GENESIS))
                session.flush()
            except sa.exc.IntegrityError:  # another transaction opened the chain meanwhile
                first.rollback()
        head = session.scalars(query).one()
    return head


def _announcement(entry: JournalEntry, body: str) -> OutboxMessage:
    return OutboxMessage(
        kind="event",
        dedupe_key=f"event:{entry.chain}:{entry.seq}",
        topic=entry.event,
        payload=body,
        chain=entry.chain,
        seq=entry.seq,
        created_at=entry.at,
        not_before=entry.at,
    )
