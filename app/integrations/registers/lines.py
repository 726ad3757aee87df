"""Lines cut into cells. One line is one record: a quote left open harms its own line only."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.domain.import_report import ImportReport
from app.integrations.registers.expansion import UnreadableFileError

INCOMPLETE = "ligne incomplète"
OPEN_QUOTE = "guillemet jamais fermé"
LEFT_OPEN = [OPEN_QUOTE]
DELIMITERS = ",;\t|"
_PARENTHESIS = re.compile(r"\([^()]*\)")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


class LineRejected(Exception):
    """This line cannot be imported; the rest of the file can."""

    def __init__(self, reason: str, value: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.value = value


class Line(NamedTuple):
    number: int
    cells: list[str]
    ended: bool
    """False for a last line without an end: if it is short as well, the file was cut there."""

    def require(self, count: int) -> None:
        """Raises UnreadableFileError when the file stops here, LineRejected when the line alone is short."""
        if len(self.cells) >= count:
            return
        if not self.ended:
            raise UnreadableFileError(f"Le fichier est tronqué : sa dernière ligne ({self.number}) est incomplète.")
        if self.cells == LEFT_OPEN:
            raise LineRejected(OPEN_QUOTE)
        raise LineRejected(INCOMPLETE, f"{len(self.cells)} colonnes au lieu de {count}")


def split(lines: Iterable[str], delimiter: str, *, quoted: bool = True, first: int = 1) -> Iterator[Line]:
    """Cells of each line that is not blank, white space around them removed; `first` numbers the first line."""
    for number, text in enumerate(lines, first):
        if text.isspace():
            continue
        ended = text.endswith("\n")
        if not quoted or '"' not in text:
            cells = text.split(delimiter)
        else:
            cells = next(csv.reader((text,), delimiter=delimiter))
            if ended and cells[-1].endswith("\n"):
                yield Line(number, LEFT_OPEN, ended)
                continue
        yield Line(number, [cell.strip() for cell in cells], ended)


@dataclass(frozen=True, slots=True)
class Record:
    """One line by column name; an optional column that the file does not have reads as empty."""

    line: int
    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


@dataclass(frozen=True, slots=True)
class Table:
    """What the header row says of the lines below it."""

    delimiter: str
    places: Mapping[str, int]
    """Of each column of ours that the file has."""
    shortest: int
    """Columns without which a line says too little."""
    whole: int

    def records(self, lines: Iterable[str], report: ImportReport, *, quoted: bool, first: int) -> Iterator[Record]:
        """The lines, `first` the number of the first one. Counts each as read and rejects the short ones."""
        for number, cells, ended in split(lines, self.delimiter, quoted=quoted, first=first):
            report.read += 1
            try:
                Line(number, cells, ended).require(self.shortest if ended else self.whole)
            except LineRejected as rejected:
                report.reject(number, rejected.reason, rejected.value)
                continue
            yield Record(number, {name: cells[place] for name, place in self.places.items() if place < len(cells)})


def table(header: str, required: Sequence[str], optional: Sequence[str] = ()) -> Table:
    """Columns by name (case, accents, spacing and what is in brackets do not matter).

    Raises UnreadableFileError when a required one is missing.
    """
    delimiter = max(DELIMITERS, key=header.count)
    places = _columns(header, delimiter, required, optional)
    return Table(delimiter, places, 1 + max(places[name] for name in required), header.count(delimiter) + 1)


def records(
    lines: Iterable[str],
    report: ImportReport,
    *,
    required: Sequence[str],
    optional: Sequence[str] = (),
    quoted: bool = True,
) -> Iterator[Record]:
    """The lines below a header row, by column name."""
    remaining = iter(lines)
    found = table(next(remaining, ""), required, optional)
    yield from found.records(remaining, report, quoted=quoted, first=2)


def fold(name: str) -> str:
    """`Numéro Voie (coord. structure)` → `numero voie`."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", name.lower()) if not unicodedata.combining(char))
    return _NOT_WORD.sub(" ", _PARENTHESIS.sub("", bare)).strip()


def _columns(header: str, delimiter: str, required: Sequence[str], optional: Sequence[str]) -> dict[str, int]:
    """Place of each wanted column; the first one when a name comes twice."""
    places: dict[str, int] = {}
    for line in split([header], delimiter):
        for place, name in enumerate(line.cells):
            places.setdefault(fold(name), place)
    missing = [name for name in required if fold(name) not in places]
    if missing:
        raise UnreadableFileError(f"Ce n’est pas le fichier attendu : il manque « {' », « '.join(missing)} ».")
    return {name: places[fold(name)] for name in (*required, *optional) if fold(name) in places}
