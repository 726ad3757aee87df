"""Opening a register file, compressed or not, as a bounded stream of bytes."""

from __future__ import annotations

import gzip
import io
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP_MAGIC = b"PK\x05\x06"
MOST_EXPANDED = 4 * 2**30
"""The national RPPS extraction is about 1 GiB of text."""
FREE_EXPANSION = 16 * 2**20
MOST_RATIO = 100
"""Register text compresses 10 to 20 times; a bomb, 1,000 times."""


class UnreadableFileError(Exception):
    """The file cannot be used at all. The message is one French sentence; `file` is the name of the file."""

    file = ""


class _Bounded(io.RawIOBase):
    """Reads `source` and stops a bomb; counts what comes out, never what a header promises."""

    def __init__(self, source: IO[bytes], packed_size: int | None, tell: Callable[[], None]) -> None:
        self._source = source
        self._packed_size = packed_size
        self._tell = tell
        self._expanded = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._source.read(len(buffer))
        self._expanded += len(data)
        if self._expanded > self._limit():
            raise UnreadableFileError("L’archive est anormalement grande une fois décompressée : lecture arrêtée.")
        self._tell()
        buffer[: len(data)] = data
        return len(data)

    def _limit(self) -> int:
        if self._packed_size is None:
            return MOST_EXPANDED
        return min(MOST_EXPANDED, max(FREE_EXPANSION, self._packed_size * MOST_RATIO))


@contextmanager
def expanded(path: Path, *, member: str = "", told: Callable[[int], None] = lambda _place: None) -> Iterator[IO[bytes]]:
    """The bytes of the file, decompressed on the fly; `told` the place reached in it, in bytes on the disk.

    In a .zip, the only file, or else the one whose name contains `member`. Raises UnreadableFileError for whatever is
    wrong, while opening or while reading.
    """
    try:
        size = _size_of(path)
        with path.open("rb") as packed:
            magic = packed.read(4)
            packed.seek(0)

            def tell() -> None:
                told(packed.tell())

            if magic.startswith(GZIP_MAGIC):
                with gzip.GzipFile(fileobj=packed) as unpacked:
                    yield io.BufferedReader(_Bounded(unpacked, size, tell), 2**16)  # type: ignore[arg-type]
            elif magic in {ZIP_MAGIC, EMPTY_ZIP_MAGIC}:
                with zipfile.ZipFile(packed) as archive, archive.open(_only_member(archive, member)) as inside:
                    yield io.BufferedReader(_Bounded(inside, size, tell), 2**16)
            else:
                yield io.BufferedReader(_Bounded(packed, None, tell), 2**16)
    except EOFError:
        raise UnreadableFileError("Le fichier est tronqué : la fin de l’archive manque.") from None
    except (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise UnreadableFileError(_archive_sentence(error)) from error
    except OSError as error:
        raise UnreadableFileError(f"Lecture impossible ({error.strerror or error}).") from error


def _size_of(path: Path) -> int:
    if not path.exists():
        raise UnreadableFileError("Le fichier n’existe pas.")
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableFileError("Ce n’est pas un fichier.")
    if status.st_size == 0:
        raise UnreadableFileError("Le fichier est vide.")
    return status.st_size


def _only_member(archive: zipfile.ZipFile, wanted: str) -> zipfile.ZipInfo:
    files = [info for info in archive.infolist() if not info.is_dir()]
    named = [info for info in files if wanted and wanted.lower() in info.filename.lower()]
    candidates = named if len(files) > 1 else files
    if len(candidates) == 1:
        return candidates[0]
    expected = f"« {wanted} »" if wanted else "un seul fichier"
    raise UnreadableFileError(f"L’archive contient {len(files)} fichiers ; {expected} est attendu.")


def _archive_sentence(error: Exception) -> str:
    if isinstance(error, NotImplementedError) or "password" in str(error) or "encrypted" in str(error):
        return "L’archive est chiffrée ou compressée d’une manière que Relais ne lit pas."
    return "L’archive est abîmée ou tronquée."
