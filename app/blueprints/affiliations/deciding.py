"""The inbox of presidents and référents, and their decisions (S-064, S-069).

Decisions on every kind of request have the same addresses: what does not come from the inbox of a CPTS is handed to the
service centre's desk.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import Response, flash, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.affiliations.blueprint import bp, cpts_or_404
from app.blueprints.affiliations.forms import AnswerForm, CompleteForm, RefuseForm
from app.blueprints.service_centre import deciding as desk
from app.domain.errors import ImpossibleNow, Invalid, NotAllowed
from app.models import Establishment, Request, Unit
from app.policies.actor import Role
from app.policies.permissions import Permission
from app.queries import requests as received
from app.queries.actors import deciders
from app.queries.affiliations import Office, office
from app.queries.requests import Tab, inbox_counts, one_received, open_units
from app.usecases.affiliations import accept_affiliation, ask_for_information, refuse_affiliation
from app.web.access import acting, authorise, checked, current_actor, load_or_404
from app.web.french import plural
from app.web.htmx import in_dialog, page_or_fragment, see_other, wants_fragment
from app.web.limits import PROVE, limited


@bp.get("/etablissements/<finess>/demandes")
@checked(Permission.REQUEST_READ_INBOX)
def inbox(finess: str) -> Response:
    establishment = cpts_or_404(finess)
    authorise(Permission.REQUEST_READ_INBOX, establishment)
    return _inbox_page(establishment)


@bp.post("/etablissements/<finess>/demandes/accepter")
@checked(Permission.REQUEST_READ_INBOX)
def accept_several(finess: str) -> BaseResponse:
    """Those ticked, each decided on its own: one that has moved on stops no other (S-069)."""
    establishment = cpts_or_404(finess)
    authorise(Permission.REQUEST_READ_INBOX, establishment)
    ticked = request.form.getlist("demande", type=uuid.UUID)
    chosen = received.waiting_here(establishment.finess, ticked)
    if not ticked:
        return _inbox_page(establishment, status=422, notice="Cochez au moins une demande.")
    if not chosen:
        return _inbox_page(establishment, status=409, notice="Ces demandes ont déjà reçu une réponse.")
    accepted = [asked for asked in chosen if _accepted(asked)]
    if accepted:
        flash(f"{plural(len(accepted), 'demande acceptée', 'demandes acceptées')}.", "ok")
    return see_other(url_for("affiliations.inbox", finess=establishment.finess))


def _accepted(asked: Request) -> bool:
    try:
        accept_affiliation(acting(), asked)
    except (ImpossibleNow, NotAllowed) as refusal:
        flash(f"La demande de {asked.full_name} n’est pas acceptée. {refusal}", "attention")
        return False
    return True


def _inbox_page(establishment: Establishment, *, status: int = 200, notice: str | None = None) -> Response:
    finess = establishment.finess
    page = request.args.get("page", 1, type=int)
    shown, mine = received.inbox(finess, _tab(), page, current_actor()), _office(establishment)
    return page_or_fragment(
        "affiliations/inbox.html",
        "affiliations/_inbox.html",
        status=status,
        notice=notice,
        establishment=establishment,
        inbox=shown,
        units=shown.units,
        office=mine,
        deciders=[] if mine else deciders(finess),
    )


@bp.post("/demandes/<uuid:request_id>/accepter")
@checked(Permission.AFFILIATION_DECIDE)
@limited(PROVE)
def accept(request_id: uuid.UUID) -> BaseResponse:
    asked = _asked(request_id)
    if desk.is_decided_here(asked):
        return desk.accept(asked)
    try:
        accept_affiliation(acting(), asked, unit=_chosen_unit())
    except ImpossibleNow as error:
        return _moved_on(asked, error)
    return _done(asked, f"Demande de {asked.full_name} acceptée.")


@bp.get("/demandes/<uuid:request_id>/refuser")
@checked(Permission.AFFILIATION_DECIDE)
def refuse(request_id: uuid.UUID) -> BaseResponse:
    asked = _asked(request_id)
    if desk.is_decided_here(asked):
        return desk.decision(request_id)
    authorise(Permission.AFFILIATION_DECIDE, asked)
    return _dialog("refuse", asked, RefuseForm())


@bp.post("/demandes/<uuid:request_id>/refuser")
@checked(Permission.AFFILIATION_DECIDE)
def send_refusal(request_id: uuid.UUID) -> BaseResponse:
    asked, form = _asked(request_id), RefuseForm()
    if desk.is_decided_here(asked):
        return desk.refuse(asked)
    return _answered(
        asked,
        form,
        lambda: refuse_affiliation(acting(), asked, reason=form.written, code=form.raison.data),
        page="refuse",
        done=f"Demande de {asked.full_name} refusée. Le motif lui est envoyé.",
    )


@bp.get("/demandes/<uuid:request_id>/completer")
@checked(Permission.AFFILIATION_DECIDE)
def complete(request_id: uuid.UUID) -> BaseResponse:
    asked = _asked(request_id)
    if desk.is_decided_here(asked):
        return desk.decision(request_id)
    authorise(Permission.AFFILIATION_DECIDE, asked)
    return _dialog("complete", asked, CompleteForm())


@bp.post("/demandes/<uuid:request_id>/completer")
@checked(Permission.AFFILIATION_DECIDE)
def send_question(request_id: uuid.UUID) -> BaseResponse:
    asked, form = _asked(request_id), CompleteForm()
    if desk.is_decided_here(asked):
        return desk.ask(asked)
    return _answered(
        asked,
        form,
        lambda: ask_for_information(acting(), asked, message=form.written),
        page="complete",
        done=f"Question envoyée à {asked.full_name}. Sa réponse remettra la demande à traiter.",
    )


# ── steps ───────────────────────────────────────────────────────────────────


def _tab() -> Tab:
    try:
        return Tab(request.args.get("etat", Tab.TO_DECIDE))
    except ValueError:
        return Tab.TO_DECIDE


def _asked(request_id: uuid.UUID) -> Request:
    """The request, of any kind. Who may not decide is told so by the policy (403, CONTRACT)."""
    found: Request = load_or_404(Request, request_id)
    return found


def _office(establishment: Establishment) -> Office | None:
    held = current_actor().mandate_in(establishment.finess, Role.PRESIDENT, Role.REFERENT)
    return office(held.id) if held else None


def _chosen_unit() -> Unit | None:
    """Another unit than the one asked, when the decider chose one; an unknown one is 404."""
    chosen = request.form.get("unite", type=int)
    return load_or_404(Unit, chosen) if chosen else None


def _answered(asked: Request, form: AnswerForm, act: Callable[[], None], *, page: str, done: str) -> BaseResponse:
    """Act with the words of the form: 422 keeps them on the form, 409 shows them beside the fresh state."""
    if not form.validate_on_submit():
        authorise(Permission.AFFILIATION_DECIDE, asked)
        return _dialog(page, asked, form, status=422)
    try:
        act()
    except Invalid as error:
        form.refuse(error)
        return _dialog(page, asked, form, status=422)
    except ImpossibleNow as error:
        return _moved_on(asked, error, typed=form.written)
    return _done(asked, done)


def _dialog(name: str, asked: Request, form: AnswerForm, *, status: int = 200) -> Response:
    """A page of its own, or the content of the dialog."""
    response = page_or_fragment(
        f"affiliations/{name}.html", f"affiliations/_{name}.html", status=status, asked=asked, form=form
    )
    return in_dialog(response) if wants_fragment() else response


def _done(asked: Request, sentence: str) -> BaseResponse:
    """Back to the inbox; with htmx the card leaves and the counters follow."""
    finess = asked.finess
    if not wants_fragment():
        flash(sentence, "ok")
        return see_other(url_for("affiliations.inbox", finess=finess))
    return _changed("affiliations/_done.html", asked, sentence=sentence)


def _moved_on(asked: Request, error: ImpossibleNow, *, typed: str | None = None) -> Response:
    """409: the request as it is now, who decided, and what was typed."""
    context: dict[str, Any] = {"received": one_received(asked), "notice": str(error), "typed": typed}
    if not wants_fragment():
        return make_response(render_template("affiliations/moved_on.html", asked=asked, units=[], **context), 409)
    response = _changed("affiliations/_moved_on.html", asked, status=409, **context)
    return in_dialog(response) if typed else response


def _changed(template: str, asked: Request, *, status: int = 200, **context: Any) -> Response:
    finess = asked.finess
    page = render_template(
        template, asked=asked, finess=finess, counts=inbox_counts(finess), units=open_units(finess), **context
    )
    return make_response(page, status)
