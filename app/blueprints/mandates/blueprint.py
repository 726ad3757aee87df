"""The blueprint that the route modules of this package share."""

from __future__ import annotations

from flask import Blueprint, abort

from app.models import Establishment
from app.queries.mandates import establishment

bp = Blueprint("mandates", __name__)


def cpts_or_404(finess: str) -> Establishment:
    """A CPTS: other establishments have no trust chain."""
    found = establishment(finess)
    if found is None or not found.is_cpts:
        abort(404)
    return found
