"""Proving who one is for an act whose own page cannot ask: it names the act, and leads back."""

from __future__ import annotations

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from app.blueprints.accounts.blueprint import bp
from app.blueprints.accounts.sign_in import landing
from app.domain.acts import ProofNeeded
from app.policies.permissions import Permission
from app.web.access import current_actor, signed_in
from app.web.htmx import see_other
from app.web.limits import PROVE, limited
from app.web.proving import ProvenForm, proof_needed, proving
from app.web.return_path import local_path

LONGEST_ACT = 120


@bp.route("/connexion/confirmer", methods=["GET", "POST"])
@signed_in
@limited(PROVE)
def confirm() -> Response | tuple[str, int]:
    act, destination = _act(), local_path(request.values.get("next"))
    form = ProvenForm()
    if request.method == "POST":
        try:
            proving(act)
        except ProofNeeded as refusal:
            form.refuse(refusal)
        else:
            if not proof_needed(act):
                return see_other(destination or landing(current_actor()))
            form.refuse(ProofNeeded(act))
    kept = [("acte", act), *([("next", destination)] if destination else [])]
    page = render_template("accounts/prove.html", form=form, act=act, action=request.path, kept=kept, back=destination)
    return page, form.status


def _act() -> str:
    """The key of a known act; 404 otherwise."""
    act = request.values.get("acte", "")
    if len(act) > LONGEST_ACT or act.partition("/")[0] not in set(Permission):
        abort(404)
    return act
