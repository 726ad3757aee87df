"""Lists of communes as people write and paste them, cut into lines of one commune each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

CODE = r"(?<![0-9A-Za-z])(?:[0-9]{5}|2[ABab][0-9]{3})(?![0-9A-Za-z])"
"""A post code or an INSEE code."""
_CODES = re.compile(CODE, re.ASCII)
_SEPARATORS = re.compile(r"[;,|•·]+")
_DASHES = re.compile(r"\s+[-–—/]+\s+")
_HEADING = re.compile(r"^\s*communes?\s*:?(?:\s+|$)", re.IGNORECASE)
_NUMBERED = re.compile(r"^\s*[0-9]{1,3}[.)]\s+", re.ASCII)
_EDGES = ' \u00a0\u202f-–—*.:"«»“”'


def cut(text: str) -> list[str]:
    """Each different line of a list written or pasted in whatever way, in order: one commune a line.

    Separators are line ends, commas, semicolons, bars, bullets, dashes between spaces. A row of a spreadsheet is one
    commune; so are a name and a code that alternate, `Carpentras, 84200, Monteux, 84170`. Communes that follow each
    other are told apart by their codes: `Buc (78530) Versailles (78000)`, `84200 Carpentras 84170 Monteux`.
    """
    lines = (_tidy(line) for row in text.splitlines() for line in _of_row(_HEADING.sub("", row, count=1)))
    return list(dict.fromkeys(line for line in lines if line))


def _of_row(row: str) -> Iterator[str]:
    if "\t" in row:
        yield from _of_cells([cell.strip() for cell in row.split("\t") if cell.strip()])
        return
    for part in _paired([part for part in _SEPARATORS.split(row) if part.strip(_EDGES)]):
        yield from _told_apart(part) if _CODES.search(part) else _DASHES.split(part)


def _of_cells(cells: list[str]) -> list[str]:
    """One commune a row: its name and its first code. Only codes, or only names, are as many communes."""
    codes = [cell for cell in cells if _CODES.fullmatch(cell)]
    names = [cell for cell in cells if not _CODES.search(cell) and not cell.isdecimal()]
    return [f"{names[0]} ({codes[0]})"] if codes and names else cells


def _paired(parts: list[str]) -> list[str]:
    are_codes = [_CODES.fullmatch(part.strip(_EDGES + "()")) is not None for part in parts]
    alternate = all(one is not other for one, other in pairwise(are_codes))
    if len(parts) % 2 or not parts or not alternate:
        return parts
    return [f"{one} {other}" for one, other in zip(parts[::2], parts[1::2], strict=True)]


def _told_apart(line: str) -> Iterator[str]:
    """A line cut before each code when it begins with one, after each code (and its bracket) otherwise."""
    codes = list(_CODES.finditer(line))
    if line[: codes[0].start()].strip(_EDGES + "("):
        cuts = [code.end() + line[code.end() :].startswith(")") for code in codes[:-1]]
    else:
        cuts = [code.start() - line[: code.start()].endswith("(") for code in codes[1:]]
    for start, end in zip([0, *cuts], [*cuts, len(line)], strict=True):
        yield line[start:end]


def _tidy(line: str) -> str:
    return " ".join(_NUMBERED.sub("", line, count=1).split()).strip(_EDGES)
