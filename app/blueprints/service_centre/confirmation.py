"""`/centre/mandats/<id>/confirmation`: the same person presides on, re-elected: a new mandate, on new evidence."""

from __future__ import annotations

import uuid

from flask import Response, abort, flash, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.service_centre.blueprint import bp
from app.blueprints.service_centre.forms import ConfirmPresidencyForm
from app.domain.acts import act_key
from app.domain.errors import ImpossibleNow, Invalid
from app.models import Mandate
from app.policies.actor import Role
from app.policies.permissions import Permission
from app.queries import mandates
from app.usecases.presidencies import confirm_president
from app.web.access import authorise, checked
from app.web.htmx import page_or_fragment, see_other
from app.web.limits import PROVE, limited
from app.web.proving import proof_needed, proving


@bp.get("/centre/mandats/<uuid:mandate_id>/confirmation")
@checked(Permission.MANDATE_CONFIRM_PRESIDENT)
def confirmation(mandate_id: uuid.UUID) -> Response:
    held = _presidency(mandate_id)
    authorise(Permission.MANDATE_CONFIRM_PRESIDENT, held)
    return _page(held, ConfirmPresidencyForm(formdata=None))


@bp.post("/centre/mandats/<uuid:mandate_id>/confirmation")
@checked(Permission.MANDATE_CONFIRM_PRESIDENT)
@limited(PROVE)
def confirm_presidency(mandate_id: uuid.UUID) -> BaseResponse:
    held, form = _presidency(mandate_id), ConfirmPresidencyForm()
    if not form.validate_on_submit():
        authorise(Permission.MANDATE_CONFIRM_PRESIDENT, held)
        return _page(held, form, status=422)
    evidence, last_day = form.justificatif.data or "", form.fin_mandat.day
    try:
        confirm_president(proving(_confirming(held)), held, evidence=evidence, term_ends_on=last_day)
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(held, form, status=422)
    except ImpossibleNow as refusal:
        form.form_errors.append(str(refusal))
        return _page(held, form, status=409)
    flash(f"La présidence de {held.person.full_name} est confirmée. La personne et la CPTS en sont informées.", "ok")
    return see_other(url_for("mandates.chain", finess=held.establishment_finess))


def _presidency(mandate_id: uuid.UUID) -> Mandate:
    held = mandates.mandate(mandate_id)
    if held is None or held.role != Role.PRESIDENT:
        abort(404)
    return held


def _confirming(held: Mandate) -> str:
    return act_key(Permission.MANDATE_CONFIRM_PRESIDENT, held.id)


def _page(held: Mandate, form: ConfirmPresidencyForm, *, status: int = 200) -> Response:
    return page_or_fragment(
        "service_centre/confirmation.html",
        "service_centre/_confirmation.html",
        status=status,
        mandate=held,
        form=form,
        act=_confirming(held),
        proof_needed=proof_needed(_confirming(held)) or bool(form.mot_de_passe.errors),
        referents=mandates.named_by(held.id),
    )
