"""Passkeys: signing in with one, proving an act with one, adding and removing one's own."""

from __future__ import annotations

import uuid

from flask import Response, abort, flash, make_response, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from app import db
from app.blueprints.accounts.blueprint import bp
from app.blueprints.accounts.forms import PasskeyForm, SignInForm
from app.blueprints.accounts.roles import own_account
from app.blueprints.accounts.security import enrolled, own_page
from app.blueprints.accounts.sign_in import came_in
from app.domain.acts import ProofNeeded
from app.domain.errors import ImpossibleNow, Invalid
from app.models import Passkey
from app.policies.actor import ANONYMOUS
from app.usecases.factors import ADD_PASSKEY, add_passkey, ask_proof, ask_registration, removal_of, remove_passkey
from app.usecases.sign_in import ask_passkey, sign_in_with_passkey
from app.web import sessions
from app.web.access import acting, public, signed_in
from app.web.htmx import see_other
from app.web.limits import PASSKEY, PROVE, limited
from app.web.proving import CHALLENGE, proof_needed, proving
from app.web.return_path import local_path

MOST_ACTS = 50


@bp.post("/connexion/cle/defi")
@public
@limited(PASSKEY)
def passkey_challenge() -> Response:
    return _challenge(*ask_passkey(ANONYMOUS, None))


@bp.post("/connexion/cle")
@public
@limited(PASSKEY)
def passkey_sign_in() -> BaseResponse:
    destination = local_path(request.form.get("next"))
    try:
        opened = sign_in_with_passkey(
            ANONYMOUS, None, challenge_id=session.pop(CHALLENGE, None), answer=request.form.get("appareil", "")
        )
    except (Invalid, ImpossibleNow) as refusal:
        form = SignInForm(formdata=None)
        form.form_errors.append(str(refusal))
        return make_response(render_template("accounts/sign_in.html", form=form, destination=destination), 422)
    return came_in(opened, destination)


@bp.post("/connexion/confirmer/defi")
@signed_in
@limited(PASSKEY)
def proof_challenge() -> Response:
    """For the acts that the page shows."""
    acts = request.form.getlist("acte")[:MOST_ACTS]
    if not acts or any(len(act) > 120 for act in acts):
        abort(422)
    return _challenge(*ask_proof(acting(), own_account()[0], acts=acts))


@bp.post("/mon-compte/cles/defi")
@signed_in
@limited(PASSKEY)
def registration_challenge() -> Response:
    return _challenge(*ask_registration(acting(), own_account()[0]))


@bp.route("/mon-compte/cles/nouvelle", methods=["GET", "POST"])
@signed_in
@limited(PROVE)
def new_passkey() -> BaseResponse:
    """The proof first, so that no device makes a key in vain; then the key, with its name."""
    if request.method == "POST" and "nom" not in request.form:
        return _prove_first()
    form = PasskeyForm()
    if form.validate_on_submit():
        try:
            return _add(form)
        except ProofNeeded:
            raise
        except (Invalid, ImpossibleNow) as refusal:
            form.form_errors.append(str(refusal))
    needed = proof_needed(ADD_PASSKEY)
    return own_page("accounts/new_passkey.html", form.status, form=form, act=ADD_PASSKEY, proof_needed=needed)


@bp.post("/mon-compte/cles/<uuid:passkey_id>/retirer")
@signed_in
@limited(PROVE)
def remove_own_passkey(passkey_id: uuid.UUID) -> BaseResponse:
    account, _ = own_account()
    key = db.session().get(Passkey, passkey_id)
    if key is None or key.account_id != account.id:
        abort(404)
    actor = proving(removal_of(key))
    remove_passkey(actor, account, key=key, session_id=current_user.session_id)
    flash(f"La clé « {key.name} » n’ouvre plus votre compte.", "ok")
    return own_page()


def _prove_first() -> BaseResponse:
    proving(ADD_PASSKEY)
    if proof_needed(ADD_PASSKEY):
        raise ProofNeeded(ADD_PASSKEY)
    return see_other(url_for("accounts.new_passkey"))


def _add(form: PasskeyForm) -> BaseResponse:
    account, _ = own_account()
    made = add_passkey(
        acting(),
        account,
        challenge_id=session.pop(CHALLENGE, None),
        answer=form.appareil.data or "",
        name=form.nom.data or "",
        session_id=current_user.session_id,
    )
    return enrolled(made, f"La clé « {form.nom.data} » ouvre maintenant votre compte.")


def _challenge(challenge_id: str, options: str) -> Response:
    """JSON for the script; the id stays in this browser's cookie."""
    session[CHALLENGE] = challenge_id
    response = Response(options, mimetype="application/json")
    sessions.unkept(response)
    return response
