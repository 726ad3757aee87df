"""« Ma participation »: where one stands in each CPTS one belongs to, and withdrawing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import Response, abort, flash, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.participations.blueprint import bp, own_person
from app.domain.errors import ImpossibleNow
from app.domain.participations import Obstacle, obstacles
from app.models import Establishment, Participation
from app.policies.permissions import Permission
from app.queries.affiliations import open_affiliations
from app.queries.participation_standing import standings
from app.queries.participations import participation, participations_of, transmitted_among
from app.usecases.participations import withdraw_participation
from app.web.access import acting, authorise, checked, signed_in
from app.web.htmx import page_or_fragment, see_other


@dataclass(frozen=True, slots=True)
class Stand:
    """One CPTS. `held`: what is declared; without it, `obstacles`: nothing when it can be. `transmitted`: as far as
    the doctor is concerned; `shown`: the SAS shows that CPTS."""

    establishment: Establishment
    held: Participation | None
    obstacles: list[Obstacle]
    transmitted: bool
    shown: bool


@bp.get("/ma-participation")
@signed_in
def mine() -> Response:
    return _mine()


@bp.get("/participations/<uuid:participation_id>/retrait")
@checked(Permission.PARTICIPATION_WITHDRAW)
def withdrawing(participation_id: uuid.UUID) -> BaseResponse:
    held = participation(participation_id) or abort(404)
    authorise(Permission.PARTICIPATION_WITHDRAW, held)
    if held.ended_at is not None:
        return see_other(url_for("participations.mine"))
    return page_or_fragment("participations/withdraw.html", "participations/_withdraw.html", held=held)


@bp.post("/participations/<uuid:participation_id>/retrait")
@checked(Permission.PARTICIPATION_WITHDRAW)
def withdraw(participation_id: uuid.UUID) -> BaseResponse:
    held = participation(participation_id) or abort(404)
    try:
        withdraw_participation(acting(), held)
    except ImpossibleNow as error:
        return _mine(notice=str(error), status=409)
    flash("Vous ne participez plus au SAS par cette CPTS, dès maintenant.", "ok")
    return see_other(url_for("participations.mine"))


def _mine(*, notice: str | None = None, status: int = 200) -> Response:
    person_id = own_person()
    declared = participations_of(person_id)
    return page_or_fragment(
        "participations/mine.html",
        "participations/_mine.html",
        status=status,
        notice=notice,
        stands=_stands(person_id, [each for each in declared if each.ended_at is None]),
        past=[each for each in declared if each.ended_at is not None],
    )


def _stands(person_id: uuid.UUID, opened: list[Participation]) -> list[Stand]:
    """By name of the CPTS."""
    places = {held.establishment_finess: held.unit.establishment for held in open_affiliations(person_id)}
    held = {each.establishment_finess: each for each in opened}
    known = standings(person_id, places)
    sent = transmitted_among(held.values())
    found = [
        Stand(place, held.get(finess), obstacles(known[finess]), finess in sent, not known[finess].missing)
        for finess, place in places.items()
    ]
    return sorted(found, key=lambda stand: stand.establishment.name)
