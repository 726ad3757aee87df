"""The small language of help pages: paragraphs, headings, lists, links, bold. It never makes HTML: it reads blocks.

    ## Nommer un référent            a heading; ### a smaller one
    - un point                       a list; 1. a numbered one
    Lisez [le rôle](/aide/role-referent) et **relisez**.
    Appelez le {telephone}.          a value of the settings, see VALUES

What is not understood is a text like any other. A template writes the blocks, escaped like everything else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlsplit

VALUES = ("telephone", "courriel", "horaires", "portail", "region")
SCHEMES = {"http", "https"}
_HEADING = re.compile(r"(#{2,3})\s+(.+)")
_POINT = re.compile(r"-\s+(.+)")
_STEP = re.compile(r"\d{1,2}[.)]\s+(.+)")
_INLINE = re.compile(
    r"\[(?P<words>[^\[\]\n]{1,200})\]\((?P<address>[^()\s]{1,500})\)"
    r"|\*\*(?P<bold>[^*\n]{1,300})\*\*"
    rf"|\{{(?P<value>{'|'.join(VALUES)})\}}"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text. `kind`: text, bold, link (with its `address`) or value (`text` is its name)."""

    kind: str
    text: str
    address: str = ""

    @property
    def external(self) -> bool:
        return bool(self.address) and not self.address.startswith("/")


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """`kind`: paragraph, h2, h3, points or steps; a list has several lines. `anchor`: of a heading."""

    kind: str
    lines: tuple[Line, ...]
    anchor: str = ""


def read_markup(text: str) -> list[Block]:
    """The blocks of a text, whatever it holds."""
    taken: set[str] = set()
    return [_anchored(block, taken) for block in _blocks(text)]


def addresses(text: str) -> list[str]:
    """Where the links of a text lead, in order."""
    pieces = (piece for block in read_markup(text) for line in block.lines for piece in line)
    return [piece.address for piece in pieces if piece.kind == "link"]


def is_safe_address(address: str) -> bool:
    """A path of this portal or an http(s) address: nothing that a browser would run, nor `//elsewhere`."""
    if re.search(r"[\s\\<>\"'\x00-\x1f]", address):
        return False
    if address.startswith("/"):
        return not address.startswith("//")
    try:
        parts = urlsplit(address)
        return parts.scheme in SCHEMES and bool(parts.hostname) and parts.username is None
    except ValueError:  # an IPv6 address that does not end
        return False


def anchor_of(text: str) -> str:
    """`Nommer un référent` gives `nommer-un-referent`."""
    plain = unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60] or "partie"


def _blocks(text: str) -> Iterator[Block]:
    """Blank lines part paragraphs; a heading and each kind of list part themselves."""
    kind, gathered = "", list[str]()
    for line in [*text.replace("\r\n", "\n").split("\n"), ""]:
        found, words = _kind(line.strip())
        if gathered and (found != kind or found in {"", "h2", "h3"}):
            yield _block(kind, gathered)
            gathered = []
        kind = found
        if found:
            gathered.append(words)


def _kind(line: str) -> tuple[str, str]:
    if not line:
        return "", ""
    if heading := _HEADING.fullmatch(line):
        return f"h{len(heading[1])}", heading[2]
    if point := _POINT.fullmatch(line):
        return "points", point[1]
    if step := _STEP.fullmatch(line):
        return "steps", step[1]
    return "paragraph", line


def _block(kind: str, lines: list[str]) -> Block:
    told = [" ".join(lines)] if kind == "paragraph" else lines
    return Block(kind, tuple(tuple(_pieces(line)) for line in told))


def _pieces(line: str) -> Iterator[Piece]:
    end = 0
    for match in _INLINE.finditer(line):
        if match.start() > end:
            yield Piece("text", line[end : match.start()])
        yield _piece(match)
        end = match.end()
    if end < len(line):
        yield Piece("text", line[end:])


def _piece(match: re.Match[str]) -> Piece:
    if match["value"]:
        return Piece("value", match["value"])
    if match["bold"]:
        return Piece("bold", match["bold"])
    if is_safe_address(match["address"]):
        return Piece("link", match["words"], match["address"])
    return Piece("text", match[0])


def _anchored(block: Block, taken: set[str]) -> Block:
    """A heading with an anchor that no other heading of the page has."""
    if block.kind not in {"h2", "h3"}:
        return block
    wanted = anchor_of("".join(piece.text for piece in block.lines[0]))
    anchor = next(name for n in count(1) if (name := wanted if n == 1 else f"{wanted}-{n}") not in taken)
    taken.add(anchor)
    return Block(block.kind, block.lines, anchor)
