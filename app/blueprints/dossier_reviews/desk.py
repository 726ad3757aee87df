"""`/centre/dossiers`: the dossiers that presidencies validated, read by the service centre, published or sent back."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Response, abort, flash, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.dossier_reviews.blueprint import bp
from app.blueprints.dossier_reviews.forms import ReadingForm, Sent, message_field, refused
from app.blueprints.dossier_reviews.presentation import checks, maps, zone_lines
from app.blueprints.dossiers.presentation import stepper
from app.domain.dossiers import DossierStatus
from app.domain.errors import ImpossibleNow, Invalid
from app.models import Dossier
from app.policies.permissions import Permission
from app.queries.dossier_desk import Tab, beside, dossier_queue, zones_of
from app.queries.dossier_differences import read_dossier
from app.queries.dossiers import dossier_with_place
from app.usecases.dossier_publication import publish_dossier
from app.usecases.dossier_reviews import return_dossier
from app.web.access import acting, authorise, checked
from app.web.french import plural
from app.web.htmx import page_or_fragment, see_other
from app.web.names import name_fr

Answer = Callable[[Dossier, ReadingForm], str]


@bp.get("/centre/dossiers")
@checked(Permission.SERVICE_CENTRE_DESK)
def queue() -> Response:
    authorise(Permission.SERVICE_CENTRE_DESK)
    wanted = request.args.get("etat", "")
    tab = Tab(wanted) if wanted in set(Tab) else Tab.TO_REVIEW
    found = dossier_queue(tab, request.args.get("page", 1, type=int))
    return page_or_fragment("dossiers/review/desk.html", "dossiers/review/_desk.html", queue=found)


@bp.get("/centre/dossiers/<uuid:dossier_id>")
@checked(Permission.SERVICE_CENTRE_DESK)
def review(dossier_id: uuid.UUID) -> Response:
    authorise(Permission.SERVICE_CENTRE_DESK)
    return _show(dossier_with_place(dossier_id) or abort(404))


@bp.post("/centre/dossiers/<uuid:dossier_id>")
@checked(Permission.DOSSIER_REVIEW)
def answer(dossier_id: uuid.UUID) -> BaseResponse:
    """« Valider et publier » or « Renvoyer à la CPTS »: 422 and 409 keep every choice on the page."""
    dossier = dossier_with_place(dossier_id) or abort(404)
    authorise(Permission.DOSSIER_REVIEW, dossier)
    act, form = ANSWERS.get(request.form.get("action", "")) or abort(400), ReadingForm()
    if not form.validate_on_submit():
        return _show(dossier, refused(form))
    try:
        flash(act(dossier, form), "ok")
    except Invalid as error:
        return _show(dossier, refused(form, error))
    except ImpossibleNow as error:
        return _show(dossier, Sent(form.verdict, notice=str(error), status=409))
    return see_other(url_for("dossier_reviews.queue"))


def _publish(dossier: Dossier, form: ReadingForm) -> str:
    done = publish_dossier(acting(), dossier, form.verdict, seen=form.vu.data or "")
    place = name_fr(dossier.establishment.name)
    said = plural(done.accepted, "modification publiée", "modifications publiées")
    if done.back:
        return f"{place}\u00a0: {said}, {plural(len(done.back), 'renvoyée', 'renvoyées')} à la CPTS."
    return f"{place}\u00a0: dossier publié, {said}."


def _send_back(dossier: Dossier, form: ReadingForm) -> str:
    return_dossier(acting(), dossier, form.verdict, seen=form.vu.data or "")
    return f"{name_fr(dossier.establishment.name)}\u00a0: dossier renvoyé à la CPTS. Rien n’est publié."


ANSWERS: dict[str, Answer] = {"publier": _publish, "renvoyer": _send_back}


def _show(dossier: Dossier, sent: Sent | None = None) -> Response:
    """A bounded number of statements, whatever the units and their communes."""
    sent, reading = sent or Sent(), read_dossier(dossier)
    lines = zone_lines(reading)
    zones = zones_of(lines, dossier.establishment_finess)
    history, waiting = beside(dossier)
    return page_or_fragment(
        "dossiers/review/page.html",
        "dossiers/review/_page.html",
        status=sent.status,
        dossier=dossier,
        state=DossierStatus(dossier.status),
        reading=reading,
        sent=sent,
        errors=sent.errors,
        summary=sent.summary(reading),
        message=message_field(sent),
        checks=checks(reading, zones),
        maps=maps(lines, zones, dossier.establishment.commune_insee),
        steps=stepper(dossier, [sheet.sheet for sheet in reading.sheets]),
        history=history,
        next_ones=waiting,
    )
