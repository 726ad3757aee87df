"""Asking for a rattachement, without an account (S-067, S-068)."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.affiliations.blueprint import bp, cpts_or_404
from app.blueprints.affiliations.forms import AskForm
from app.credentials.links import tracking_token
from app.domain.errors import Invalid
from app.models import Establishment
from app.queries.actors import deciders
from app.queries.affiliations import applicant
from app.queries.requests import delay_of, open_units
from app.usecases.affiliations import AlreadyPending, ask_affiliation, send_tracking_link_again
from app.web.access import acting, current_actor, public
from app.web.htmx import page_or_fragment, see_other
from app.web.limits import ASK, limited

ALREADY_PENDING = (
    "Une demande est déjà en cours avec cette adresse pour cette CPTS. "
    "Le lien de suivi a été envoyé à cette adresse : ouvrez ce message pour suivre, compléter ou annuler la demande."
)


@bp.get("/etablissements/<finess>/rattachement")
@public
def ask(finess: str) -> Response:
    establishment = cpts_or_404(finess)
    return _page(establishment, _form(establishment, **_known()))


@bp.post("/etablissements/<finess>/rattachement")
@limited(ASK)
@public
def send(finess: str) -> BaseResponse:
    establishment = cpts_or_404(finess)
    form = _form(establishment)
    if not form.validate_on_submit():
        return _page(establishment, form, status=422)
    try:
        request = ask_affiliation(acting(), establishment, form.wish(), client_key=form.client_key)
    except Invalid as error:
        form.refuse(error)
        return _page(establishment, form, status=422)
    except AlreadyPending:
        send_tracking_link_again(acting(), establishment, email=form.email.data or "")
        return _page(establishment, form, status=409, notice=ALREADY_PENDING)
    flash("Votre demande est envoyée. Un accusé de réception part à votre adresse, avec le lien de cette page.", "ok")
    return see_other(url_for("requests.tracking", token=tracking_token(request.id, request.tracking_generation)))


def _form(establishment: Establishment, **values: Any) -> AskForm:
    """The form of this CPTS. A CPTS without an open unit cannot be joined: 404."""
    return AskForm(open_units(establishment.finess) or abort(404), **values)


def _known() -> dict[str, Any]:
    """What a signed-in person need not type again (WCAG 3.3.7)."""
    actor = current_actor()
    if actor.account_id is None:
        return {}
    person, email = applicant(actor.account_id)
    return {
        "nom": person.family_name,
        "prenom": person.given_name,
        "email": email,
        "telephone": person.phone,
        "profession": person.profession_code or "",
        "rpps": person.rpps,
    }


def _page(establishment: Establishment, form: AskForm, *, status: int = 200, notice: str | None = None) -> Response:
    return page_or_fragment(
        "affiliations/ask.html",
        "affiliations/_ask.html",
        status=status,
        establishment=establishment,
        form=form,
        deciders=deciders(establishment.finess),
        delay=delay_of(establishment.finess),
        notice=notice,
    )
