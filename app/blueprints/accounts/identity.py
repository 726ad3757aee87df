"""Proving who one is again, before a sensitive act."""

from __future__ import annotations

from flask import render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app.blueprints.accounts.blueprint import bp
from app.blueprints.accounts.forms import ConfirmForm
from app.blueprints.accounts.roles import own_account
from app.blueprints.accounts.sign_in import landing
from app.domain.errors import Invalid
from app.usecases.sign_in import confirm_identity
from app.web import sessions
from app.web.access import acting, current_actor, signed_in
from app.web.htmx import see_other
from app.web.limits import PROVE, give_back, limited
from app.web.return_path import local_path


@bp.route("/connexion/confirmer", methods=["GET", "POST"])
@signed_in
@limited(PROVE)
def confirm() -> Response | tuple[str, int]:
    destination = local_path(request.values.get("next"))
    form = ConfirmForm()
    if form.validate_on_submit():
        mine, _ = own_account()
        try:
            renewed = confirm_identity(
                acting(), mine, password=form.password.data or "", session_id=current_user.session_id
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            sessions.start(renewed)
            give_back()
            return see_other(destination or landing(current_actor()))
    return render_template("accounts/confirm.html", form=form, destination=destination), form.status
