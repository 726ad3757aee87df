"""Documents: list, new, corrected, replaced. The only routes of the portal that take files (SECURITY.md, case 38)."""

from __future__ import annotations

import uuid

from flask import Response, flash, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import db
from app.blueprints.portal_content.blueprint import bp, content_page
from app.blueprints.portal_content.forms import DocumentForm
from app.domain.errors import ImpossibleNow, Invalid
from app.models import PortalDocument
from app.policies.permissions import Permission
from app.queries.documents import earlier_files, listed_documents
from app.usecases.documents import add_document, change_document
from app.web.access import acting, authorise, checked, load_or_404
from app.web.htmx import see_other

UPLOADS = frozenset({"portal_content.create_document", "portal_content.save_document"})
LARGEST_UPLOAD = 8 * 1024 * 1024
"""Above the 5 MiB of a document, so that the form itself can say what is wrong with one of 6."""
MOST_PARTS = 20
MISSING = "Choisissez un fichier."


@bp.url_value_preprocessor
def take_files(endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Before anything reads the form, the check of its token included."""
    if endpoint in UPLOADS and request.method == "POST":
        request.max_content_length = LARGEST_UPLOAD
        request.max_form_parts = MOST_PARTS


@bp.get("/centre/contenus/documents")
@checked(Permission.PORTAL_CONTENT_EDIT)
def documents() -> Response:
    return content_page("documents", documents=listed_documents(withdrawn=True))


@bp.get("/centre/contenus/documents/nouveau")
@checked(Permission.PORTAL_CONTENT_EDIT)
def new_document() -> Response:
    return _page(None, DocumentForm(formdata=None))


@bp.post("/centre/contenus/documents/nouveau")
@checked(Permission.PORTAL_CONTENT_EDIT)
def create_document() -> BaseResponse:
    authorise(Permission.PORTAL_CONTENT_EDIT)
    form = DocumentForm()
    content = form.content
    valid = form.validate_on_submit()
    if content is None:
        form.refuse(Invalid({"content": MISSING}))
    if not valid or content is None:
        return _page(None, form, 422)
    try:
        add_document(acting(), None, words=form.document(), content=content)
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(None, form, 422)
    flash(f"Le document « {form.titre.data} » est enregistré.", "ok")
    return see_other(url_for("portal_content.documents"))


@bp.get("/centre/contenus/documents/<uuid:document_id>")
@checked(Permission.PORTAL_CONTENT_EDIT)
def document(document_id: uuid.UUID) -> Response:
    found = load_or_404(PortalDocument, document_id)
    return _page(found, DocumentForm.of(found))


@bp.post("/centre/contenus/documents/<uuid:document_id>")
@checked(Permission.PORTAL_CONTENT_EDIT)
def save_document(document_id: uuid.UUID) -> BaseResponse:
    authorise(Permission.PORTAL_CONTENT_EDIT)
    found = load_or_404(PortalDocument, document_id)
    form = DocumentForm.of(found)
    if not form.validate_on_submit():
        return _page(found, form, 422)
    try:
        change_document(acting(), found, words=form.document(), content=form.content, seen=form.seen)
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(found, form, 422)
    except ImpossibleNow as error:
        return _conflict(found, form, str(error))
    flash(f"Le document « {form.titre.data} » est enregistré.", "ok")
    return see_other(url_for("portal_content.documents"))


def _conflict(found: PortalDocument, form: DocumentForm, sentence: str) -> Response:
    """The fresh row beside what was typed; the next submit is about the fresh version."""
    db.session().refresh(found)
    form.version.data = str(found.version)
    return _page(found, form, 409, conflict=sentence)


def _page(found: PortalDocument | None, form: DocumentForm, status: int = 200, conflict: str = "") -> Response:
    files = earlier_files(found.id) if found else []
    return content_page("document", status=status, document=found, files=files, form=form, conflict=conflict)
