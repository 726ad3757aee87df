"""The blueprint that the route modules of this package share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from app.queries.dossier_differences import returned_in

bp = Blueprint("dossier_reviews", __name__)


@bp.app_context_processor
def returned() -> dict[str, Any]:
    """For the forms of a dossier: `returned_in(dossier, sheet)`, what its validators returned, and why."""
    return {"returned_in": returned_in}
