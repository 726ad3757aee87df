"""A register file checked from end to end before its first line is used.

The first pass decompresses and decodes everything and keeps nothing: a truncated archive, a bomb, a binary file or a
broken character is found before anything is written. The second pass gives the lines.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.integrations.registers.expansion import UnreadableFileError, expanded

CHUNK = 2**18
LONGEST_LINE = 2**16
C1_CONTROLS = frozenset(range(0x80, 0xA0))
UNDEFINED_IN_CP1252 = frozenset({0x81, 0x8D, 0x8F, 0x90, 0x9D})
LIGATURES_IN_LATIN_9 = frozenset({0xBC, 0xBD})
"""Œ and œ; the same bytes are ¼ and ½ in Windows-1252, which no register writes."""


@dataclass(frozen=True, slots=True)
class RegisterFile:
    path: Path
    member: str
    encoding: str
    line_count: int

    @property
    def name(self) -> str:
        return self.path.name

    def lines(self) -> Iterator[str]:
        """Every line, its end made "\\n"; only a last line without an end comes without it."""
        with expanded(self.path, member=self.member) as stream:
            text = io.TextIOWrapper(stream, encoding=self.encoding, newline="\n")
            number = 0
            while line := text.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise UnreadableFileError(f"La ligne {number} est anormalement longue : lecture arrêtée.")
                yield _with_one_end(line)

    def opens_with(self, sign: str) -> bool:
        """Whether that is the first thing in it, white space apart."""
        with expanded(self.path, member=self.member) as stream:
            return stream.read(CHUNK).decode(self.encoding, errors="ignore").lstrip().startswith(sign)

    def text(self, at_most: int) -> str:
        """The whole content, for formats that are no lines. Raises UnreadableFileError above `at_most` bytes."""
        with expanded(self.path, member=self.member) as stream:
            content = stream.read(at_most + 1)
        if len(content) > at_most:
            raise UnreadableFileError(f"Le fichier dépasse {at_most // 2**20} Mio.")
        return content.decode(self.encoding)


def inspect(path: Path, *, member: str = "", told: Callable[[int], None] = lambda _place: None) -> RegisterFile:
    """Reads the whole file once, telling the place reached. Raises UnreadableFileError when it cannot be used."""
    scan = _Scan()
    with expanded(path, member=member, told=told) as stream:
        while chunk := stream.read(CHUNK):
            scan.feed(chunk)
    encoding = scan.finish()
    return RegisterFile(path, member, encoding, scan.lines)


class _Scan:
    """Decides on the encoding: UTF-8 when all of it decodes, else one of the Latin ones."""

    def __init__(self) -> None:
        self.lines = 0
        self._last = b""
        self._utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
        self._broken_at = 0
        self._seen_utf8 = False
        self._high: set[int] = set()

    def feed(self, chunk: bytes) -> None:
        if b"\x00" in chunk:
            raise UnreadableFileError("Ce n’est pas un fichier texte (image, tableur, base de données… ?).")
        if not chunk.isascii():
            self._high.update(byte for byte in set(chunk) if byte >= 0x80)
        self._try_utf8(chunk, final=False)
        self.lines += chunk.count(b"\n")
        self._last = chunk

    def finish(self) -> str:
        if not self._last:
            raise UnreadableFileError("Le fichier est vide.")
        self.lines += not self._last.endswith(b"\n")
        self._try_utf8(b"", final=True)
        return "utf-8-sig" if self._utf8 else self._latin()

    def _try_utf8(self, chunk: bytes, *, final: bool) -> None:
        if self._utf8 is None:
            return
        pending = self._utf8.getstate()[0]
        try:
            self._seen_utf8 |= not self._utf8.decode(chunk, final).isascii()
        except UnicodeDecodeError as error:
            self._utf8 = None
            before = (pending + chunk)[: error.start]
            self._seen_utf8 |= not before.isascii()
            self._broken_at = self.lines + before.count(b"\n") + 1
            self._refuse_damaged_utf8(final)

    def _refuse_damaged_utf8(self, final: bool) -> None:
        if not self._seen_utf8:
            return
        if final:
            raise UnreadableFileError("Le fichier est tronqué : il s’arrête au milieu d’un caractère.")
        raise UnreadableFileError(
            f"Le fichier est en UTF-8 mais la ligne {self._broken_at} ne l’est pas : il est abîmé."
        )

    def _latin(self) -> str:
        if self._high & UNDEFINED_IN_CP1252:
            raise UnreadableFileError("L’encodage du fichier n’est ni UTF-8 ni Windows-1252 : enregistrez-le en UTF-8.")
        if not self._high & C1_CONTROLS and self._high & LIGATURES_IN_LATIN_9:
            return "iso-8859-15"
        return "cp1252"


def _with_one_end(line: str) -> str:
    """Windows ends become "\\n"; a carriage return inside a line would be taken for an end by the csv module."""
    content = line.rstrip("\r\n").replace("\r", " ")
    return f"{content}\n" if line.endswith("\n") else content
