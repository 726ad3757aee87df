"""A new password, by a mailed link."""

from __future__ import annotations

import time

from flask import flash, make_response, render_template, url_for
from werkzeug.wrappers import Response

from app.blueprints.accounts.blueprint import bp
from app.blueprints.accounts.forms import ForgotForm, NewPasswordForm
from app.blueprints.accounts.sign_in import entered
from app.credentials.links import Purpose, is_usable, resolve
from app.domain.errors import Invalid
from app.usecases.accounts import ask_new_password, reset_password
from app.web import sessions
from app.web.access import acting, public
from app.web.htmx import see_other
from app.web.limits import MAIL_ME_A_LINK, limited

ANSWER_AFTER = 0.25
"""Seconds before the answer, whatever was found: mailing a link takes longer than finding nobody."""


@bp.route("/mot-de-passe-oublie", methods=["GET", "POST"])
@public
@limited(MAIL_ME_A_LINK)
def forgot() -> Response | tuple[str, int]:
    form = ForgotForm()
    if form.validate_on_submit():
        started = time.monotonic()
        ask_new_password(acting(), None, email=form.email.data or "")
        time.sleep(max(0.0, ANSWER_AFTER - (time.monotonic() - started)))
        return see_other(url_for("accounts.link_sent"))
    return render_template("accounts/forgot.html", form=form), form.status


@bp.get("/mot-de-passe-oublie/envoye")
@public
def link_sent() -> str:
    return render_template("accounts/link_sent.html")


@bp.route("/mot-de-passe/<token>", methods=["GET", "POST"])
@public
def reset(token: str) -> Response:
    """GET only shows the form: mail scanners follow links."""
    link = resolve(token, Purpose.PASSWORD_RESET)
    if link is None or not is_usable(link):
        page = render_template("accounts/link_gone.html", known=link is not None)
        return make_response(page, 404 if link is None else 410)
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            entry = reset_password(acting(holding=link), link, password=form.password.data or "")
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            answer = entered(entry)
            flash("Votre mot de passe est changé. Les autres sessions sont fermées.", "ok")
            return answer
    return sessions.unkept(make_response(render_template("accounts/reset.html", form=form), form.status))
