"""The end of a rattachement: by those in office, or by the person who leaves."""

from __future__ import annotations

import uuid

from flask import Response, abort, flash, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.affiliations.blueprint import bp
from app.blueprints.affiliations.forms import EndForm
from app.domain.errors import Invalid
from app.models import Affiliation
from app.policies.permissions import Permission
from app.queries.affiliations import affiliation
from app.queries.participations import open_participation
from app.usecases.affiliations import end_affiliation
from app.web.access import acting, authorise, checked
from app.web.htmx import page_or_fragment, see_other


@bp.get("/rattachements/<uuid:affiliation_id>/fin")
@checked(Permission.AFFILIATION_END)
def end(affiliation_id: uuid.UUID) -> Response:
    found = _found(affiliation_id)
    authorise(Permission.AFFILIATION_END, found)
    return _page(found, EndForm())


@bp.post("/rattachements/<uuid:affiliation_id>/fin")
@checked(Permission.AFFILIATION_END)
def confirm_end(affiliation_id: uuid.UUID) -> BaseResponse:
    found, form = _found(affiliation_id), EndForm()
    if not form.validate_on_submit():
        authorise(Permission.AFFILIATION_END, found)
        return _page(found, form, status=422)
    try:
        end_affiliation(acting(), found, reason=form.written)
    except Invalid as error:
        form.refuse(error)
        return _page(found, form, status=422)
    flash(f"Le rattachement de {found.person.full_name} a pris fin.", "ok")
    return see_other(url_for("establishments.unit", unit_id=found.unit_id))


def _found(affiliation_id: uuid.UUID) -> Affiliation:
    return affiliation(affiliation_id) or abort(404)


def _page(found: Affiliation, form: EndForm, *, status: int = 200) -> Response:
    return page_or_fragment(
        "affiliations/end.html",
        "affiliations/_end.html",
        status=status,
        affiliation=found,
        form=form,
        took_part=open_participation(found.person_id, found.establishment_finess) is not None,
    )
