"""Presidencies recorded and ended by agents (S-057). They never nominate."""

from __future__ import annotations

import uuid

from flask import Response, abort, flash, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.service_centre.blueprint import bp
from app.blueprints.service_centre.forms import EndPresidencyForm, PresidencyForm
from app.blueprints.service_centre.kinds.cpts import president_told
from app.domain.acts import act_key
from app.domain.errors import ImpossibleNow, Invalid
from app.models import Establishment, Mandate
from app.policies.actor import Role
from app.policies.permissions import Permission
from app.queries import mandates
from app.usecases.presidencies import end_president, register_president
from app.web.access import authorise, checked, storable
from app.web.htmx import page_or_fragment, see_other
from app.web.limits import PROVE, limited
from app.web.proving import proof_needed


@bp.get("/centre/presidences/nouvelle")
@checked(Permission.MANDATE_REGISTER_PRESIDENT)
def new_presidency() -> BaseResponse:
    """The form for one CPTS; without `?finess=` the list, where one is chosen."""
    authorise(Permission.MANDATE_REGISTER_PRESIDENT)
    finess = request.args.get("finess")
    if not finess:
        return see_other(url_for("service_centre.cpts"))
    told = president_told(request.args.get("demande", ""), finess)
    return _presidency_page(_cpts(finess), PresidencyForm(formdata=None, **told))


@bp.post("/centre/presidences/nouvelle")
@checked(Permission.MANDATE_REGISTER_PRESIDENT)
@limited(PROVE)
def register() -> BaseResponse:
    authorise(Permission.MANDATE_REGISTER_PRESIDENT)
    establishment, form = _cpts(request.args.get("finess", "")), PresidencyForm()
    actor = form.proven(_registering(establishment))
    if actor is None:
        return _presidency_page(establishment, form, status=422)
    try:
        mandate = register_president(actor, establishment, **form.president())
    except Invalid as refusal:
        form.refuse(refusal)
        return _presidency_page(establishment, form, status=422)
    except ImpossibleNow as refusal:
        form.form_errors.append(str(refusal))
        return _presidency_page(establishment, form, status=409)
    flash(f"La présidence de {mandate.person.full_name} est enregistrée. Un courriel lui est envoyé.", "ok")
    return see_other(url_for("mandates.chain", finess=establishment.finess))


@bp.get("/centre/mandats/<uuid:mandate_id>/fin")
@checked(Permission.MANDATE_END_PRESIDENT)
def end_presidency(mandate_id: uuid.UUID) -> Response:
    held = _presidency(mandate_id)
    authorise(Permission.MANDATE_END_PRESIDENT, held)
    return _end_page(held, EndPresidencyForm(formdata=None))


@bp.post("/centre/mandats/<uuid:mandate_id>/fin")
@checked(Permission.MANDATE_END_PRESIDENT)
@limited(PROVE)
def confirm_end_presidency(mandate_id: uuid.UUID) -> BaseResponse:
    held, form = _presidency(mandate_id), EndPresidencyForm()
    actor = form.proven(_ending(held))
    if actor is None:
        authorise(Permission.MANDATE_END_PRESIDENT, held)
        return _end_page(held, form, status=422)
    try:
        end_president(actor, held, reason=form.motif.data or "")
    except Invalid as refusal:
        form.refuse(refusal)
        return _end_page(held, form, status=422)
    flash(f"La présidence de {held.person.full_name} a pris fin. La personne et la CPTS en sont informées.", "ok")
    return see_other(url_for("mandates.chain", finess=held.establishment_finess))


# ── steps ───────────────────────────────────────────────────────────────────


def _cpts(finess: str) -> Establishment:
    found = mandates.establishment(finess) if storable(finess) else None
    if found is None or not found.is_cpts or found.closed_on is not None:
        abort(404)
    return found


def _presidency(mandate_id: uuid.UUID) -> Mandate:
    held = mandates.mandate(mandate_id)
    if held is None or held.role != Role.PRESIDENT:
        abort(404)
    return held


def _registering(establishment: Establishment) -> str:
    return act_key(Permission.MANDATE_REGISTER_PRESIDENT, establishment.finess)


def _ending(held: Mandate) -> str:
    return act_key(Permission.MANDATE_END_PRESIDENT, held.id)


def _presidency_page(establishment: Establishment, form: PresidencyForm, *, status: int = 200) -> Response:
    return page_or_fragment(
        "service_centre/presidency.html",
        "service_centre/_presidency.html",
        status=status,
        establishment=establishment,
        presidents=mandates.presidents(establishment.finess),
        form=form,
        act=_registering(establishment),
        proof_needed=proof_needed(_registering(establishment)) or bool(form.mot_de_passe.errors),
    )


def _end_page(held: Mandate, form: EndPresidencyForm, *, status: int = 200) -> Response:
    return page_or_fragment(
        "service_centre/end_presidency.html",
        "service_centre/_end_presidency.html",
        status=status,
        mandate=held,
        form=form,
        act=_ending(held),
        proof_needed=proof_needed(_ending(held)) or bool(form.mot_de_passe.errors),
        referents=mandates.named_by(held.id),
    )
