"""`/etablissements/<finess>/referents/renouvellement`: keep the référents of before, on one page."""

from __future__ import annotations

import uuid

from flask import Response, flash, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import clock
from app.blueprints.mandates.blueprint import bp, cpts_or_404
from app.blueprints.mandates.succession_forms import RenewalForm
from app.domain.acts import ProofNeeded, act_key
from app.domain.errors import ImpossibleNow, Invalid
from app.models import Establishment
from app.policies.permissions import Permission
from app.queries.renewals import renewable
from app.usecases.renewals import renew_referents
from app.web.access import authorise, checked
from app.web.french import plural
from app.web.htmx import page_or_fragment, see_other
from app.web.limits import PROVE, limited
from app.web.proving import proving


@bp.get("/etablissements/<finess>/referents/renouvellement")
@checked(Permission.MANDATE_NOMINATE_REFERENT)
def renewal(finess: str) -> Response:
    establishment = cpts_or_404(finess)
    authorise(Permission.MANDATE_NOMINATE_REFERENT, establishment)
    return _page(establishment, RenewalForm(formdata=None))


@bp.post("/etablissements/<finess>/referents/renouvellement")
@checked(Permission.MANDATE_NOMINATE_REFERENT)
@limited(PROVE)
def renew(finess: str) -> BaseResponse:
    establishment, form = cpts_or_404(finess), RenewalForm()
    authorise(Permission.MANDATE_NOMINATE_REFERENT, establishment)
    if not form.validate_on_submit():
        return _page(establishment, form, status=422)
    ticked = {uuid.UUID(text) for text in form.referents.data or [] if _is_uuid(text)}
    acts = [act_key(Permission.MANDATE_NOMINATE_REFERENT, finess)] * max(1, len(ticked))  # a proof for each
    try:
        sent = renew_referents(proving(*acts), establishment, mandate_ids=ticked, declared=form.declaration.data)
    except ProofNeeded:
        raise
    except Invalid as refusal:
        form.refuse(refusal)
        return _page(establishment, form, status=422)
    except ImpossibleNow as refusal:
        form.form_errors.append(str(refusal))
        return _page(establishment, form, status=409)
    flash(f"{plural(len(sent), 'personne reçoit', 'personnes reçoivent')} un courriel pour accepter ou décliner.", "ok")
    return see_other(url_for("mandates.chain", finess=finess))


def _page(establishment: Establishment, form: RenewalForm, *, status: int = 200) -> Response:
    return page_or_fragment(
        "mandates/renewal.html",
        "mandates/_renewal.html",
        status=status,
        establishment=establishment,
        now=clock.now(),
        former=renewable(establishment.finess),
        ticked=set(form.referents.data or []),
        form=form,
    )


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
