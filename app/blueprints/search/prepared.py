"""Lines of results and suggestions made once, kept ready, and marked at each answer.

A template writes a line of each shape (frames.py); texts go into its slots. What is kept is bytes and the places of the
words, so that an answer costs one look-up a line and a word that is marked.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from sys import getsizeof
from threading import Lock

from app.blueprints.search.frames import Slotted
from app.search.find import Row
from app.web.marking import Said

NO_PLACE = -1
COMMUNE = "commune"
"""The slot where the commune asked for may be told."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One line. `type` and `id` are those of its row."""

    rid: int
    type: str
    id: str
    html: bytes
    spoken: str
    """The words that may be marked, each between two spaces."""
    places: array[int]
    """Of each of these words: where its text begins and ends in `html`."""
    commune_at: int = NO_PLACE

    @property
    def size(self) -> int:
        return getsizeof(self.html) + getsizeof(self.spoken) + getsizeof(self.places) + 150

    def write(self, wanted: Sequence[str], commune: bytes, to: list[bytes]) -> None:
        """The line with its marks on `wanted` (` a word `, ` the beginning of one`) and, unless empty, `commune`."""
        spoken, places, html, done = self.spoken, self.places, self.html, 0
        found: list[tuple[int, int]] = []
        for text in wanted:
            at = spoken.find(text)
            while at >= 0:
                word = 2 * spoken.count(" ", 0, at)
                found.append((places[word], places[word + 1]))
                at = spoken.find(text, at + 1)
        for start, end in sorted(set(found)) if len(found) > 1 else found:
            to += (html[done:start], b"<mark>", html[start:end], b"</mark>")
            done = end
        if commune and self.commune_at != NO_PLACE:
            to += (html[done : self.commune_at], commune)
            done = self.commune_at
        to.append(html[done:])


def prepare(row: Row, made: Slotted, values: Mapping[str, bytes | Said]) -> Prepared:
    """`made`: a line of its shape, whose slots `values` fill; nothing is in that of COMMUNE yet."""
    written, spoken, places, commune_at = [made.texts[0]], "", array("I"), NO_PLACE
    size = len(made.texts[0])
    for name, following in zip(made.names, made.texts[1:], strict=True):
        html = values[name]
        if isinstance(html, Said):
            spoken += html.spoken
            places.extend([place + size for place in html.places])
            html = html.html
        elif name == COMMUNE:
            commune_at = size
        written += (html, following)
        size += len(html) + len(following)
    return Prepared(row.rid, row.type, row.id, b"".join(written), f"{spoken} ", places, commune_at)


@dataclass(slots=True)
class Kept:
    """The lines of one generation, by rid: the oldest make room. Reading needs no lock."""

    generation: object
    most_bytes: int
    lines: dict[int, Prepared] = field(default_factory=dict)
    size: int = 0
    _writing: Lock = field(default_factory=Lock)

    def add(self, made: Iterable[Prepared]) -> None:
        with self._writing:
            for line in made:
                before = self.lines.pop(line.rid, None)
                self.lines[line.rid] = line
                self.size += line.size - (before.size if before else 0)
            while self.size > self.most_bytes:
                self.size -= self.lines.pop(next(iter(self.lines))).size


class Shelf:
    """Where the lines of now are. An answer holds the `Kept` that it began with, whatever is published meanwhile."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._now = Kept(None, most_bytes)

    def of(self, generation: object) -> Kept:
        now = self._now
        if now.generation != generation:
            now = self._now = Kept(generation, self.most_bytes)
        return now

    def clear(self) -> None:
        self._now = Kept(None, self.most_bytes)
