"""A generator of codes (TOTP) and recovery codes: added, removed, renewed by their owner."""

from __future__ import annotations

import io

import segno
from flask import Response, abort, flash, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.accounts.blueprint import bp
from app.blueprints.accounts.forms import GeneratorForm
from app.blueprints.accounts.roles import own_account
from app.blueprints.accounts.security import enrolled, own_page
from app.credentials.codes import address_of, unseal
from app.domain.acts import ProofNeeded
from app.domain.errors import Invalid
from app.models import Account
from app.queries.factors import pending_generator
from app.settings import current_settings
from app.usecases.factors import (
    ADD_GENERATOR,
    REMOVE_GENERATOR,
    RENEW_CODES,
    confirm_generator,
    prepare_generator,
    remove_generator,
    renew_recovery_codes,
)
from app.web import sessions
from app.web.access import acting, signed_in
from app.web.htmx import see_other
from app.web.limits import PROVE, limited
from app.web.proving import proof_needed, proving

LETTERS = 4


@bp.post("/mon-compte/codes/preparer")
@signed_in
def prepare_codes() -> BaseResponse:
    prepare_generator(acting(), own_account()[0])
    return see_other(url_for("accounts.new_generator"))


@bp.route("/mon-compte/codes", methods=["GET", "POST"])
@signed_in
@limited(PROVE)
def new_generator() -> BaseResponse:
    """The QR code, the same secret in letters, and the code that proves it was read."""
    account, _ = own_account()
    secret = _secret(account)
    if secret is None:
        return own_page()
    form = GeneratorForm()
    if form.validate_on_submit():
        try:
            actor = proving(ADD_GENERATOR)
            made = confirm_generator(actor, account, code=form.code.data or "", session_id=current_user.session_id)
        except (ProofNeeded, Invalid) as refusal:
            form.refuse(refusal)
        else:
            return enrolled(made, "Votre générateur de codes est en service.")
    spelled = " ".join(secret[start : start + LETTERS] for start in range(0, len(secret), LETTERS))
    needed = proof_needed(ADD_GENERATOR) or bool(form.mot_de_passe.errors)
    return own_page(
        "accounts/new_generator.html", form.status, form=form, secret=spelled, act=ADD_GENERATOR, proof_needed=needed
    )


@bp.get("/mon-compte/codes/qr.svg")
@signed_in
def generator_qr() -> Response:
    account, _ = own_account()
    secret = _secret(account)
    if secret is None:
        abort(404)
    drawn = io.BytesIO()
    uri = address_of(secret, email=account.email, issuer=current_settings().portal_name)
    segno.make(uri, error="m").save(drawn, kind="svg", scale=5, border=4, dark="#000", light="#fff")
    response = Response(drawn.getvalue(), mimetype="image/svg+xml")
    sessions.unkept(response)
    return response


@bp.post("/mon-compte/codes/retirer")
@signed_in
@limited(PROVE)
def remove_own_generator() -> BaseResponse:
    actor, (account, _) = proving(REMOVE_GENERATOR), own_account()
    remove_generator(actor, account, session_id=current_user.session_id)
    flash("Votre générateur de codes n’est plus demandé.", "ok")
    return own_page()


@bp.post("/mon-compte/codes-de-secours")
@signed_in
@limited(PROVE)
def new_recovery_codes() -> BaseResponse:
    """Shown in the answer itself, this once."""
    actor, (account, _) = proving(RENEW_CODES), own_account()
    made = renew_recovery_codes(actor, account)
    return sessions.unkept(Response(render_template("accounts/recovery_codes.html", codes=made, first=False)))


def _secret(account: Account) -> str | None:
    """Of the generator that waits for its first code."""
    waiting = pending_generator(account.id)
    return unseal(waiting.sealed_secret, account.id) if waiting else None
