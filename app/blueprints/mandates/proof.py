"""Proving who one is again, inside the form of a sensitive act: what was typed stays on the page."""

from __future__ import annotations

from flask_login import current_user

from app import clock, db
from app.blueprints.mandates.forms import ProvenForm
from app.domain.errors import Invalid
from app.domain.mandates import is_fresh
from app.models import Account
from app.policies.actor import Actor
from app.usecases.sign_in import confirm_identity
from app.web import sessions
from app.web.access import acting, current_actor


def proof_needed() -> bool:
    """Whether a sensitive act would be refused for want of a recent proof."""
    proof = current_actor().identity
    return proof is None or not is_fresh(proof.at, clock.now())


def proving(form: ProvenForm) -> Actor:
    """The actor, proven afresh when a password was typed and was needed. Raises Invalid on `mot_de_passe`."""
    password = form.mot_de_passe.data
    if not (password and proof_needed()):
        return acting()
    account = db.session().get_one(Account, current_actor().account_id)
    try:
        renewed = confirm_identity(acting(), account, password=password, session_id=current_user.session_id)
    except Invalid as refusal:
        raise Invalid({"mot_de_passe": refusal.fields["password"]}) from refusal
    sessions.start(renewed)
    return acting()
