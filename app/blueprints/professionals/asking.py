"""`/demandes/compte`: who creates an account, and asking for one by asking to join a CPTS (S-067)."""

from __future__ import annotations

from flask import Response, abort, flash, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.affiliations.blueprint import cpts_or_404
from app.blueprints.affiliations.forms import AskForm
from app.blueprints.professionals.blueprint import bp
from app.credentials.links import tracking_token
from app.domain.errors import Invalid
from app.models import Establishment
from app.policies.permissions import Permission
from app.policies.rules import allows
from app.queries.actors import deciders
from app.queries.cpts_choice import cpts_named
from app.queries.recognitions import hint, may_be_known
from app.queries.requests import delay_of, open_units
from app.usecases.affiliations import AlreadyPending, ask_affiliation, send_tracking_link_again
from app.web.access import acting, current_actor, public, storable
from app.web.forms import one_line
from app.web.htmx import page_or_fragment, see_other
from app.web.limits import ASK, limited
from app.web.request_forms import known_of_the_actor

LONGEST_SEARCH = 120
ALREADY_PENDING = (
    "Une demande est déjà en cours avec cette adresse pour cette CPTS. "
    "Le lien de suivi a été envoyé à cette adresse\u00a0: "
    "ouvrez ce message pour suivre, compléter ou annuler la demande."
)

bp.add_app_template_global(hint, "known_account_hint")
bp.add_app_template_global(may_be_known, "may_be_known")


@bp.get("/demandes/compte")
@public
def account() -> Response:
    """The three ways; `cpts` searches for one, `finess` opens its form."""
    finess = request.args.get("finess", "")
    if finess:
        establishment = _cpts(finess)
        return _page(establishment, _form(establishment, **known_of_the_actor()))
    text = one_line(request.args.get("cpts"), LONGEST_SEARCH)
    return page_or_fragment(
        "professionals/account.html",
        "professionals/_account.html",
        text=text,
        choices=cpts_named(text) if text else [],
        managed=sorted({mandate.establishment_finess for mandate in current_actor().mandates}),
    )


@bp.post("/demandes/compte")
@limited(ASK)
@public
def ask() -> BaseResponse:
    establishment = _cpts(request.values.get("finess", ""))
    form = _form(establishment)
    if not form.validate_on_submit():
        return _page(establishment, form, status=422)
    try:
        asked = ask_affiliation(acting(), establishment, form.wish(), client_key=form.client_key)
    except Invalid as error:
        form.refuse(error)
        return _page(establishment, form, status=422)
    except AlreadyPending:
        send_tracking_link_again(acting(), establishment, email=form.email.data or "")
        return _page(establishment, form, status=409, notice=ALREADY_PENDING)
    flash(
        f"Demande {asked.number} envoyée. Un accusé de réception part à votre adresse, avec le lien de cette page.",
        "ok",
    )
    return see_other(url_for("requests.tracking", token=tracking_token(asked.id, asked.tracking_generation)))


def _cpts(finess: str) -> Establishment:
    return cpts_or_404(finess) if storable(finess) else abort(404)


def _form(establishment: Establishment, **values: object) -> AskForm:
    return AskForm(open_units(establishment.finess) or abort(404), **values)


def _page(establishment: Establishment, form: AskForm, *, status: int = 200, notice: str | None = None) -> Response:
    return page_or_fragment(
        "professionals/ask.html",
        "professionals/_ask.html",
        status=status,
        establishment=establishment,
        form=form,
        deciders=deciders(establishment.finess),
        delay=delay_of(establishment.finess),
        registers=allows(Permission.AFFILIATION_CREATE, current_actor(), establishment),
        notice=notice,
    )
