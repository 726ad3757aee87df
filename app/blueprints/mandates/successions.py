"""Who follows: presented by the outgoing president, or claiming the presidency, with seven days to object (B-10)."""

from __future__ import annotations

import uuid

from flask import Response, abort, flash, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import clock
from app.blueprints.mandates.blueprint import bp, cpts_or_404
from app.blueprints.mandates.succession_forms import AGREES, SuccessionForm, SuccessorForm
from app.domain.acts import ProofNeeded, act_key
from app.domain.errors import ImpossibleNow, Invalid
from app.models import Establishment
from app.policies.permissions import Permission
from app.queries.successions import Claim
from app.queries.successions import claim as find_claim
from app.usecases.successions import answer_succession, present_successor
from app.web.access import authorise, checked
from app.web.htmx import page_or_fragment, see_other
from app.web.limits import PROVE, limited
from app.web.proving import proving


@bp.get("/etablissements/<finess>/succession")
@checked(Permission.MANDATE_PRESENT_SUCCESSOR)
def successor(finess: str) -> Response:
    establishment = cpts_or_404(finess)
    authorise(Permission.MANDATE_PRESENT_SUCCESSOR, establishment)
    return _successor_page(establishment, SuccessorForm(formdata=None))


@bp.post("/etablissements/<finess>/succession")
@checked(Permission.MANDATE_PRESENT_SUCCESSOR)
@limited(PROVE)
def present(finess: str) -> BaseResponse:
    establishment, form = cpts_or_404(finess), SuccessorForm()
    if not form.validate_on_submit():
        authorise(Permission.MANDATE_PRESENT_SUCCESSOR, establishment)
        return _successor_page(establishment, form, status=422)
    actor = proving(act_key(Permission.MANDATE_PRESENT_SUCCESSOR, finess))
    try:
        request = present_successor(actor, establishment, form.submission(), assembly_on=form.assembly_on)
    except ProofNeeded:
        raise
    except Invalid as refusal:
        form.refuse(refusal)
        return _successor_page(establishment, form, status=422)
    except ImpossibleNow as refusal:
        form.form_errors.append(str(refusal))
        return _successor_page(establishment, form, status=409)
    flash(f"La demande {request.number} est partie au centre de services. {request.full_name} en est informé.", "ok")
    return see_other(url_for("mandates.chain", finess=finess))


@bp.get("/successions/<uuid:notice_id>")
@checked(Permission.SUCCESSION_ANSWER)
def succession(notice_id: uuid.UUID) -> Response:
    found = find_claim(notice_id) or abort(404)
    authorise(Permission.SUCCESSION_ANSWER, found.notice)
    return _succession_page(found, SuccessionForm(formdata=None))


@bp.post("/successions/<uuid:notice_id>")
@checked(Permission.SUCCESSION_ANSWER)
@limited(PROVE)
def answer(notice_id: uuid.UUID) -> BaseResponse:
    found, form = find_claim(notice_id) or abort(404), SuccessionForm()
    authorise(Permission.SUCCESSION_ANSWER, found.notice)
    if not form.validate_on_submit():
        return _succession_page(found, form, status=422)
    agrees = form.reponse.data == AGREES
    actor = proving(act_key(Permission.SUCCESSION_ANSWER, notice_id))
    try:
        answer_succession(actor, found.notice, agrees=agrees, reason=form.motif.data or "")
    except ProofNeeded:
        raise
    except Invalid as refusal:
        form.refuse(refusal)
        return _succession_page(found, form, status=422)
    said = "Votre accord est transmis" if agrees else "Votre opposition est transmise"
    flash(f"{said} au centre de services.", "ok")
    return see_other(url_for("mandates.succession", notice_id=notice_id))


# ── steps ───────────────────────────────────────────────────────────────────


def _successor_page(establishment: Establishment, form: SuccessorForm, *, status: int = 200) -> Response:
    return page_or_fragment(
        "mandates/successor.html",
        "mandates/_successor.html",
        status=status,
        establishment=establishment,
        form=form,
    )


def _succession_page(found: Claim, form: SuccessionForm, *, status: int = 200) -> Response:
    return page_or_fragment(
        "mandates/succession.html",
        "mandates/_succession.html",
        status=status,
        claim=found,
        now=clock.now(),
        form=form,
    )
