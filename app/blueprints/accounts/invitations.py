"""`/invitations/<token>`: an account to activate, or a nomination to answer. GET shows, POST acts."""

from __future__ import annotations

from flask import abort, flash, make_response, render_template, url_for
from werkzeug.wrappers import Response

from app import db
from app.blueprints.accounts import nominations
from app.blueprints.accounts.blueprint import bp
from app.blueprints.accounts.forms import NewPasswordForm
from app.blueprints.accounts.sign_in import landing
from app.credentials.links import Purpose, is_usable, resolve
from app.domain.errors import Invalid
from app.models import Account, OneTimeLink
from app.queries import accounts as queries
from app.usecases.accounts import activate, send_activation_again
from app.web import sessions
from app.web.access import acting, current_actor, public
from app.web.htmx import see_other
from app.web.limits import RESEND, limited


@bp.route("/invitations/<token>", methods=["GET", "POST"])
@public
def invitation(token: str) -> Response:
    link = resolve(token, Purpose.ACTIVATION, Purpose.NOMINATION)
    if link is None:
        return make_response(render_template("accounts/link_gone.html", known=False), 404)
    answer = nominations.answer(link) if link.purpose == Purpose.NOMINATION else _activation(link, token)
    return sessions.unkept(answer)


@bp.post("/invitations/<token>/renvoyer")
@public
@limited(RESEND)
def send_again(token: str) -> Response:
    """A new activation link, to the address of the account: whoever holds the old one learns nothing."""
    link = resolve(token, Purpose.ACTIVATION)
    if link is None:
        abort(404)
    send_activation_again(acting(holding=link), link)
    return see_other(url_for("accounts.link_sent"))


def _activation(link: OneTimeLink, token: str) -> Response:
    account = _account_of(link)
    if not is_usable(link) or account.status != "invited":
        page = render_template(
            "accounts/link_gone.html",
            known=True,
            active=account.status == "active",
            send_again_to=url_for("accounts.send_again", token=token) if account.status == "invited" else None,
        )
        return make_response(page, 410)
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            opened = activate(acting(holding=link), link, password=form.password.data or "")
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            sessions.start(opened)
            flash("Votre compte est activé. Bienvenue.", "ok")
            return see_other(landing(current_actor()))
    person = queries.account_and_person(account.id)[1]
    return make_response(
        render_template("accounts/activate.html", form=form, account=account, person=person), form.status
    )


def _account_of(link: OneTimeLink) -> Account:
    return db.session().get_one(Account, link.account_id)
