"""The tracking page: state, timeline, thread, answer, appeal, cancel. The link shows; a POST acts (SECURITY.md, 15)."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, abort, flash, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.requests.blueprint import bp
from app.blueprints.requests.forms import AnswerForm, AppealForm, FindForm, MessageForm
from app.blueprints.requests.presentation import OF_ITS_KIND, described
from app.credentials.links import resolve_tracking, tracking_token
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.refusals import reason_named
from app.domain.requests import Kind, Status, is_pending
from app.models import Request
from app.policies.permissions import Permission
from app.queries.deciders import by_the_cpts, deciders_of, delay_for
from app.queries.requests import places_of
from app.usecases.affiliations import answer_information, cancel_request
from app.usecases.appeals import appeal as make_appeal
from app.usecases.appeals import appeal_of, may_appeal
from app.usecases.request_links import change_tracking_link, find_tracking_link
from app.usecases.requests import answer_question, withdraw_request, write_message
from app.web.access import acting, authorise, checked, current_actor, load_or_404, public
from app.web.forms import PortalForm
from app.web.htmx import page_or_fragment, see_other
from app.web.limits import MAIL_ME_A_LINK, PUBLIC_FORM, limited


@bp.get("/demandes/<uuid:request_id>")
@checked(Permission.REQUEST_READ)
def show(request_id: uuid.UUID) -> BaseResponse:
    """Where those who decide read this request: one address for every mail that speaks of it."""
    asked: Request = load_or_404(Request, request_id)
    authorise(Permission.REQUEST_READ, asked)
    if current_actor().is_agent:
        return see_other(url_for("service_centre.request_page", request_id=asked.id))
    if asked.kind == Kind.CORRECTION:
        return see_other(url_for("service_centre.decision", request_id=asked.id))
    return see_other(f"{url_for('affiliations.inbox', finess=asked.finess)}#demande-{asked.id}")


@bp.get("/suivi")
@public
def find() -> Response:
    """For who lost the mail: the link goes to the address of the request, and nowhere else."""
    return _find_page(FindForm(formdata=None))


@bp.post("/suivi")
@limited(MAIL_ME_A_LINK)
@public
def send_link() -> BaseResponse:
    form = FindForm()
    if not form.validate_on_submit():
        return _find_page(form, status=422)
    find_tracking_link(acting(), None, number=(form.numero.data or "").upper(), email=form.email.data or "")
    flash("Si une demande porte ce numéro et cette adresse, son lien de suivi vient d’y être envoyé.", "ok")
    return see_other(url_for("requests.find"))


@bp.get("/suivi/<token>")
@public
def tracking(token: str) -> Response:
    return _page(token, _followed(token))


@bp.post("/suivi/<token>/reponse")
@limited(PUBLIC_FORM)
@public
def answer(token: str) -> BaseResponse:
    followed, form = _followed(token), AnswerForm()
    if not form.validate_on_submit():
        return _page(token, followed, status=422, answer_form=form)
    act = answer_information if followed.kind == Kind.AFFILIATION else answer_question
    try:
        act(acting(holding=followed), followed, message=form.message.data or "")
    except Invalid as error:
        form.refuse(error)
        return _page(token, followed, status=422, answer_form=form)
    except ImpossibleNow as error:
        return _page(token, followed, status=409, notice=str(error), typed=form.message.data)
    flash("Votre réponse est transmise. La demande attend de nouveau une décision.", "ok")
    return see_other(url_for("requests.tracking", token=token))


@bp.post("/suivi/<token>/message")
@limited(PUBLIC_FORM)
@public
def message(token: str) -> BaseResponse:
    """A word to those who decide, at any time before the request is closed for good."""
    followed, form = _followed(token), MessageForm()
    if not form.validate_on_submit():
        return _page(token, followed, status=422, message_form=form)
    try:
        write_message(acting(holding=followed), followed, message=form.message.data or "", to_requester=False)
    except Invalid as error:
        form.refuse(error)
        return _page(token, followed, status=422, message_form=form)
    except ImpossibleNow as error:
        return _page(token, followed, status=409, notice=str(error), typed=form.message.data)
    flash("Votre message est transmis.", "ok")
    return see_other(url_for("requests.tracking", token=token))


@bp.post("/suivi/<token>/lien")
@limited(PUBLIC_FORM)
@public
def change_link(token: str) -> BaseResponse:
    followed = _followed(token)
    change_tracking_link(acting(holding=followed), followed)
    flash("L’ancien lien ne fonctionne plus. Le nouveau vient d’être envoyé à l’adresse de la demande.", "ok")
    return see_other(_tracking_url(followed))


@bp.post("/suivi/<token>/recours")
@limited(PUBLIC_FORM)
@public
def appeal(token: str) -> BaseResponse:
    """Ask the service centre to look again at a refusal, once."""
    followed, form = _followed(token), AppealForm()
    if not form.validate_on_submit():
        return _page(token, followed, status=422, appeal_form=form)
    try:
        made = make_appeal(acting(holding=followed), followed, message=form.message.data or "")
    except Invalid as error:
        form.refuse(error)
        return _page(token, followed, status=422, appeal_form=form)
    except ImpossibleNow as error:
        return _page(token, followed, status=409, notice=str(error), typed=form.message.data)
    flash(f"Votre recours est enregistré sous le numéro {made.number}. Voici sa page de suivi.", "ok")
    return see_other(_tracking_url(made))


@bp.get("/suivi/<token>/annulation")
@public
def cancel(token: str) -> Response:
    followed = _followed(token)
    if not is_pending(followed.status):
        return _page(token, followed, status=409, notice=_closed(followed))
    return page_or_fragment("requests/cancel.html", "requests/_cancel.html", asked=followed, token=token)


@bp.post("/suivi/<token>/annulation")
@limited(PUBLIC_FORM)
@public
def confirm_cancel(token: str) -> BaseResponse:
    followed = _followed(token)
    act = cancel_request if followed.kind == Kind.AFFILIATION else withdraw_request
    try:
        act(acting(holding=followed), followed)
    except ImpossibleNow:
        return _page(token, followed, status=409, notice=_closed(followed))
    flash("Votre demande est annulée. Un message vous le confirme.", "ok")
    return see_other(url_for("requests.tracking", token=token))


# ── steps ───────────────────────────────────────────────────────────────────


def _followed(token: str) -> Request:
    """The request of this link. A wrong, altered or revoked one is 404, like a page that never was."""
    followed = resolve_tracking(token) or abort(404)
    authorise(Permission.REQUEST_FOLLOW, followed, actor=current_actor().holding(followed))
    return followed


def _closed(followed: Request) -> str:
    return f"Il n’y a plus rien à annuler\u00a0: la demande est {Status(followed.status).label_for(followed.kind)}."


def _tracking_url(request: Request) -> str:
    return url_for("requests.tracking", token=tracking_token(request.id, request.tracking_generation))


def _find_page(form: FindForm, *, status: int = 200) -> Response:
    return page_or_fragment("requests/find.html", "requests/_find.html", status=status, form=form)


def _page(
    token: str,
    followed: Request,
    *,
    status: int = 200,
    notice: str | None = None,
    typed: str | None = None,
    **forms: PortalForm,
) -> Response:
    """The page; `forms`: the one that is in error, the others are empty."""
    places = places_of(followed)
    made = appeal_of(followed) if followed.status == Status.REFUSED else None
    shown: dict[str, Any] = {
        "answer_form": AnswerForm(formdata=None),
        "message_form": MessageForm(formdata=None),
        "appeal_form": AppealForm(formdata=None),
        **forms,
    }
    return page_or_fragment(
        "requests/tracking.html",
        "requests/_tracking.html",
        status=status,
        asked=followed,
        kind=Kind(followed.kind),
        of_its_kind=OF_ITS_KIND.get(Kind(followed.kind)),
        state=Status(followed.status).label_for(followed.kind),
        pending=is_pending(followed.status),
        events=[event for event in followed.events if not event.internal],
        lines=described(followed),
        unit=places.unit,
        by_the_cpts=by_the_cpts(followed),
        deciders=deciders_of(followed),
        delay=delay_for(followed),
        motive=reason_named(followed.kind, followed.refusal_code),
        appeal_url=_tracking_url(made) if made else None,
        may_appeal=made is None and may_appeal(followed),
        token=token,
        form=next(iter(forms.values()), None),
        notice=notice,
        typed=typed,
        **shown,
    )
