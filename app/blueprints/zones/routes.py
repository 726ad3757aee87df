"""Communes to choose from while somebody types, and a merger accepted in one click."""

from __future__ import annotations

from flask import Blueprint, flash, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.models import Unit
from app.policies.permissions import Permission
from app.queries.commune_choices import communes_like
from app.settings import current_settings
from app.usecases.zone_changes import replace_ceased
from app.web.access import acting, checked, load_or_404, public
from app.web.htmx import page_or_fragment, see_other

bp = Blueprint("zones", __name__)


@bp.get("/communes/suggestions")
@public
def suggestions() -> BaseResponse:
    typed = request.args.get("commune", "")
    found = communes_like(typed, current_settings().region_code)
    return page_or_fragment("zones/suggestions.html", "zones/_suggestions.html", typed=typed, communes=found)


@bp.post("/unites/<int:unit_id>/zone/remplacement")
@checked(Permission.ESTABLISHMENT_UPDATE)
def replace(unit_id: int) -> BaseResponse:
    """The commune of the field `commune`, which exists no more, gives way to what it became part of."""
    unit: Unit = load_or_404(Unit, unit_id)
    told = replace_ceased(acting(), unit.establishment, unit=unit, gone=request.form.get("commune", ""))
    flash(told, "ok")
    return see_other(f"{url_for('establishments.unit', unit_id=unit_id)}#zone")
