"""Answering a nomination, from its mailed link: the link is enough, a password is chosen only by who has no account."""

from __future__ import annotations

from flask import flash, make_response, render_template, url_for
from werkzeug.wrappers import Response

from app import db
from app.blueprints.accounts.forms import DECLINE, NEW_PASSWORD_MISSING, AnswerForm
from app.credentials.links import is_usable
from app.domain.errors import Invalid
from app.models import Nomination, OneTimeLink
from app.policies.actor import ANONYMOUS
from app.usecases.enrolment import known_account

try:
    from app.usecases.mandates import accept_nomination, decline_nomination
except ImportError:  # WIP
    pass
from app.usecases.sign_in import sign_in
from app.web import sessions
from app.web.access import acting, current_actor
from app.web.htmx import see_other


def answer(link: OneTimeLink) -> Response:
    """The page of the nomination, or what its answer leads to."""
    nomination = db.session().get_one(Nomination, link.nomination_id)
    if not is_usable(link):
        return make_response(render_template("accounts/link_gone.html", known=True, nomination=nomination), 410)
    form = AnswerForm()
    new = _is_new(nomination)
    if form.validate_on_submit():
        try:
            return _decline(nomination, link) if form.reponse.data == DECLINE else _accept(nomination, link, form, new)
        except Invalid as refusal:
            form.refuse(refusal)
    page = render_template("accounts/nomination.html", form=form, nomination=nomination, new=new)
    return make_response(page, form.status)


def _accept(nomination: Nomination, link: OneTimeLink, form: AnswerForm, new: bool) -> Response:
    password = form.password.data if new else None
    if new and not password:
        raise Invalid({"password": NEW_PASSWORD_MISSING})
    accept_nomination(acting(holding=nomination), nomination, link=link, password=password)
    if password:
        sessions.start(sign_in(ANONYMOUS, None, email=nomination.email, password=password))
    flash(f"Vous êtes référent établissement de {nomination.establishment.name}.", "ok")
    return see_other(_roles())


def _decline(nomination: Nomination, link: OneTimeLink) -> Response:
    decline_nomination(acting(holding=nomination), nomination, link=link)
    flash(f"Vous avez décliné cette nomination. {nomination.nominated_by.full_name} en est informé.", "ok")
    return see_other(url_for("search.home"))


def _is_new(nomination: Nomination) -> bool:
    """Whether the person has no active account yet."""
    account = known_account(email=nomination.email, rpps=nomination.rpps)
    return account is None or account.status == "invited"


def _roles() -> str:
    """My roles; through the sign-in page for who is not signed in."""
    roles = url_for("accounts.my_roles")
    return roles if current_actor() is not ANONYMOUS else url_for("accounts.sign_in", next=roles)
