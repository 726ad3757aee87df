"""Proposing a correction, without an account; reading those of one's CPTS. service_centre/deciding.py answers them."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.affiliations.blueprint import cpts_or_404
from app.blueprints.corrections.forms import CorrectionForm
from app.blueprints.corrections.presentation import value_fr
from app.blueprints.requests.presentation import DETAILS
from app.credentials.links import tracking_token
from app.domain.corrections import FIELDS, Field, find_field
from app.domain.requests import Kind
from app.models import Establishment
from app.policies.permissions import Permission
from app.queries.actors import deciders
from app.queries.corrections import corrections_of
from app.usecases.requests import submit_request
from app.web.access import acting, authorise, checked, load_or_404, public
from app.web.htmx import page_or_fragment, see_other
from app.web.limits import CORRECT, limited
from app.web.request_forms import known_of_the_actor

bp = Blueprint("corrections", __name__)
bp.add_app_template_filter(value_fr)
DETAILS[Kind.CORRECTION] = {"affiche": "Affiché alors", "valeur": "Valeur proposée"}
ANSWERED = "traitees"
"""Value of `?etat=` that shows those answered."""


@bp.get("/etablissements/<finess>/corriger-une-information")
@public
def propose(finess: str) -> BaseResponse:
    """`champ`: the field; without one, the page asks which."""
    establishment = _open(finess)
    field = find_field(request.args.get("champ"))
    if field is None:
        return Response(render_template("corrections/choose.html", establishment=establishment, fields=FIELDS))
    known = {"email": known_of_the_actor().get("email"), "depuis": request.args.get("depuis")}
    return _page(establishment, field, CorrectionForm(field, _current(establishment, field), **known))


@bp.post("/etablissements/<finess>/corriger-une-information")
@limited(CORRECT)
@public
def send(finess: str) -> BaseResponse:
    establishment = _open(finess)
    field = find_field(request.values.get("champ")) or abort(404)
    current = _current(establishment, field)
    form = CorrectionForm(field, current)
    if not form.validate_on_submit():
        return _page(establishment, field, form, status=422)
    submission = form.submission(before=value_fr(field, current), after=value_fr(field, form.proposed))
    sent = submit_request(acting(), establishment, submission, client_key=form.client_key)
    flash(f"Correction {sent.number} proposée. Un accusé de réception part à votre adresse, avec ce lien.", "ok")
    return see_other(url_for("requests.tracking", token=tracking_token(sent.id, sent.tracking_generation)))


@bp.get("/etablissements/<finess>/corrections")
@checked(Permission.REQUEST_READ_INBOX)
def inbox(finess: str) -> Response:
    establishment = cpts_or_404(finess)
    authorise(Permission.REQUEST_READ_INBOX, establishment)
    pending = request.args.get("etat") != ANSWERED
    page = request.args.get("page", 1, type=int)
    return page_or_fragment(
        "corrections/inbox.html",
        "corrections/_corrections.html",
        establishment=establishment,
        corrections=corrections_of(establishment, pending=pending, page=page),
        pending=pending,
    )


def _open(finess: str) -> Establishment:
    """An establishment that is open: nobody answers for a closed one."""
    found: Establishment = load_or_404(Establishment, finess)
    return abort(404) if found.closed_on is not None else found


def _current(establishment: Establishment, field: Field) -> dict[str, str | None]:
    return {column: getattr(establishment, column) for column in field.columns}


def _page(establishment: Establishment, field: Field, form: CorrectionForm, *, status: int = 200) -> Response:
    return page_or_fragment(
        "corrections/propose.html",
        "corrections/_propose.html",
        status=status,
        establishment=establishment,
        field=field,
        fields=FIELDS,
        form=form,
        deciders=deciders(establishment.finess),
    )
