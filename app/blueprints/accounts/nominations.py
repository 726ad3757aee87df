"""Answering a nomination, from its mailed link: the link is enough, a password is chosen only by who has no account."""

from __future__ import annotations

from flask import flash, make_response, render_template, url_for
from werkzeug.wrappers import Response

from app import db
from app.blueprints.accounts.forms import DECLINE, AnswerForm
from app.credentials.links import is_usable
from app.domain.errors import Invalid
from app.models import Nomination, OneTimeLink
from app.policies.actor import ANONYMOUS
from app.usecases.enrolment import known_account
from app.usecases.mandates import accept_nomination, decline_nomination
from app.web import sessions
from app.web.access import acting, current_actor
from app.web.htmx import see_other
from app.web.names import name_fr


def answer(link: OneTimeLink) -> Response:
    """The page of the nomination, or what its answer leads to."""
    nomination = db.session().get_one(Nomination, link.nomination_id)
    if not is_usable(link):
        return make_response(render_template("accounts/link_gone.html", known=True, nomination=nomination), 410)
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            return _decline(nomination, link) if form.reponse.data == DECLINE else _accept(nomination, link, form)
        except Invalid as refusal:
            form.refuse(refusal)
    page = render_template("accounts/nomination.html", form=form, nomination=nomination, new=_is_new(nomination))
    return make_response(page, form.status)


def _accept(nomination: Nomination, link: OneTimeLink, form: AnswerForm) -> Response:
    password = form.password.data or None
    accepted = accept_nomination(acting(holding=nomination), nomination, link=link, password=password)
    if accepted.session_id is not None:
        sessions.start(accepted.session_id)
    flash(f"Vous êtes référent établissement de {name_fr(nomination.establishment.name)}.", "ok")
    roles = url_for("accounts.my_roles")
    return see_other(roles if current_actor() is not ANONYMOUS else url_for("accounts.sign_in", next=roles))


def _decline(nomination: Nomination, link: OneTimeLink) -> Response:
    decline_nomination(acting(holding=nomination), nomination, link=link)
    flash("Vous avez décliné cette nomination. La présidence en est informée.", "ok")
    return see_other(url_for("search.home"))


def _is_new(nomination: Nomination) -> bool:
    """Whether the person has no active account yet."""
    account = known_account(email=nomination.email, rpps=nomination.rpps)
    return account is None or account.status == "invited"
