"""`/contact` and `/signaler`: open to everybody, answered on a tracking page (S-029, S-055, S-071 to S-076).

The mailbox and the phone stay beside them.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from app import db
from app.blueprints.pages.message_forms import KEPT_FILTERS, LONGEST_QUERY, MessageForm, ReportForm
from app.blueprints.requests.presentation import DETAILS
from app.credentials.links import tracking_token
from app.domain.errors import ImpossibleNow
from app.domain.messages import SUBJECTS, find_subject
from app.domain.requests import Kind
from app.models import Establishment, Request
from app.usecases.requests import submit_request
from app.web.access import acting, public, storable
from app.web.forms import one_line
from app.web.htmx import page_or_fragment, see_other
from app.web.limits import ASK, limited
from app.web.request_forms import known_of_the_actor
from app.web.return_path import local_path

MOVED = {
    "enregistrement": "registrations.cpts",
    "presidence": "registrations.presidency",
    "recherche": "pages.report",
}
"""`/contact?objet=…` of former links: what now has a form of its own."""
DETAILS |= {
    Kind.HELP: {"concerne": "À propos de"},
    Kind.CONTACT: {"concerne": "À propos de"},
    Kind.REPORT: {"recherche": "Recherche", "filtres": "Filtres"},
}


def register(bp: Blueprint) -> None:
    bp.get("/contact")(contact)
    bp.post("/contact")(send_message)
    bp.get("/signaler")(report)
    bp.post("/signaler")(send_report)


@public
def contact() -> BaseResponse:
    """`sujet`: the subject; `finess`: the CPTS; `depuis`: where one comes from; `q`: what it is about."""
    if (moved := MOVED.get(request.args.get("objet", ""))) is not None:
        return redirect(url_for(moved, q=request.args.get("q") or None))
    subject = find_subject(request.args.get("sujet"))
    concerns = one_line(request.args.get("q"), LONGEST_QUERY)
    known = {"sujet": subject.key if subject else "", "depuis": _came_from(), "concerne": concerns}
    return _contact_page(MessageForm(**{**known_of_the_actor(), **known}), _cpts(request.args))


@limited(ASK)
@public
def send_message() -> BaseResponse:
    form, place = MessageForm(), _cpts(request.form)
    if not form.validate_on_submit():
        return _contact_page(form, place, status=422)
    try:
        sent = submit_request(acting(), place, form.submission(), client_key=form.client_key)
    except ImpossibleNow as error:
        form.form_errors.append(str(error))
        return _contact_page(form, place, status=409)
    return _sent(sent, "Message envoyé")


@public
def report() -> BaseResponse:
    """From under the results: `q` and the filters of the search are attached."""
    filters = [(name, value) for name in KEPT_FILTERS for value in request.args.getlist(name)]
    known = {
        "q": one_line(request.args.get("q"), LONGEST_QUERY),
        "filtres": urlencode(filters)[:LONGEST_QUERY],
        "depuis": _came_from(),
        "email": known_of_the_actor().get("email"),
    }
    return _report_page(ReportForm(**known), _cpts(request.args))


@limited(ASK)
@public
def send_report() -> BaseResponse:
    form, place = ReportForm(), _cpts(request.form)
    if not form.validate_on_submit():
        return _report_page(form, place, status=422)
    try:
        sent = submit_request(acting(), place, form.submission(), client_key=form.client_key)
    except ImpossibleNow as error:
        form.form_errors.append(str(error))
        return _report_page(form, place, status=409)
    return _sent(sent, "Signalement envoyé")


# ── steps ───────────────────────────────────────────────────────────────────


def _sent(sent: Request, what: str) -> BaseResponse:
    flash(f"{what}\u00a0: demande {sent.number}. Un accusé de réception part à votre adresse, avec ce lien.", "ok")
    return see_other(url_for("requests.tracking", token=tracking_token(sent.id, sent.tracking_generation)))


def _came_from() -> str | None:
    """The page named in the address, else the one of the portal that led here."""
    referrer = urlsplit(request.referrer or "")
    visited = local_path(referrer.path) if referrer.netloc == request.host else None
    return local_path(request.args.get("depuis")) or visited


def _cpts(source: MultiDict[str, str]) -> Establishment | None:
    """The establishment it is about, when there is one; a wrong number is as good as none."""
    finess = source.get("finess", "")
    return db.session().get(Establishment, finess) if finess and storable(finess) else None


def _contact_page(form: MessageForm, place: Establishment | None, *, status: int = 200) -> Response:
    return _page("contact", form, place, status, subjects=SUBJECTS, chosen=find_subject(form.sujet.data))


def _report_page(form: ReportForm, place: Establishment | None, *, status: int = 200) -> Response:
    return _page("report", form, place, status)


def _page(name: str, form: MessageForm | ReportForm, place: Establishment | None, status: int, **more: Any) -> Response:
    return page_or_fragment(
        f"messages/{name}.html", f"messages/_{name}.html", status=status, form=form, establishment=place, **more
    )
