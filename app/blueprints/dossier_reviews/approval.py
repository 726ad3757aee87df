"""`/dossiers/<id>/valider`: the presidency reads what would change, validates it or sends it back to who sent it."""

from __future__ import annotations

import uuid

from flask import Response, abort, flash, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.dossier_reviews.blueprint import bp
from app.blueprints.dossier_reviews.forms import ReadingForm, Sent, message_field, refused
from app.blueprints.dossier_reviews.presentation import maps, zone_lines
from app.blueprints.dossiers.presentation import stepper
from app.domain.dossiers import DossierStatus
from app.domain.errors import ImpossibleNow, Invalid
from app.models import Dossier
from app.policies.permissions import Permission
from app.queries.dossier_desk import zones_of
from app.queries.dossier_differences import read_dossier
from app.queries.dossier_sheets import names_of
from app.queries.dossiers import dossier_with_place
from app.usecases.dossier_reviews import approve_dossier, refuse_approval
from app.web.access import acting, authorise, checked
from app.web.htmx import page_or_fragment, see_other

ANSWERS = {
    "valider": (approve_dossier, "Dossier validé et envoyé au centre de services. Vous serez prévenu de sa réponse."),
    "renvoyer": (refuse_approval, "Dossier renvoyé pour correction. Rien n’est publié."),
}


@bp.get("/dossiers/<uuid:dossier_id>/valider")
@checked(Permission.DOSSIER_APPROVE)
def approval(dossier_id: uuid.UUID) -> Response:
    dossier = dossier_with_place(dossier_id) or abort(404)
    authorise(Permission.DOSSIER_APPROVE, dossier)
    return _show(dossier)


@bp.post("/dossiers/<uuid:dossier_id>/valider")
@checked(Permission.DOSSIER_APPROVE)
def approve(dossier_id: uuid.UUID) -> BaseResponse:
    dossier = dossier_with_place(dossier_id) or abort(404)
    authorise(Permission.DOSSIER_APPROVE, dossier)
    (act, done), form = ANSWERS.get(request.form.get("action", "")) or abort(400), ReadingForm()
    if not form.validate_on_submit():
        return _show(dossier, refused(form))
    try:
        act(acting(), dossier, form.verdict, seen=form.vu.data or "")
    except Invalid as error:
        return _show(dossier, refused(form, error))
    except ImpossibleNow as error:
        return _show(dossier, Sent(form.verdict, notice=str(error), status=409))
    flash(done, "ok")
    return see_other(url_for("dossiers.page", dossier_id=dossier_id))


def _show(dossier: Dossier, sent: Sent | None = None) -> Response:
    sent, reading = sent or Sent(), read_dossier(dossier)
    lines, account_id = zone_lines(reading), dossier.submitted_by_account_id
    sender = names_of([account_id]).get(account_id) if account_id else None
    return page_or_fragment(
        "dossiers/review/approval.html",
        "dossiers/review/_approval.html",
        status=sent.status,
        dossier=dossier,
        state=DossierStatus(dossier.status),
        reading=reading,
        sent=sent,
        errors=sent.errors,
        summary=sent.summary(reading),
        message=message_field(sent, to=sender or "la personne qui l’a envoyé"),
        maps=maps(lines, zones_of(lines, dossier.establishment_finess), dossier.establishment.commune_insee),
        steps=stepper(dossier, [sheet.sheet for sheet in reading.sheets]),
        sender=sender,
    )
