"""The blueprint that the route modules of this package share, and what their addresses name."""

from __future__ import annotations

import uuid

from flask import Blueprint, abort

from app.blueprints.dossiers.words import fields_of
from app.models import Dossier
from app.policies.permissions import Permission
from app.queries.dossier_sheets import Proposed, proposed_sheet
from app.queries.dossiers import dossier_with_place
from app.web.access import authorise

bp = Blueprint("dossiers", __name__)
bp.add_app_template_global(fields_of)


def dossier_or_404(dossier_id: uuid.UUID, permission: Permission = Permission.DOSSIER_READ) -> Dossier:
    """The dossier, when the actor may. Raises NotAllowed."""
    dossier = dossier_with_place(dossier_id) or abort(404)
    authorise(permission, dossier)
    return dossier


def sheet_or_404(dossier: Dossier, sheet_id: uuid.UUID) -> Proposed:
    return proposed_sheet(dossier, sheet_id) or abort(404)
