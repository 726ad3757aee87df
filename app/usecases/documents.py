"""Public documents: put online, corrected, replaced, withdrawn. A file that was online is kept (S-013)."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from app import clock, db
from app.domain.errors import Invalid
from app.domain.files import LARGEST, format_of
from app.journal.catalogue import DocumentSaved
from app.journal.record import record
from app.models import PortalDocument, PortalDocumentFile
from app.policies.actor import Actor, reference
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.editing import add_row, change_row

MOST_TOGETHER = 100 * 1024 * 1024
"""What « Tout télécharger » may weigh, so that it is always made in a few seconds."""
NOT_A_DOCUMENT = "Choisissez un fichier PDF, ODT, Word (.docx, sans macro), Excel (.xlsx, sans macro), PNG ou JPEG."
TOO_LARGE = "Ce fichier dépasse 5 Mo. Réduisez-le, par exemple en compressant ses images."


@dataclass(frozen=True)
class DocumentWords:
    title: str
    description: str | None
    kind: str
    published: bool


@usecase(Permission.PORTAL_CONTENT_EDIT)
def add_document(actor: Actor, _portal: None, *, words: DocumentWords, content: bytes) -> PortalDocument:
    """Raises Invalid on `content` when the file is none of the accepted ones."""
    document = PortalDocument(**asdict(words))
    before, after = add_row(document)
    file = _add_file(actor, document, content)
    record(DocumentSaved(actor=actor.reference, subject=reference(document), before=before, after=after | _told(file)))
    return document


@usecase(Permission.PORTAL_CONTENT_EDIT)
def change_document(
    actor: Actor, document: PortalDocument, *, words: DocumentWords, content: bytes | None, seen: int
) -> None:
    """`content` replaces the file. Raises Invalid as above, ImpossibleNow when it was saved after version `seen`."""
    before, after = change_row(document, words, seen=seen)
    if content is not None:
        after |= _told(_add_file(actor, document, content))
    record(DocumentSaved(actor=actor.reference, subject=reference(document), before=before, after=after))


def _add_file(actor: Actor, document: PortalDocument, content: bytes) -> PortalDocumentFile:
    """The next file of a document whose row is locked."""
    if len(content) > LARGEST:
        raise Invalid({"content": TOO_LARGE})
    found = format_of(content)
    if found is None:
        raise Invalid({"content": NOT_A_DOCUMENT})
    if _weight_of_the_others(document) + len(content) > MOST_TOGETHER:
        raise Invalid({"content": "Les documents en ligne pèsent 100 Mo : retirez-en un avant d’en ajouter."})
    last = sa.select(sa.func.coalesce(sa.func.max(PortalDocumentFile.number), 0))
    file = PortalDocumentFile(
        document_id=document.id,
        number=db.session().scalars(last.where(PortalDocumentFile.document_id == document.id)).one() + 1,
        format=found.key,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        uploaded_at=clock.now(),
        uploaded_by_account_id=actor.account_id,
    )
    db.session().add(file)
    db.session().flush()
    return file


def _weight_of_the_others(document: PortalDocument) -> int:
    """Of the files that are online today, this document's left out."""
    last = sa.select(sa.func.max(PortalDocumentFile.number))
    of_each = last.where(PortalDocumentFile.document_id == PortalDocument.id).correlate(PortalDocument)
    weight = (
        sa.select(sa.func.coalesce(sa.func.sum(PortalDocumentFile.size), 0))
        .join(PortalDocument, PortalDocument.id == PortalDocumentFile.document_id)
        .where(PortalDocument.published, PortalDocument.id != document.id)
        .where(PortalDocumentFile.number == of_each.scalar_subquery())
    )
    return int(db.session().scalars(weight).one())


def _told(file: PortalDocumentFile) -> dict[str, str | int]:
    """What the journal keeps of a file: enough to tell which one it was."""
    return {"file": file.number, "format": file.format, "size": file.size, "sha256": file.sha256}
