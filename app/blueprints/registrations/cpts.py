"""`/demandes/cpts`: asking for the registration of a CPTS that the directory lacks (S-051 to S-054)."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.registrations.blueprint import bp, sent
from app.blueprints.registrations.forms import CptsForm
from app.domain.identifiers import Finess, InvalidIdentifier
from app.models import Establishment, LegalEntity
from app.queries.registrations import establishments_of, legal_entity
from app.usecases.requests import submit_request
from app.web.access import acting, public
from app.web.htmx import page_or_fragment
from app.web.limits import ASK, limited
from app.web.request_forms import known_of_the_actor

LONGEST_PREFILL = 160


@bp.get("/demandes/cpts")
@public
def cpts() -> Response:
    return _page(CptsForm(**_searched(), email=known_of_the_actor().get("email")))


@bp.post("/demandes/cpts")
@limited(ASK)
@public
def ask_cpts() -> BaseResponse:
    form = CptsForm()
    valid = form.validate_on_submit()
    number = form.finess.data if form.finess.data and not form.finess.errors else None
    held = establishments_of(number) if number else []
    entity = legal_entity(number) if number else None
    if held or entity:
        form.finess.errors = [_known_words(held, entity)]
    if held or entity or not valid:
        return _page(form, status=422, held=held, entity=entity)
    return sent(submit_request(acting(), None, form.submission(), client_key=form.client_key))


def _searched() -> dict[str, Any]:
    """What was looked for and not found: a FINESS number or a name."""
    text = " ".join(request.args.get("q", "").split())[:LONGEST_PREFILL]
    try:
        return {"finess": Finess.parse(text).value}
    except InvalidIdentifier:
        return {"nom": text} if "cpts" in text.casefold() else {}


def _known_words(held: list[Establishment], entity: LegalEntity | None) -> str:
    if held and held[0].is_cpts:
        return "Cette CPTS existe déjà dans le répertoire."
    if held and entity is None:
        return "Ce numéro FINESS est celui d’un autre établissement."
    return "Ce numéro est celui d’une entité juridique\u00a0: indiquez celui de l’établissement (EG)."


def _page(
    form: CptsForm,
    *,
    status: int = 200,
    held: list[Establishment] | None = None,
    entity: LegalEntity | None = None,
) -> Response:
    return page_or_fragment(
        "registrations/cpts.html",
        "registrations/_cpts.html",
        status=status,
        form=form,
        held=held or [],
        entity=entity,
    )
