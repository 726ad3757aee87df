from __future__ import annotations

from flask import Blueprint, abort

from app.models import Establishment
from app.web.access import load_or_404

bp = Blueprint("affiliations", __name__)


def cpts_or_404(finess: str) -> Establishment:
    """An open CPTS: other establishments have no rattachement."""
    found: Establishment = load_or_404(Establishment, finess)
    if not found.is_cpts or found.closed_on is not None:
        abort(404)
    return found
