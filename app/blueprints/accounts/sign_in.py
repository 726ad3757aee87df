"""Signing in and out."""

from __future__ import annotations

from flask import flash, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.accounts.blueprint import bp
from app.blueprints.accounts.forms import SignInForm
from app.domain.errors import Invalid
from app.policies.actor import ANONYMOUS, Actor
from app.queries import accounts as queries
from app.usecases.sign_in import Entry
from app.usecases.sign_in import sign_in as open_account
from app.usecases.sign_in import sign_out as end_own_session
from app.web import sessions
from app.web.access import acting, current_actor, public
from app.web.goodbye import goodbye, leaving_there
from app.web.htmx import see_other
from app.web.limits import SIGN_IN, give_back, limited
from app.web.proving import CHALLENGE
from app.web.return_path import local_path
from app.web.terms import terms_first

DESTINATION = "destination"


@bp.route("/connexion", methods=["GET", "POST"])
@public
@limited(SIGN_IN)
def sign_in() -> Response | tuple[str, int]:
    destination = local_path(request.values.get("next"))
    form = SignInForm()
    if request.method == "GET" and current_actor() is not ANONYMOUS:
        return see_other(destination or landing(current_actor()))
    if form.validate_on_submit():
        try:
            entry = open_account(ANONYMOUS, None, email=form.email.data or "", password=form.password.data or "")
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            give_back()
            return entered(entry, destination)
    return render_template("accounts/sign_in.html", form=form, destination=destination), form.status


@bp.post("/deconnexion")
@public
def sign_out() -> Response:
    elsewhere = leaving_there(current_user.session_id)
    leave()
    if elsewhere is not None:
        return sessions.stop(goodbye(elsewhere))
    response = sessions.stop(see_other(url_for("search.home")))
    flash("Vous êtes déconnecté.", "ok")
    return response


def entered(entry: Entry, destination: str | None = None) -> Response:
    """Into the portal, or to the second factor; whatever the first one was."""
    if entry.session_id is None:
        leave()
        return to_second_factor(entry, destination)
    return came_in(entry.session_id, destination)


def came_in(session_id: str, destination: str | None) -> Response:
    leave()
    sessions.start(session_id)
    return see_other(terms_first(destination or landing(current_actor())))


def to_second_factor(entry: Entry, destination: str | None) -> Response:
    """The signed cookie keeps what this browser has to answer, and where it was going."""
    session.clear()
    session[CHALLENGE] = entry.challenge_id
    if destination:
        session[DESTINATION] = destination
    return see_other(url_for("accounts.second_factor"))


def landing(actor: Actor) -> str:
    """Where a person starts: the service centre's desk, their only establishment, the chooser, or their roles."""
    if actor.must_enrol:
        return url_for("accounts.account", _anchor="second-facteur")
    if actor.is_agent:
        return url_for("service_centre.desk")
    managed = {mandate.establishment_finess for mandate in actor.mandates}
    if len(managed) == 1:
        return url_for("establishments.page", finess=managed.pop())
    return url_for("accounts.my_establishment" if managed else "accounts.my_roles")


def leave() -> None:
    """End the session that this browser holds, if any: a new one never lives beside it."""
    actor = current_actor()
    if actor.account_id is not None:
        end_own_session(acting(), queries.account(actor.account_id), session_id=current_user.session_id)
        session.clear()
