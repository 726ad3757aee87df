"""Declaring one's participation through a CPTS, or changing it: one page, or why not and the remedy (S-148)."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, abort, flash, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import clock
from app.blueprints.affiliations.blueprint import cpts_or_404
from app.blueprints.participations.blueprint import bp, own_person
from app.blueprints.participations.forms import NO, YES, ParticipationForm
from app.domain.errors import ImpossibleNow, NotAllowed
from app.domain.participations import Place, obstacles
from app.models import Establishment, Participation
from app.policies.permissions import Permission
from app.queries.affiliations import attachments_there
from app.queries.participation_standing import standing_of
from app.queries.participations import open_participation, participation, places_of_the_register
from app.usecases.participation_steps import place_of
from app.usecases.participations import change_participation, declare_participation
from app.web.access import acting, authorise, checked, signed_in
from app.web.htmx import page_or_fragment, see_other
from app.web.names import name_fr
from app.working_days import day_of

Known = dict[str, tuple[Place, str]]


@bp.get("/etablissements/<finess>/participation")
@signed_in
def one(finess: str) -> Response:
    return _state(cpts_or_404(finess))


@bp.post("/etablissements/<finess>/participation")
@checked(Permission.PARTICIPATION_DECLARE)
def declare(finess: str) -> BaseResponse:
    establishment = cpts_or_404(finess)
    held = attachments_there(own_person(), finess)
    if not held:
        raise NotAllowed(Permission.PARTICIPATION_DECLARE, finess)
    authorise(Permission.PARTICIPATION_DECLARE, held[0])
    standing = standing_of(own_person(), finess)
    if blocked := obstacles(standing):
        return _state(establishment, notice=blocked[0].sentence, status=409)
    form = ParticipationForm(_known(standing.rpps, None))
    today = day_of(clock.now())
    if not form.is_complete(today=today, attached_on=min(day_of(each.started_at) for each in held)):
        return _page(establishment, form=form, status=422)
    try:
        declare_participation(acting(), held[0], said=form.declaration(today))
    except ImpossibleNow as error:
        return _state(establishment, notice=str(error), status=409)
    flash("Votre participation est déclarée. Une confirmation part à votre adresse.", "ok")
    return see_other(url_for("participations.mine"))


@bp.post("/participations/<uuid:participation_id>")
@checked(Permission.PARTICIPATION_CHANGE)
def change(participation_id: uuid.UUID) -> BaseResponse:
    held = participation(participation_id) or abort(404)
    authorise(Permission.PARTICIPATION_CHANGE, held)
    form = ParticipationForm(_known(held.person.rpps, held))
    today = day_of(clock.now())
    if held.ended_at is None and not form.is_complete(
        today=today, attached_on=held.starts_on, kept_start=held.starts_on
    ):
        return _page(held.establishment, held=held, form=form, status=422)
    version = request.form.get("version", 0, type=int)
    try:
        change_participation(acting(), held, version=version, said=form.declaration(today))
    except ImpossibleNow as error:
        return _moved_on(held, form, str(error))
    flash("Votre participation est modifiée. Une confirmation part à votre adresse.", "ok")
    return see_other(url_for("participations.mine"))


# ── what the page shows ─────────────────────────────────────────────────────


def _state(establishment: Establishment, *, notice: str | None = None, status: int = 200) -> Response:
    """As it is now: what is declared, else the form, else why not."""
    held = open_participation(own_person(), establishment.finess)
    if held is not None:
        known = _known(held.person.rpps, held)
        return _page(establishment, held=held, form=_filled(held, known), notice=notice, status=status)
    standing = standing_of(own_person(), establishment.finess)
    blocked = obstacles(standing)
    form = None if blocked else _blank(_known(standing.rpps, None))
    return _page(establishment, form=form, obstacles=blocked, notice=notice, status=status)


def _moved_on(held: Participation, form: ParticipationForm, notice: str) -> Response:
    """409: what is recorded now, and the form as it was typed; without the form once it is over."""
    fresh = participation(held.id) or abort(404)
    if fresh.ended_at is not None:
        return _state(fresh.establishment, notice=notice, status=409)
    return _page(fresh.establishment, held=fresh, form=form, recorded=True, notice=notice, status=409)


def _page(establishment: Establishment, *, status: int = 200, **context: Any) -> Response:
    return page_or_fragment(
        "participations/one.html",
        "participations/_one.html",
        status=status,
        establishment=establishment,
        cpts=name_fr(establishment.name),
        **context,
    )


def _blank(known: Known) -> ParticipationForm:
    """Today, and the only place of the register when there is one."""
    ticked = list(known) if len(known) == 1 else []
    return ParticipationForm(known, formdata=None, lieux=ticked, debut=day_of(clock.now()))


def _filled(held: Participation, known: Known) -> ParticipationForm:
    ticked = {place_of(row) for row in held.places}
    return ParticipationForm(
        known,
        formdata=None,
        lieux=[key for key, (place, _) in known.items() if place in ticked],
        logiciel=YES if held.has_software else NO,
        deux_heures=held.gives_hours,
        debut=held.starts_on,
        fin=held.ends_on,
    )


def _known(rpps: str | None, held: Participation | None) -> Known:
    """Places to tick: those of the register, then those declared that it does not have."""
    found = {
        f"annuaire-{one.place.activity_key}": (one.place, _told(one.place, one.city))
        for one in places_of_the_register(rpps)
    }
    listed = {place for place, _ in found.values()}
    for row in held.places if held else ():
        place = place_of(row)
        if place not in listed:
            found[f"lieu-{row.id}"] = (place, _told(place, row.commune.name))
    return found


def _told(place: Place, city: str) -> str:
    where = " ".join(part for part in (place.postcode, city) if part)
    return ", ".join(part for part in (name_fr(place.name), place.street, where) if part)
