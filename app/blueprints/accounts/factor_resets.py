"""A lost second factor: asked by its owner, recorded by an agent who called back, refused by the mailed link."""

from __future__ import annotations

import uuid

from flask import abort, flash, make_response, render_template, request, session, url_for
from werkzeug.wrappers import Response

from app.blueprints.accounts.blueprint import bp
from app.blueprints.accounts.forms import LostFactorForm
from app.blueprints.accounts.second_factor import start_again
from app.credentials.links import Purpose, is_usable, resolve
from app.domain.acts import act_key
from app.domain.errors import ImpossibleNow, Invalid
from app.models import Account, Person
from app.policies.actor import ANONYMOUS
from app.policies.permissions import Permission
from app.queries import accounts as accounts_queries
from app.queries import factors as queries
from app.usecases.factor_reset import DELAY, ask_factor_reset, record_factor_reset, refuse_factor_reset
from app.usecases.sign_in import half_way
from app.web import sessions
from app.web.access import acting, authorise, checked, public
from app.web.htmx import see_other
from app.web.limits import PROVE, RESEND, SECOND_FACTOR, limited
from app.web.proving import CHALLENGE, proof_needed


@bp.get("/connexion/second-facteur/perdu")
@public
def lost_factor() -> Response | str:
    account = half_way(session.get(CHALLENGE))
    if account is None:
        return start_again()
    return render_template("accounts/lost_factor.html", asked=queries.lost_factor(account.id), delay=DELAY)


@bp.post("/connexion/second-facteur/perdu/demander")
@public
@limited(SECOND_FACTOR)
def ask_reset() -> Response:
    try:
        ask_factor_reset(ANONYMOUS, None, challenge_id=session.get(CHALLENGE))
    except ImpossibleNow:
        return start_again()
    return see_other(url_for("accounts.lost_factor"))


@bp.route("/second-facteur/refus/<token>", methods=["GET", "POST"])
@public
@limited(RESEND)
def refuse_reset(token: str) -> Response:
    """GET only shows the page: mail scanners follow links."""
    link = resolve(token, Purpose.FACTOR_RESET)
    if link is None or not is_usable(link):
        page = render_template("accounts/link_gone.html", known=link is not None)
        return sessions.unkept(make_response(page, 404 if link is None else 410))
    if request.method == "POST":
        refuse_factor_reset(acting(holding=link), link)
        return sessions.unkept(make_response(render_template("accounts/reset_refused.html")))
    return sessions.unkept(make_response(render_template("accounts/refuse_reset.html", token=token)))


# ── at the service centre ───────────────────────────────────────────────────


@bp.get("/centre/seconds-facteurs")
@checked(Permission.SERVICE_CENTRE_DESK)
def lost_factors() -> str:
    authorise(Permission.SERVICE_CENTRE_DESK)
    return render_template("accounts/lost_factors.html", lost=queries.lost_factors(), delay=DELAY)


@bp.get("/centre/comptes/<uuid:account_id>/second-facteur")
@checked(Permission.ACCOUNT_RESET_FACTORS)
def reset_form(account_id: uuid.UUID) -> Response:
    account, person = _asked(account_id)
    authorise(Permission.ACCOUNT_RESET_FACTORS, account)
    return _reset_page(account, person, LostFactorForm(formdata=None))


@bp.post("/centre/comptes/<uuid:account_id>/second-facteur")
@checked(Permission.ACCOUNT_RESET_FACTORS)
@limited(PROVE)
def record_reset(account_id: uuid.UUID) -> Response:
    (account, person), form = _asked(account_id), LostFactorForm()
    actor = form.proven(_recording(account))
    if actor is None:
        authorise(Permission.ACCOUNT_RESET_FACTORS, account)
        return _reset_page(account, person, form)
    try:
        record_factor_reset(actor, account, evidence=form.justificatif.data or "")
    except Invalid as refusal:
        form.refuse(refusal)
        return _reset_page(account, person, form)
    flash("La perte est enregistrée. La personne est prévenue, et peut refuser pendant 24 heures.", "ok")
    return see_other(url_for("accounts.lost_factors"))


def _recording(account: Account) -> str:
    return act_key(Permission.ACCOUNT_RESET_FACTORS, account.id)


def _asked(account_id: uuid.UUID) -> tuple[Account, Person]:
    return accounts_queries.find_account(Account.id == account_id) or abort(404)


def _reset_page(account: Account, person: Person, form: LostFactorForm) -> Response:
    shown = {
        "act": _recording(account),
        "proof_needed": proof_needed(_recording(account)) or bool(form.mot_de_passe.errors),
        "account": account,
        "person": person,
        "reset": queries.lost_factor(account.id),
        "factors": queries.factors_of(account.id),
    }
    return make_response(render_template("accounts/reset_factor.html", form=form, delay=DELAY, **shown), form.status)
