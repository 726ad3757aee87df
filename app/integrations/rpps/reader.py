"""Consecutive lines of one person make one row; `|` separates, nothing is quoted, columns go by their name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from app.domain.import_report import ImportReport
from app.domain.registers import Block, ProfessionalRow
from app.integrations.registers.blocks import digest, salted
from app.integrations.registers.lines import LineRejected, Record, table
from app.integrations.rpps import mapping

ZIP_MEMBER = "Personne_activite"
"""The national archive holds three files; this is the one."""
MOST_LINES_TOGETHER = 500
PROFESSIONAL = "professional"


def blocks(lines: Iterable[str]) -> Iterator[Block]:
    """Lines of one identifier that follow each other. Raises UnreadableFileError when the header is not the one."""
    remaining = iter(lines)
    found = table(next(remaining, ""), mapping.REQUIRED, mapping.OPTIONAL)
    place, salt = found.places[mapping.REQUIRED[0]], salted(found)

    def block(key: str, number: int, texts: list[str], count: int) -> Block:
        return Block(PROFESSIONAL, key, number, tuple(texts), count, digest(salt, texts), found)

    texts: list[str] = []
    current, start, count = "", 2, 0
    for number, text in enumerate(remaining, 2):
        if text.isspace():
            texts.append(text)
            continue
        key = _identifier(text, found.delimiter, place)
        if count and (key != current or count == MOST_LINES_TOGETHER):
            yield block(current, start, texts, count)
            texts, start, count = [], number, 0
        current = key
        texts.append(text)
        count += 1
    if count:
        yield block(current, start, texts, count)


def read_block(block: Block, report: ImportReport) -> ProfessionalRow | None:
    """The person; None when no line of the block can be used."""
    noted = report.noted
    group: list[Record] = []
    number = ""
    for record in block.layout.records(block.lines, report, quoted=False, first=block.line):
        try:
            number = mapping.rpps(record, partial(report.warn, record.line))
        except LineRejected as rejected:
            report.reject(record.line, rejected.reason, rejected.value)
            continue
        group.append(record)
    activities = [mapping.activity(record, partial(report.warn, record.line)) for record in group]
    if not group:
        return None
    clean = report.noted == noted
    return mapping.professional(number, group, list(filter(None, activities)), block.digest if clean else None)


def read(lines: Iterable[str], report: ImportReport) -> Iterator[ProfessionalRow]:
    rows = (read_block(block, report) for block in blocks(lines))
    return (row for row in rows if row is not None)


def _identifier(text: str, delimiter: str, place: int) -> str:
    cells = text.split(delimiter, place + 1)
    return cells[place].strip() if place < len(cells) else ""
