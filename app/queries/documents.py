"""Public documents: the list, one file, and all of them under names that a folder can hold together."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

import sqlalchemy as sa

from app import db
from app.domain.files import FORMATS, Format
from app.domain.markup import anchor_of
from app.domain.portal_content import DocumentKind
from app.models import PortalDocument, PortalDocumentFile


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """What the list says. `file_name` is made from the title: the name it was sent with is never kept."""

    id: uuid.UUID
    title: str
    description: str | None
    kind: DocumentKind
    published: bool
    file_id: uuid.UUID
    number: int
    format: Format
    size: int
    dated: datetime
    file_name: str
    digest: str


def listed_documents(*, withdrawn: bool = False) -> list[DocumentLine]:
    """Those online, by kind and title; with those withdrawn for agents: one statement."""
    query = _latest().order_by(PortalDocument.kind, PortalDocument.title, PortalDocument.id)
    if not withdrawn:
        query = query.where(PortalDocument.published)
    taken: set[str] = set()
    return [_line(document, file, taken) for document, file in db.session().execute(query)]


def document_line(document_id: uuid.UUID) -> DocumentLine | None:
    """One that is online."""
    query = _latest().where(PortalDocument.id == document_id, PortalDocument.published)
    row = db.session().execute(query).one_or_none()
    return _line(row[0], row[1], set()) if row else None


def content_of(file_id: uuid.UUID) -> bytes:
    query = sa.select(PortalDocumentFile.content).where(PortalDocumentFile.id == file_id)
    return db.session().scalars(query).one()


def contents_of(lines: Sequence[DocumentLine]) -> Iterator[tuple[DocumentLine, bytes]]:
    """Each line with its file, one file in memory at a time."""
    for line in lines:
        yield line, content_of(line.file_id)


def earlier_files(document_id: uuid.UUID) -> Sequence[PortalDocumentFile]:
    """Every file the document has had, the latest first, without their contents."""
    query = sa.select(PortalDocumentFile).where(PortalDocumentFile.document_id == document_id)
    return db.session().scalars(query.order_by(PortalDocumentFile.number.desc())).all()


def _latest() -> sa.Select[PortalDocument, PortalDocumentFile]:
    last = (
        sa.select(sa.func.max(PortalDocumentFile.number))
        .where(PortalDocumentFile.document_id == PortalDocument.id)
        .correlate(PortalDocument)
        .scalar_subquery()
    )
    return sa.select(PortalDocument, PortalDocumentFile).join(
        PortalDocumentFile,
        sa.and_(PortalDocumentFile.document_id == PortalDocument.id, PortalDocumentFile.number == last),
    )


def _line(document: PortalDocument, file: PortalDocumentFile, taken: set[str]) -> DocumentLine:
    return DocumentLine(
        id=document.id,
        title=document.title,
        description=document.description,
        kind=DocumentKind(document.kind),
        published=document.published,
        file_id=file.id,
        number=file.number,
        format=FORMATS[file.format],
        size=file.size,
        dated=file.uploaded_at,
        file_name=_name(document.title, file.format, taken),
        digest=file.sha256,
    )


def _name(title: str, extension: str, taken: set[str]) -> str:
    """`guide-du-referent.pdf`, then `guide-du-referent-2.pdf`: letters, digits and hyphens only."""
    stem = anchor_of(title)
    names = (f"{stem}.{extension}" if n == 1 else f"{stem}-{n}.{extension}" for n in count(1))
    name = next(name for name in names if name not in taken)
    taken.add(name)
    return name
