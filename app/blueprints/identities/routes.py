"""The routes of Pro Santé Connect. GET links, never forms, lead there: no page may post to another host."""

from __future__ import annotations

from flask import abort, flash, render_template, request, url_for
from werkzeug.wrappers import Response

from app.blueprints.accounts.roles import own_account
from app.blueprints.accounts.sign_in import landing
from app.blueprints.identities import accounts  # noqa: F401 – its routes are on the same blueprint
from app.blueprints.identities.blueprint import bp
from app.blueprints.identities.returning import answer_to
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
from app.queries import identities as queries
from app.web import sessions
from app.web.access import current_actor, public, signed_in
from app.web.htmx import see_other
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
    return _leave(Errand("link"))


@bp.get("/mon-compte/pro-sante-connect/preuve")
@signed_in
def prove() -> Response:
    """Instead of the password, before a sensitive act."""
    act = request.args.get("acte", "")[:LONGEST_ACT] or None
    return _leave(Errand("prove", local_path(request.args.get("next")), act=act))


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


@bp.get("/mon-compte/pro-sante-connect")
@signed_in
def mine() -> str:
    account, _ = own_account()
    identity = queries.identity_of(account.id)
    if identity is None:
        _absent_without_settings()
    return render_template("identities/mine.html", account=account, identity=identity, form=accounts.proof_form())


def _leave(errand: Errand) -> Response:
    _absent_without_settings()
    return send_there(page_url("identities.back"), errand)


def _absent_without_settings() -> None:
    if provider() is None:
        abort(404)
