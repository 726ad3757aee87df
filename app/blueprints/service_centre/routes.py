"""`/centre` and what agents do from there. They record presidencies; they never nominate."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, abort, flash, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.service_centre.forms import EndPresidencyForm, PresidencyForm
from app.domain.errors import ImpossibleNow, Invalid
from app.models import Establishment, Mandate
from app.policies.actor import Role
from app.policies.permissions import Permission
from app.queries import mandates
from app.queries import service_centre as queries
from app.queries.journal_lines import latest
from app.queries.service_centre import Show
from app.usecases.presidencies import end_president, register_president
from app.web.access import acting, authorise, checked, storable
from app.web.htmx import page_or_fragment, see_other

bp = Blueprint("service_centre", __name__)

JOURNAL_LINES = 10
LONGEST_SEARCH = 120


@bp.get("/centre")
@checked(Permission.SERVICE_CENTRE_DESK)
def desk() -> Response:
    authorise(Permission.SERVICE_CENTRE_DESK)
    text = request.args.get("q", "")[:LONGEST_SEARCH]
    return page_or_fragment(
        "service_centre/desk.html",
        "service_centre/_desk.html",
        listed=queries.cpts_list(_show(), text, request.args.get("page", 1, type=int)),
        text=text,
        orphans=queries.requests_without_decider(),
        mails=queries.mails(),
        lines=latest(limit=JOURNAL_LINES),
    )


@bp.get("/centre/presidences/nouvelle")
@checked(Permission.MANDATE_REGISTER_PRESIDENT)
def new_presidency() -> BaseResponse:
    """The form for one CPTS; without `?finess=` the desk, where one is chosen."""
    authorise(Permission.MANDATE_REGISTER_PRESIDENT)
    finess = request.args.get("finess")
    if not finess:
        return see_other(url_for("service_centre.desk"))
    return _presidency_page(_cpts(finess), PresidencyForm(formdata=None))


@bp.post("/centre/presidences/nouvelle")
@checked(Permission.MANDATE_REGISTER_PRESIDENT)
def register() -> BaseResponse:
    authorise(Permission.MANDATE_REGISTER_PRESIDENT)
    establishment, form = _cpts(request.args.get("finess", "")), PresidencyForm()
    if not form.validate_on_submit():
        return _presidency_page(establishment, form, status=422)
    try:
        mandate = register_president(acting(), establishment, **form.president())
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
def confirm_end_presidency(mandate_id: uuid.UUID) -> BaseResponse:
    held, form = _presidency(mandate_id), EndPresidencyForm()
    if not form.validate_on_submit():
        authorise(Permission.MANDATE_END_PRESIDENT, held)
        return _end_page(held, form, status=422)
    try:
        end_president(acting(), held, reason=form.motif.data or "")
    except Invalid as refusal:
        form.refuse(refusal)
        return _end_page(held, form, status=422)
    flash(f"La présidence de {held.person.full_name} a pris fin. La personne et la CPTS en sont informées.", "ok")
    return see_other(url_for("mandates.chain", finess=held.establishment_finess))


# ── steps ───────────────────────────────────────────────────────────────────


def _show() -> Show:
    try:
        return Show(request.args.get("etat", Show.WITHOUT))
    except ValueError:
        return Show.WITHOUT


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


def _presidency_page(establishment: Establishment, form: PresidencyForm, *, status: int = 200) -> Response:
    return page_or_fragment(
        "service_centre/presidency.html",
        "service_centre/_presidency.html",
        status=status,
        establishment=establishment,
        presidents=mandates.presidents(establishment.finess),
        form=form,
    )


def _end_page(held: Mandate, form: EndPresidencyForm, *, status: int = 200) -> Response:
    return page_or_fragment(
        "service_centre/end_presidency.html",
        "service_centre/_end_presidency.html",
        status=status,
        mandate=held,
        form=form,
        referents=mandates.named_by(held.id),
    )
