"""What is done with an identity that came back: the one GET of the portal that writes (`db.write_on_return`)."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import db
from app.blueprints.accounts.roles import own_account
from app.blueprints.accounts.sign_in import came_in, landing
from app.blueprints.identities import accounts
from app.credentials.links import Purpose, claim_token, resolve
from app.domain.acts import ProofNeeded
from app.domain.errors import ImpossibleNow
from app.domain.identities import VouchedIdentity
from app.integrations.pro_sante_connect.client import Errand
from app.policies.actor import ANONYMOUS
from app.usecases.identities import arrive, link_identity, open_account, prove_with_identity
from app.web import sessions
from app.web.access import acting, current_actor
from app.web.htmx import see_other

NOT_SIGNED_IN = "Votre session a expiré pendant l’identification. Connectez-vous, puis recommencez."


def answer_to(errand: Errand, identity: VouchedIdentity) -> Response:
    """Each errand under `write_on_return`; what the situation refuses is a page that says why."""
    db.write_on_return()
    try:
        return ERRANDS[errand.purpose](errand, identity)
    except ImpossibleNow as refusal:
        return accounts.refused(refusal)
    except ProofNeeded:
        flash("Dix minutes ont passé. Confirmez de nouveau votre identité.", "attention")
        return see_other(url_for("identities.mine"))


def _sign_in(errand: Errand, identity: VouchedIdentity) -> Response:
    arrival = arrive(ANONYMOUS, None, identity=identity)
    if arrival.session_id is None:
        assert arrival.claim_id is not None  # noqa: S101 – one or the other
        return see_other(url_for("identities.claim", token=claim_token(arrival.claim_id)))
    return came_in(arrival.session_id, errand.destination)


def _open(errand: Errand, identity: VouchedIdentity) -> Response:
    link = resolve(errand.token or "", Purpose.NEW_ACCOUNT)
    if link is None:
        raise ImpossibleNow("Ce lien n’est pas le nôtre.")
    answer = came_in(open_account(acting(holding=link), link, identity=identity), None)
    flash("Votre compte est ouvert. Bienvenue.", "ok")
    return answer


def _link(_errand: Errand, identity: VouchedIdentity) -> Response:
    _signed_in()
    account, _ = own_account()
    link_identity(acting(), account, identity=identity)
    flash("Votre compte est relié à Pro Santé Connect.", "ok")
    return see_other(url_for("identities.mine"))


def _prove(errand: Errand, identity: VouchedIdentity) -> Response:
    _signed_in()
    account, _ = own_account()
    session_id = current_user.session_id
    sessions.start(prove_with_identity(acting(), account, identity=identity, session_id=session_id, act=errand.act))
    return see_other(errand.destination or landing(current_actor()))


def _signed_in() -> None:
    if current_actor() is ANONYMOUS:
        raise ImpossibleNow(NOT_SIGNED_IN)


ERRANDS: dict[str, Callable[[Errand, VouchedIdentity], Response]] = {
    "sign_in": _sign_in,
    "open": _open,
    "link": _link,
    "prove": _prove,
}
