"""`/etablissements/<finess>/revue`: who still acts here, kept or removed on one page; suspensions lifted (B-12)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import Response, abort, flash, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import clock
from app.blueprints.mandates.blueprint import bp, cpts_or_404
from app.domain.acts import ProofNeeded, act_key
from app.domain.errors import Invalid
from app.domain.reviews import next_quarter
from app.models import Establishment
from app.policies.permissions import Permission
from app.queries import reviews as queries
from app.queries.reviews import Line, Review
from app.usecases.reviews import answer_review, lift_suspension
from app.web.access import authorise, checked
from app.web.forms import FreeTextField, PortalForm
from app.web.french import plural
from app.web.htmx import page_or_fragment, see_other
from app.web.limits import PROVE, limited
from app.web.proving import proving
from app.working_days import day_of

KEEP, REMOVE = "garder", "retirer"
FIELD = "personne-"


class ReviewForm(PortalForm):
    motif = FreeTextField("Motif des retraits", longest=1000)


@bp.get("/etablissements/<finess>/revue")
@checked(Permission.REVIEW_READ)
def review(finess: str) -> Response:
    establishment = cpts_or_404(finess)
    authorise(Permission.REVIEW_READ, establishment)
    return _page(establishment, ReviewForm(formdata=None))


@bp.post("/etablissements/<finess>/revue/<uuid:review_id>")
@checked(Permission.REVIEW_READ)
@limited(PROVE)
def answer_access(finess: str, review_id: uuid.UUID) -> BaseResponse:
    establishment, form = cpts_or_404(finess), ReviewForm()
    found = queries.review(review_id)
    if found is None or found.establishment_finess != finess:
        abort(404)
    authorise(Permission.REVIEW_READ, found)
    if not form.validate_on_submit():
        return _page(establishment, form, status=422)
    current = queries.details(found)
    kept, removed = _answers(current, KEEP), _answers(current, REMOVE)
    ending = [
        act_key(Permission.MANDATE_END_REFERENT, line.item.mandate_id)
        for line in current.referents
        if line.item.id in removed and line.item.answer != "removed" and line.item.mandate_id
    ]
    actor = proving(*ending)
    try:
        answer_review(actor, found, kept=kept, removed=removed, reason=form.motif.data or "")
    except ProofNeeded:
        raise
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(establishment, form, status=422)
    left = queries.details(found).waiting
    flash(
        f"C’est enregistré. Il reste {plural(left, 'réponse')}." if left else "C’est enregistré : la revue est close.",
        "ok",
    )
    return see_other(url_for("mandates.review", finess=finess))


@bp.get("/suspensions/<uuid:suspension_id>/fin")
@checked(Permission.SUSPENSION_LIFT)
def suspension(suspension_id: uuid.UUID) -> Response:
    found = queries.suspension(suspension_id) or abort(404)
    authorise(Permission.SUSPENSION_LIFT, found.suspension)
    return page_or_fragment("mandates/suspension.html", "mandates/_suspension.html", held=found)


@bp.post("/suspensions/<uuid:suspension_id>/fin")
@checked(Permission.SUSPENSION_LIFT)
@limited(PROVE)
def lift(suspension_id: uuid.UUID) -> BaseResponse:
    found = queries.suspension(suspension_id) or abort(404)
    authorise(Permission.SUSPENSION_LIFT, found.suspension)
    acts = [act_key(Permission.SUSPENSION_LIFT, suspension_id)] if found.referent else []
    lift_suspension(proving(*acts), found.suspension)
    flash(f"La suspension de {found.person.full_name} est levée.", "ok")
    return see_other(url_for("mandates.review", finess=found.suspension.establishment_finess))


# ── steps ───────────────────────────────────────────────────────────────────


def _answers(current: Review, wanted: str) -> set[uuid.UUID]:
    lines: Sequence[Line] = (*current.referents, *current.professionals)
    return {line.item.id for line in lines if request.form.get(f"{FIELD}{line.item.id}") == wanted}


def _page(establishment: Establishment, form: ReviewForm, *, status: int = 200) -> Response:
    finess = establishment.finess
    return page_or_fragment(
        "mandates/review.html",
        "mandates/_review.html",
        status=status,
        establishment=establishment,
        current=queries.current_review(finess),
        last=queries.last_review_on(finess),
        next_on=next_quarter(day_of(clock.now())),
        suspended=queries.suspended(finess),
        typed=request.form,
        form=form,
    )
