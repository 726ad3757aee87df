"""`/etablissements/<finess>/referents` and what is done from there; /invitations/<token> is in accounts."""

from __future__ import annotations

import uuid

from flask import Response, abort, flash, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import clock, db
from app.blueprints.mandates import ending, renewal, review, successions  # noqa: F401 – routes of this blueprint
from app.blueprints.mandates.blueprint import bp, cpts_or_404
from app.blueprints.mandates.forms import NominateForm
from app.blueprints.mandates.rights import role_rights
from app.domain.acts import act_key
from app.domain.errors import ImpossibleNow, Invalid
from app.models import Establishment, Nomination
from app.policies.permissions import Permission
from app.queries import mandates as queries
from app.queries.journal_lines import latest
from app.usecases.mandates import cancel_nomination, nominate_referent, remind_nomination
from app.web.access import acting, authorise, checked
from app.web.htmx import page_or_fragment, see_other
from app.web.limits import PROVE, limited
from app.web.proving import proof_needed

JOURNAL_LINES = 6


@bp.get("/etablissements/<finess>/referents")
@checked(Permission.MANDATE_READ_CHAIN)
def chain(finess: str) -> Response:
    establishment = cpts_or_404(finess)
    authorise(Permission.MANDATE_READ_CHAIN, establishment)
    return _page(establishment, NominateForm(formdata=None))


@bp.post("/etablissements/<finess>/referents")
@checked(Permission.MANDATE_NOMINATE_REFERENT)
@limited(PROVE)
def nominate(finess: str) -> BaseResponse:
    establishment, form = cpts_or_404(finess), NominateForm()
    actor = form.proven(_nomination_in(finess))
    if actor is None:
        authorise(Permission.MANDATE_NOMINATE_REFERENT, establishment)
        return _page(establishment, form, status=422)
    try:
        nomination = nominate_referent(actor, establishment, **form.nominee())
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(establishment, form, status=422)
    except ImpossibleNow as refusal:
        form.form_errors.append(str(refusal))
        return _page(establishment, form, status=409)
    flash(f"{nomination.full_name} reçoit un courriel pour accepter ou décliner. Rien ne change d’ici là.", "ok")
    return see_other(url_for("mandates.chain", finess=finess))


@bp.post("/nominations/<uuid:nomination_id>/relancer")
@checked(Permission.NOMINATION_CANCEL)
def remind(nomination_id: uuid.UUID) -> BaseResponse:
    nomination = _nomination(nomination_id)
    remind_nomination(acting(), nomination)
    flash(f"Un nouveau lien est envoyé à {nomination.full_name}. Le précédent ne s’ouvre plus.", "ok")
    return see_other(url_for("mandates.chain", finess=nomination.establishment_finess))


@bp.post("/nominations/<uuid:nomination_id>/annuler")
@checked(Permission.NOMINATION_CANCEL)
def cancel(nomination_id: uuid.UUID) -> BaseResponse:
    nomination = _nomination(nomination_id)
    cancel_nomination(acting(), nomination)
    flash(f"La nomination de {nomination.full_name} est annulée. La personne en est informée.", "ok")
    return see_other(url_for("mandates.chain", finess=nomination.establishment_finess))


def _nomination(nomination_id: uuid.UUID) -> Nomination:
    return db.session().get(Nomination, nomination_id) or abort(404)


def _nomination_in(finess: str) -> str:
    return act_key(Permission.MANDATE_NOMINATE_REFERENT, finess)


def _page(establishment: Establishment, form: NominateForm, *, status: int = 200) -> Response:
    finess = establishment.finess
    read = queries.chain(finess)
    return page_or_fragment(
        "mandates/chain.html",
        "mandates/_chain.html",
        status=status,
        establishment=establishment,
        chain=read,
        rights=role_rights(),
        lines=latest(finess=finess, limit=JOURNAL_LINES),
        last_review=read.last_review,
        now=clock.now(),
        form=form,
        act=_nomination_in(finess),
        proof_needed=proof_needed(_nomination_in(finess)) or bool(form.mot_de_passe.errors),
    )
