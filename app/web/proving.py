"""Proving who one is for one act, inside its own form: what was typed stays on the page.

A view says `form.proven(act)`, or `proving(act)` where it would say `acting()`. A ProvenForm shows its fields when
`proof_needed(act)`; an act without such a form is answered by a page that asks for the proof and keeps its fields.
"""

from __future__ import annotations

from flask import Flask, Response, g, make_response, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse
from wtforms import HiddenField, PasswordField

from app import db
from app.credentials.passkeys import party
from app.credentials.proofs import has_proofs
from app.domain.acts import ProofNeeded
from app.domain.errors import Invalid
from app.models import Account
from app.policies.actor import Actor
from app.policies.permissions import Permission
from app.queries.factors import Ways, ways_of
from app.usecases.factors import prove, prove_with_passkey
from app.web import sessions
from app.web.access import acting, current_actor
from app.web.forms import PASSWORD_FIELDS, PortalForm
from app.web.htmx import in_dialog, see_other, wants_fragment
from app.web.limits import give_back

CHALLENGE = "challenge"
"""Where the browser's signed cookie keeps the id of what it is asked to answer."""
NOT_SENT_AGAIN = frozenset({"csrf_token", *PASSWORD_FIELDS})
STEPS = {
    "ajouter-une-cle": "Ajouter une clé d’accès",
    "ajouter-les-codes": "Ajouter un générateur de codes",
    "retirer-les-codes": "Retirer votre générateur de codes",
    "codes-de-secours": "Obtenir de nouveaux codes de secours",
}


class ProvenForm(PortalForm):
    """A form whose act needs a proof of identity of its own."""

    mot_de_passe = PasswordField("Votre mot de passe")
    appareil = HiddenField()

    def proven(self, *acts: str) -> Actor | None:
        """The actor, proven for these acts; None when something typed is wrong, which the form says.

        A good proof beside a wrong field waits for the next try: it is not asked twice.
        """
        valid = self.validate_on_submit()
        try:
            actor = proving(*acts)
        except ProofNeeded as refusal:
            self.refuse(refusal)
            return None
        return actor if valid else None


def init_app(app: Flask) -> None:
    app.register_error_handler(ProofNeeded, _ask)
    app.jinja_env.globals.update(proof_ways=proof_ways, act_words=act_words, passkey_host=lambda: party().id)


def proof_needed(*acts: str) -> bool:
    """Whether one of these acts would be refused for want of a proof given for it."""
    return not has_proofs(current_actor().session_id, acts)


def proving(*acts: str) -> Actor:
    """The actor, proven for these acts when the form brings a proof that is needed. Raises ProofNeeded, with the
    reason, when what it brings is wrong."""
    g.acts_asked = acts
    typed, answer = request.form.get("mot_de_passe", ""), request.form.get("appareil", "")
    if not (typed or answer) or not proof_needed(*acts):
        return acting()
    account = db.session().get_one(Account, current_actor().account_id)
    try:
        renewed = _proven(account, acts, typed=typed, answer=answer)
    except Invalid as refusal:
        raise ProofNeeded(acts[0], str(refusal)) from refusal
    sessions.start(renewed)
    give_back()  # a good proof is no guess: ten acts in a minute are ten proofs
    return acting()


def proof_first(act: str, destination: str) -> BaseResponse | None:
    """Before a page whose form cannot ask by itself: to the page that asks, which comes back."""
    return see_other(url_for("accounts.confirm", acte=act, next=destination)) if proof_needed(act) else None


def proof_ways() -> Ways:
    """For templates: how this person can prove who they are."""
    account_id = current_actor().account_id
    assert account_id is not None  # noqa: S101 – only signed-in people are asked
    return ways_of(account_id)


def act_words(act: str) -> str:
    """What a person reads: « Nommer un référent établissement »."""
    permission, _, key = act.partition("/")
    if permission == Permission.ACCOUNT_FACTORS:
        return STEPS.get(key, "Retirer une clé d’accès")
    return Permission(permission).label


def _proven(account: Account, acts: tuple[str, ...], *, typed: str, answer: str) -> str:
    session_id = current_user.session_id
    if not answer:
        return prove(acting(), account, typed=typed, session_id=session_id, acts=acts)
    challenge_id = session.pop(CHALLENGE, None)
    return prove_with_passkey(
        acting(), account, challenge_id=challenge_id, answer=answer, session_id=session_id, acts=acts
    )


def _ask(needed: ProofNeeded) -> Response:
    """The page of the proof, whose form is the one that was sent."""
    form = ProvenForm(formdata=None)
    tried = any(request.form.get(name) for name in ("mot_de_passe", "appareil"))
    if tried:
        form.refuse(needed)
    template = "accounts/_prove.html" if wants_fragment() else "accounts/prove.html"
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_SENT_AGAIN]
    words = {"act": needed.act, "acts": g.get("acts_asked") or (needed.act,), "kept": kept}
    page = render_template(template, form=form, action=request.full_path.rstrip("?"), **words)
    response = make_response(page, 422)
    return in_dialog(response) if wants_fragment() else response
