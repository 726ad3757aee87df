"""A new version of the terms is accepted before going on (S-078)."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response

from app.blueprints.accounts.roles import own_account
from app.blueprints.accounts.sign_in import landing
from app.blueprints.personal_data.blueprint import bp
from app.blueprints.personal_data.forms import TermsForm
from app.domain.errors import Invalid
from app.domain.terms import TERMS_VERSION
from app.usecases.terms import accept_terms
from app.web.access import acting, current_actor, signed_in
from app.web.htmx import see_other
from app.web.return_path import local_path
from app.web.terms import before_terms


@bp.route("/conditions/accepter", methods=["GET", "POST"])
@signed_in
@before_terms
def accept() -> Response | tuple[str, int]:
    destination = local_path(request.values.get("next"))
    account, _ = own_account()
    form = TermsForm()
    if request.method == "GET" and current_actor().terms_accepted:
        return see_other(destination or landing(current_actor()))
    if form.validate_on_submit():
        try:
            accept_terms(acting(), account, version=form.version.data or "")
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            return see_other(destination or landing(current_actor()))
    form.version.data = TERMS_VERSION
    page = render_template("terms/accept.html", form=form, account=account, destination=destination)
    return page, form.status
