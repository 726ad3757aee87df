"""Closing one's account and having one's data erased."""

from __future__ import annotations

from flask import flash, render_template, request, url_for
from werkzeug.wrappers import Response

from app.blueprints.accounts.roles import own_account
from app.blueprints.personal_data.blueprint import bp
from app.blueprints.personal_data.forms import ErasureForm
from app.domain.acts import act_key
from app.policies.permissions import Permission
from app.usecases.personal_data import erase_account, in_office, is_last_agent
from app.web import sessions
from app.web.access import signed_in
from app.web.htmx import see_other
from app.web.limits import PROVE, limited
from app.web.proving import proving
from app.web.terms import before_terms


@bp.route("/mon-compte/donnees/effacer", methods=["GET", "POST"])
@signed_in
@before_terms
@limited(PROVE)
def erase() -> Response | tuple[str, int]:
    """The proof asked for is of this very act; the page of it keeps the box ticked."""
    account, _ = own_account()
    form = ErasureForm()
    if form.validate_on_submit():
        erase_account(proving(act_key(Permission.ACCOUNT_ERASE, account.id)), account)
        response = sessions.stop(see_other(url_for("search.home")))
        flash("Votre compte est fermé et vos données sont effacées. Un message vous le confirme.", "ok")
        return response
    held = request.method == "GET" and (in_office(account) or is_last_agent(account))
    return render_template("personal_data/erase.html", form=form, account=account, held=held), form.status
