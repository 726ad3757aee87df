"""`/mandats/<id>/fin`: a référent's rights end, after a page that says what it changes."""

from __future__ import annotations

import uuid

from flask import Response, abort, flash, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.mandates.blueprint import bp
from app.blueprints.mandates.forms import EndForm
from app.domain.acts import act_key
from app.domain.errors import Invalid
from app.models import Mandate
from app.policies.actor import Role
from app.policies.permissions import Permission
from app.queries.mandates import decisions_of, mandate
from app.usecases.mandates import end_referent
from app.web.access import authorise, checked
from app.web.htmx import page_or_fragment, see_other
from app.web.limits import PROVE, limited
from app.web.proving import proof_needed


@bp.get("/mandats/<uuid:mandate_id>/fin")
@checked(Permission.MANDATE_END_REFERENT)
def end(mandate_id: uuid.UUID) -> Response:
    held = _referent(mandate_id)
    authorise(Permission.MANDATE_END_REFERENT, held)
    return _page(held, EndForm(formdata=None))


@bp.post("/mandats/<uuid:mandate_id>/fin")
@checked(Permission.MANDATE_END_REFERENT)
@limited(PROVE)
def confirm_end(mandate_id: uuid.UUID) -> BaseResponse:
    held, form = _referent(mandate_id), EndForm()
    actor = form.proven(_end_of(held))
    if actor is None:
        authorise(Permission.MANDATE_END_REFERENT, held)
        return _page(held, form, status=422)
    try:
        end_referent(actor, held, reason=form.motif.data or "")
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(held, form, status=422)
    flash(f"{held.person.full_name} n’a plus de droits sur la CPTS, dès maintenant.", "ok")
    return see_other(url_for("mandates.chain", finess=held.establishment_finess))


def _referent(mandate_id: uuid.UUID) -> Mandate:
    """A presidency ends at the service centre: it has no such page."""
    held = mandate(mandate_id)
    if held is None or held.role != Role.REFERENT:
        abort(404)
    return held


def _end_of(held: Mandate) -> str:
    return act_key(Permission.MANDATE_END_REFERENT, held.id)


def _page(held: Mandate, form: EndForm, *, status: int = 200) -> Response:
    return page_or_fragment(
        "mandates/end.html",
        "mandates/_end.html",
        status=status,
        mandate=held,
        form=form,
        decisions=decisions_of(held.id),
        act=_end_of(held),
        proof_needed=proof_needed(_end_of(held)) or bool(form.mot_de_passe.errors),
    )
