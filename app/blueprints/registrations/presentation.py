"""What the tracking page says of registrations (templates/requests/kinds/)."""

from __future__ import annotations

from datetime import date

from app.blueprints.registrations.blueprint import bp
from app.domain.registrations import CptsDescription
from app.models import Request
from app.queries.typed_communes import places_named

bp.add_app_template_global(places_named)


@bp.app_template_global()
def cpts_told(request: Request) -> CptsDescription:
    return CptsDescription.from_details(request.details)


@bp.app_template_filter()
def day_of_text(text: object) -> date | None:
    """A day kept as text in the details of a request."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
