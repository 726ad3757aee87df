"""What a file really is, from its content: neither its name nor its declared type is believed (SECURITY.md, 38)."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO

LARGEST = 5 * 1024 * 1024
MACROS = ("vbaproject.bin", "basic/", "scripts/")
OPEN_DOCUMENT_TEXT = b"application/vnd.oasis.opendocument.text"
OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True, slots=True)
class Format:
    """`key` is the extension too."""

    key: str
    media_type: str
    label: str


FORMATS = {
    each.key: each
    for each in (
        Format("pdf", "application/pdf", "PDF"),
        Format("odt", OPEN_DOCUMENT_TEXT.decode(), "ODT"),
        Format("docx", f"{OFFICE}.wordprocessingml.document", "Word"),
        Format("xlsx", f"{OFFICE}.spreadsheetml.sheet", "Excel"),
        Format("png", "image/png", "PNG"),
        Format("jpg", "image/jpeg", "JPEG"),
    )
}
_SIGNATURES = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"))


def format_of(content: bytes) -> Format | None:
    """The format, when it is one of those accepted; a document that carries macros is not."""
    for signature, key in _SIGNATURES:
        if content.startswith(signature):
            return FORMATS[key]
    return _zipped(content) if content.startswith(b"PK\x03\x04") else None


def _zipped(content: bytes) -> Format | None:
    """ODT, DOCX and XLSX are ZIP files: told apart by their list of parts, which unpacks nothing large."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = [name.lower() for name in archive.namelist()]
            if any(name.startswith(MACROS[1:]) or name.endswith(MACROS[0]) for name in names):
                return None
            return _by_parts(archive, names)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError, zlib.error):
        return None


def _by_parts(archive: zipfile.ZipFile, names: list[str]) -> Format | None:
    if names[:1] == ["mimetype"]:
        with archive.open("mimetype") as declared:
            return FORMATS["odt"] if declared.read(100).strip() == OPEN_DOCUMENT_TEXT else None
    if "[content_types].xml" not in names:
        return None
    for part, key in (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx")):
        if part in names:
            return FORMATS[key]
    return None
