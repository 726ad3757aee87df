"""`/demandes/presidence`: who presides a CPTS asks to be registered (S-056, S-057)."""

from __future__ import annotations

import re

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.registrations.blueprint import bp, sent
from app.blueprints.registrations.forms import PresidencyRequestForm
from app.domain.errors import ImpossibleNow
from app.domain.requests import Kind
from app.models import Establishment
from app.queries.cpts_choice import Choice, cpts_named
from app.queries.mandates import establishment
from app.queries.mandates import presidents as presidents_of
from app.search.normalise import normalise
from app.usecases.request_links import send_link_again
from app.usecases.requests import submit_request
from app.web.access import acting, public, storable
from app.web.htmx import page_or_fragment
from app.web.limits import ASK, limited
from app.web.names import name_fr
from app.web.request_forms import known_of_the_actor

FINESS = re.compile(r"(?<!\w)[0-9][0-9AB][0-9]{7}(?!\w)", re.ASCII)
ALREADY_PENDING = (
    "Une demande est déjà en cours avec cette adresse pour cette CPTS. "
    "Le lien de suivi a été envoyé à cette adresse, pour suivre, compléter ou annuler la demande."
)
CHOOSE = "Plusieurs CPTS correspondent\u00a0: choisissez la vôtre ci-dessous."
CONFIRM = "Une CPTS correspond\u00a0: confirmez que c’est la vôtre ci-dessous."
NOT_FOUND = "Aucune CPTS de ce nom. Essayez avec la commune ou le numéro FINESS."


@bp.get("/demandes/presidence")
@public
def presidency() -> Response:
    known = known_of_the_actor()
    place = _open_cpts(request.args.get("finess", ""))
    if place is not None:
        known["cpts"] = f"{name_fr(place.name)} ({place.finess})"
    return _page(PresidencyRequestForm(**known), place=place)


@bp.post("/demandes/presidence")
@limited(ASK)
@public
def ask_presidency() -> BaseResponse:
    form = PresidencyRequestForm()
    ticked = request.form.get("finess", "")
    if not (form.cpts.data or "").strip():
        form.cpts.data = form.cpts.typed = ticked
    valid = form.validate_on_submit()
    place, choices = _chosen(form.cpts.data or "", ticked) if not form.cpts.errors else (None, [])
    if place is None:
        if not form.cpts.errors:
            form.cpts.errors = [_to_choose(choices)]
        return _page(form, status=422, choices=choices)
    if not valid:
        return _page(form, status=422, place=place)
    try:
        asked = submit_request(acting(), place, form.submission(), client_key=form.client_key)
    except ImpossibleNow:
        send_link_again(acting(), place, kind=Kind.PRESIDENCY, email=form.email.data or "")
        return _page(form, status=409, place=place, notice=ALREADY_PENDING)
    return sent(asked)


def _chosen(text: str, ticked: str) -> tuple[Establishment | None, list[Choice]]:
    """The CPTS meant: by its number, by its whole name, or ticked among those that the text finds."""
    number = FINESS.search(text.upper())
    if number or _open_cpts(text.replace(" ", "")):
        found = _open_cpts(number[0] if number else text.replace(" ", ""))
        return found, []
    choices = cpts_named(text)
    named = [one for one in choices if one.finess == ticked]
    named = named or [one for one in choices if normalise(one.name) == normalise(text)]
    return (_open_cpts(named[0].finess), choices) if len(named) == 1 else (None, choices)


def _to_choose(choices: list[Choice]) -> str:
    if not choices:
        return NOT_FOUND
    return CONFIRM if len(choices) == 1 else CHOOSE


def _open_cpts(finess: str) -> Establishment | None:
    found = establishment(finess) if finess and storable(finess) else None
    return found if found is not None and found.is_cpts and found.closed_on is None else None


def _page(
    form: PresidencyRequestForm,
    *,
    status: int = 200,
    place: Establishment | None = None,
    choices: list[Choice] | None = None,
    notice: str | None = None,
) -> Response:
    return page_or_fragment(
        "registrations/presidency.html",
        "registrations/_presidency.html",
        status=status,
        form=form,
        place=place,
        presidents=presidents_of(place.finess) if place else [],
        choices=choices or [],
        ticked=request.form.get("finess", ""),
        notice=notice,
    )
