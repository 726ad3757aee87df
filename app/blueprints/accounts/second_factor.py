"""The second factor, after a first one: a code of the generator, or a recovery code; a passkey signs in by itself."""

from __future__ import annotations

from flask import flash, make_response, render_template, session, url_for
from werkzeug.wrappers import Response

from app.blueprints.accounts.blueprint import bp
from app.blueprints.accounts.forms import SecondFactorForm
from app.blueprints.accounts.sign_in import DESTINATION, came_in
from app.credentials.challenges import GONE
from app.domain.errors import ImpossibleNow, Invalid
from app.models import Account
from app.policies.actor import ANONYMOUS
from app.queries.factors import ways_of
from app.usecases.sign_in import give_second_factor, half_way
from app.web.access import public
from app.web.htmx import see_other
from app.web.limits import SECOND_FACTOR, give_back, limited
from app.web.proving import CHALLENGE


@bp.get("/connexion/second-facteur")
@public
def second_factor() -> Response:
    account = half_way(session.get(CHALLENGE))
    return _page(account, SecondFactorForm(formdata=None)) if account else start_again()


@bp.post("/connexion/second-facteur")
@public
@limited(SECOND_FACTOR)
def check_second_factor() -> Response:
    challenge_id, form = session.get(CHALLENGE), SecondFactorForm()
    account = half_way(challenge_id)
    if account is None:
        return start_again()
    if form.validate_on_submit():
        try:
            opened = give_second_factor(ANONYMOUS, None, challenge_id=challenge_id, typed=form.code.data or "")
        except Invalid as refusal:
            form.refuse(refusal)
        except ImpossibleNow:
            return start_again()
        else:
            give_back()
            return came_in(opened, session.get(DESTINATION))
    return _page(account, form)


def start_again() -> Response:
    """The first factor is too long ago, or was given in another browser."""
    flash(GONE, "attention")
    return see_other(url_for("accounts.sign_in"))


def _page(account: Account, form: SecondFactorForm) -> Response:
    ways = ways_of(account.id)
    if not ways.generator:
        form.code.label.text = "Code de secours"
    page = render_template("accounts/second_factor.html", form=form, ways=ways)
    return make_response(page, form.status)
