"""« Tout télécharger »: one ZIP of the files online."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from app.queries.documents import DocumentLine, contents_of
from app.web.french import PARIS

IN_MEMORY = 8 * 1024 * 1024
CHUNK = 64 * 1024


def archive_of(lines: list[DocumentLine]) -> Iterator[bytes]:
    """Made whole first, on disk beyond 8 MiB, one file in memory at a time: while a slow line receives it, neither
    the database nor a large memory is held. The files are compressed already: stored as they are."""
    made = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 – closed by `_sent`, once it has been sent
    with ZipFile(made, "w", ZIP_STORED) as archive:
        for line, content in contents_of(lines):
            entry = ZipInfo(line.file_name, line.dated.astimezone(PARIS).timetuple()[:6])
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    made.seek(0)
    return _sent(made)


def _sent(made: SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    with made:
        while chunk := made.read(CHUNK):
            yield chunk
