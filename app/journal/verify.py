"""Seal the heads of all chains, and verify every chain, body and seal (SECURITY.md §5)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator

import sqlalchemy as sa

from app import clock, db
from app.journal.chain import GENESIS, canonical, commit, entry_hash, moment
from app.models import JournalBody, JournalEntry, JournalHead, JournalSeal

BATCH = 1000


def seal(key: bytes) -> JournalSeal | None:
    """Sign the state of all heads, on top of the previous seal; None when nothing changed since."""
    session = db.session()
    heads = canonical({chain: [seq, hash_] for chain, (seq, hash_) in _heads().items()})
    last = session.scalars(sa.select(JournalSeal).order_by(JournalSeal.id.desc()).limit(1)).one_or_none()
    if last is not None and last.heads == heads:
        return None
    previous = last.mac if last else GENESIS
    at = clock.now()
    sealed = JournalSeal(at=at, heads=heads, previous_mac=previous, mac=_mac(key, moment(at), heads, previous))
    session.add(sealed)
    session.commit()
    return sealed


def verify(key: bytes) -> tuple[int, list[str]]:
    """Entries read, and the first fault of each chain or seal, in French; none when the journal is whole."""
    faults: list[str] = []
    count = 0
    heads = _heads()
    ends: dict[str, tuple[int, str]] = {}
    broken: set[str] = set()
    for entry, body in _entries():
        count += 1
        seq, previous = ends.get(entry.chain, (0, GENESIS))
        fault = _fault(entry, body, seq, previous)
        if fault and entry.chain not in broken:
            broken.add(entry.chain)
            faults.append(f"{entry.chain} n° {entry.seq} : {fault}")
        ends[entry.chain] = (entry.seq, entry.hash)
    for chain in sorted({*heads, *ends} - broken):
        if heads.get(chain, (0, GENESIS)) != ends.get(chain, (0, GENESIS)):
            faults.append(f"{chain} : la dernière entrée n’est pas celle que la tête de chaîne annonce.")
    return count, faults + _seal_faults(key)


def _heads() -> dict[str, tuple[int, str]]:
    rows = db.session().execute(sa.select(JournalHead.chain, JournalHead.seq, JournalHead.hash))
    return {chain: (seq, hash_) for chain, seq, hash_ in rows}


def _entries() -> Iterator[tuple[JournalEntry, JournalBody | None]]:
    body = sa.and_(JournalBody.chain == JournalEntry.chain, JournalBody.seq == JournalEntry.seq)
    query = sa.select(JournalEntry, JournalBody).outerjoin(JournalBody, body)
    query = query.order_by(JournalEntry.chain, JournalEntry.seq).execution_options(yield_per=BATCH)
    yield from db.session().execute(query)


def _fault(entry: JournalEntry, body: JournalBody | None, last_seq: int, previous: str) -> str | None:
    if entry.seq != last_seq + 1:
        return "une entrée manque ou a été ajoutée avant elle."
    if entry.previous_hash != previous:
        return "elle ne suit pas l’entrée précédente."
    expected = entry_hash(
        previous_hash=entry.previous_hash,
        chain=entry.chain,
        seq=entry.seq,
        at=entry.at,
        event=entry.event,
        actor=entry.actor,
        concerned=entry.concerned,
        subject=entry.subject,
        body_commit=entry.body_commit,
    )
    if entry.hash != expected:
        return "elle a été modifiée."
    if body is not None and commit(body.salt, body.body) != entry.body_commit:
        return "son contenu a été modifié."
    return None


def _seal_faults(key: bytes) -> list[str]:
    previous, last = GENESIS, None
    for last in db.session().scalars(sa.select(JournalSeal).order_by(JournalSeal.id)):
        genuine = _mac(key, moment(last.at), last.heads, previous)
        if last.previous_mac != previous or not hmac.compare_digest(last.mac, genuine):
            return [f"sceau n° {last.id} : il ne vient pas de ce portail ou ne suit pas le précédent."]
        previous = last.mac
    return _unsealed(last) if last else []


def _unsealed(last: JournalSeal) -> list[str]:
    """Chains that no longer hold what the last seal saw (cut short, rewritten or removed)."""
    session = db.session()
    faults = []
    for chain, (seq, hash_) in json.loads(last.heads).items():
        entry = session.get(JournalEntry, (chain, seq))
        if seq and (entry is None or entry.hash != hash_):
            faults.append(f"{chain} n° {seq} : le sceau du {last.at:%d/%m/%Y %H:%M} y avait vu une autre entrée.")
    return faults


def _mac(key: bytes, *fields: str) -> str:
    return hmac.new(key, canonical(list(fields)).encode(), hashlib.sha256).hexdigest()
