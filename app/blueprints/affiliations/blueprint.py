from __future__ import annotations

from flask import Blueprint, abort

from app import db
from app.models import Establishment

bp = Blueprint("affiliations", __name__)


def cpts_or_404(finess: str) -> Establishment:
    """An open CPTS: other establishments have no rattachement."""
    found = db.session().get(Establishment, finess)
    if found is None or not found.is_cpts or found.closed_on is not None:
        abort(404)
    return found
