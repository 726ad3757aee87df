"""An identity without an account: open one, or say which one is yours. And what goes wrong, in a page."""

from __future__ import annotations

from flask import abort, current_app, flash, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from app.blueprints.accounts.roles import own_account
from app.blueprints.identities.blueprint import bp
from app.blueprints.identities.forms import AddressForm
from app.credentials.links import Purpose, is_usable, resolve, resolve_claim
from app.domain.acts import act_key
from app.domain.errors import ImpossibleNow
from app.integrations.pro_sante_connect.client import provider
from app.policies.permissions import Permission
from app.queries import identities as queries
from app.usecases.identities import give_address, unlink_identity
from app.usecases.identity_steps import is_open
from app.web import sessions
from app.web.access import acting, public, signed_in
from app.web.htmx import see_other
from app.web.limits import MAIL_ME_A_LINK, PROVE, limited
from app.web.proving import proving


@bp.route("/connexion/pro-sante-connect/compte/<token>", methods=["GET", "POST"])
@public
@limited(MAIL_ME_A_LINK)
def claim(token: str) -> Response:
    """Its address is the key: nobody else has it, and it serves an hour."""
    found = resolve_claim(token)
    if found is None:
        abort(404)
    if not is_open(found):
        return sessions.unkept(make_response(render_template("identities/gone.html"), 410))
    form = AddressForm()
    if form.validate_on_submit():
        give_address(acting(holding=found), found, email=form.email.data or "")
        return see_other(url_for("accounts.link_sent"))
    known = found.rpps is not None and queries.number_is_borne(found.rpps)
    page = render_template("identities/claim.html", form=form, claim=found, known=known)
    return sessions.unkept(make_response(page, form.status))


@bp.get("/connexion/pro-sante-connect/confirmation/<token>")
@public
def confirmation(token: str) -> Response:
    """The page of the mailed link. It only leads to Pro Santé Connect, whose return opens the account."""
    link = resolve(token, Purpose.NEW_ACCOUNT)
    if link is None or not is_usable(link):
        page = make_response(render_template("identities/gone.html"), 404 if link is None else 410)
    else:
        page = make_response(render_template("identities/confirmation.html", email=link.email, token=token))
    return sessions.unkept(page)


@bp.route("/mon-compte/pro-sante-connect", methods=["GET", "POST"])
@signed_in
@limited(PROVE)
def mine() -> Response | str:
    """GET: linked or not. POST: not any more; without a proof, the page that asks for one."""
    account, _ = own_account()
    if request.method == "POST":
        unlink_identity(proving(act_key(Permission.ACCOUNT_LINK_IDENTITY, account.id)), account)
        flash("Votre compte n’est plus relié à Pro Santé Connect.", "ok")
        return see_other(url_for("identities.mine"))
    identity = queries.identity_of(account.id)
    if identity is None and provider() is None:
        abort(404)
    return render_template("identities/mine.html", account=account, identity=identity)


# ── what goes wrong ─────────────────────────────────────────────────────────


def failed(status: int, trouble: Exception) -> Response:
    """The provider's answer proves nothing, or there was none."""
    current_app.logger.warning("pro santé connect: %s: %s", type(trouble).__name__, trouble)
    response = make_response(render_template("identities/failed.html", status=status), status)
    if status == 503:
        response.headers["Retry-After"] = "60"
    return response


def refused(refusal: ImpossibleNow) -> Response:
    """The identity is good; what it was to open is not open to it."""
    current_app.logger.info("pro santé connect: %s", refusal)
    return make_response(render_template("identities/refused.html", sentence=str(refusal)), 409)
