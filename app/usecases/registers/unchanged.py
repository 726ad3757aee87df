"""Which lines of a file say what they said last time, so that nobody needs to read them again.

A row keeps the digest of the lines that it came from, when nothing in them was doubtful; whoever changes what they
gave makes it forgotten (triggers of migration 0021). Found again, they would change nothing: what a file does is the
same with digests and without.

Nothing here waits for a writer or makes one wait: it reads, each statement of its own moment, before the import begins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from app import db
from app.domain.import_report import Outcome
from app.domain.registers import Block
from app.reader import Query, Reader, query
from app.usecases.registers.run import Import

PROFESSIONAL = query("SELECT rpps, register_digest, id FROM professional WHERE rpps = ANY(?)")
BY_FINESS: dict[str, Query] = {
    "structureej": query("SELECT finess, register_digest FROM legal_entity WHERE finess = ANY(?)"),
    "structureet": query("SELECT finess, register_digest FROM establishment WHERE finess = ANY(?)"),
    "geolocalisation": query("SELECT finess, position_digest FROM establishment WHERE finess = ANY(?)"),
}
"""Kind of line → key and digest of what is stored."""
ANY_DIGEST = tuple(
    query(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE {column} IS NOT NULL)")  # noqa: S608 - our own words
    for table, column in (
        ("professional", "register_digest"),
        ("legal_entity", "register_digest"),
        ("establishment", "register_digest"),
        ("establishment", "position_digest"),
    )
)


def anything_known(run: Import) -> bool:
    """Whether comparing may spare anything. With a category, what a line becomes depends on it: all are read."""
    return not run.again and run.category is None and any(_reader().value(asked) for asked in ANY_DIGEST)


def professionals_to_read(run: Import, blocks: Sequence[Block]) -> Iterator[Block]:
    """Those of the blocks that say something new; the others are counted. People seen before are completed: read."""
    held = {rpps: (told, id_) for rpps, told, id_ in _reader().rows(PROFESSIONAL, _keys(blocks))}
    times = Counter(block.key for block in blocks)
    for block in blocks:
        told, id_ = held.get(block.key, (None, 0))
        if (
            told == block.digest
            and times[block.key] == 1
            and id_ not in run.professionals
            and id_ not in run.changing_professionals
        ):
            run.professionals.add(id_)
            run.unread.add(id_)
            _count(run, block)
            continue
        if id_:
            run.changing_professionals.add(id_)
        yield block


def finess_to_read(run: Import, blocks: Sequence[Block]) -> Iterator[Block]:
    held: dict[tuple[str, str], int | None] = {}
    for kind, asked in BY_FINESS.items():
        keys = _keys(block for block in blocks if block.kind == kind)
        if keys:
            held |= {(kind, finess): told for finess, told in _reader().rows(asked, keys)}
    times = Counter((block.kind, block.key) for block in blocks)
    for block in blocks:
        place = (block.kind, block.key)
        if held.get(place) == block.digest and times[place] == 1 and place not in run.changing:
            _count(run, block)
            continue
        if place in held:
            run.changing.add(place)
        yield block


def _count(run: Import, block: Block) -> None:
    run.report.read += block.count
    run.report.count(Outcome.UNCHANGED, block.count)


def _keys(blocks: Iterable[Block]) -> list[str]:
    return list({block.key for block in blocks})


def _reader() -> Reader:
    """Of the transaction that is open, if one is: it may have written what is asked."""
    session = db.session()
    return Reader.within(session.connection()) if session.in_transaction() else db.reader()
