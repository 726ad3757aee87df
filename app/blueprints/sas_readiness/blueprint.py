"""The blueprint that the route modules of this package share."""

from __future__ import annotations

from flask import Blueprint, url_for

from app.blueprints.memory.blueprint import cpts_or_404
from app.models import Establishment
from app.policies.permissions import Permission
from app.web.access import authorise

bp = Blueprint("sas_readiness", __name__)


def readable_or_404(finess: str) -> Establishment:
    """A CPTS whose readiness the present person may read. Raises NotAllowed."""
    found = cpts_or_404(finess)
    authorise(Permission.SAS_READ, found)
    return found


def own_page(finess: str) -> str:
    return url_for("sas_readiness.page", finess=finess)
