"""The routes of Pro Santé Connect. GET links, never forms, lead there: no page may post to another host."""

from __future__ import annotations

from flask import abort, current_app, flash, request, url_for
from werkzeug.wrappers import Response

from app.blueprints.accounts.roles import own_account
from app.blueprints.accounts.sign_in import landing
from app.blueprints.identities import accounts
from app.blueprints.identities.blueprint import bp
from app.blueprints.identities.returning import answer_to
from app.domain.acts import act_key
from app.integrations.pro_sante_connect.client import (
    Cancelled,
    Errand,
    Refused,
    Unreachable,
    errand_of,
    provider,
    send_there,
    who_came_back,
)
from app.notifications.writing import page_url
from app.policies.actor import ANONYMOUS
from app.policies.permissions import Permission
from app.web import sessions
from app.web.access import current_actor, public, signed_in
from app.web.htmx import see_other
from app.web.proving import proof_first
from app.web.return_path import local_path

LONGEST_ACT = 120


@bp.get("/connexion/pro-sante-connect")
@public
def sign_in() -> Response:
    destination = local_path(request.args.get("next"))
    if current_actor() is not ANONYMOUS:
        return see_other(destination or landing(current_actor()))
    return _leave(Errand("sign_in", destination))


@bp.get("/mon-compte/pro-sante-connect/relier")
@signed_in
def link() -> Response:
    """A proof first: it is one more way into the account."""
    _absent_without_settings()
    account, _ = own_account()
    act = act_key(Permission.ACCOUNT_LINK_IDENTITY, account.id)
    return proof_first(act, url_for("identities.link")) or _leave(Errand("link"))


@bp.get("/mon-compte/pro-sante-connect/preuve")
@signed_in
def prove() -> Response:
    """Instead of the password, before the act that is named."""
    act = request.args.get("acte", "")
    if len(act) > LONGEST_ACT or act.partition("/")[0] not in set(Permission):
        abort(404)
    back = _page(local_path(request.args.get("next")))
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":  # nobody proves an act they have not read
        return see_other(url_for("accounts.confirm", acte=act, next=back))
    return _leave(Errand("prove", back, act=act))


@bp.get("/connexion/pro-sante-connect/ouverture/<token>")
@public
def open_there(token: str) -> Response:
    """From the page of a mailed link: the second of the two proofs that open an account."""
    return _leave(Errand("open", token=token))


@bp.get("/connexion/pro-sante-connect/retour")
@public
def back() -> Response:
    """Whatever comes back, a page that says what to do; what went wrong is in the log, without a claim of anybody."""
    _absent_without_settings()
    try:
        errand = errand_of(request.args.get("state"))
        identity = who_came_back(errand)
    except Cancelled:
        flash("Vous n’êtes pas connecté : l’identification avec Pro Santé Connect a été abandonnée.", "info")
        return see_other(url_for("accounts.sign_in"))
    except Refused as refusal:
        return sessions.unkept(accounts.failed(403, refusal))
    except Unreachable as trouble:
        return sessions.unkept(accounts.failed(503, trouble))
    return sessions.unkept(answer_to(errand, identity))


@bp.get("/connexion/pro-sante-connect/deconnecte")
@public
def signed_out_there() -> Response:
    _absent_without_settings()
    flash("Vous êtes déconnecté du portail et de Pro Santé Connect.", "ok")
    return see_other(url_for("search.home"))


def _page(path: str | None) -> str | None:
    """The path, when a page answers there: the proof may have been asked for by the answer to a POST."""
    routes = current_app.url_map.bind("")
    return path if path and routes.test(path.partition("?")[0], "GET") else None


def _leave(errand: Errand) -> Response:
    _absent_without_settings()
    return send_there(page_url("identities.back"), errand)


def _absent_without_settings() -> None:
    if provider() is None:
        abort(404)
