"""The blueprint that the route modules of this package share, and what they look for first."""

from __future__ import annotations

from flask import Blueprint, abort

from app.domain.sheets.catalogue import Box, find_box
from app.models import Establishment
from app.policies.permissions import Permission
from app.policies.rules import allows
from app.queries.establishments import unit
from app.queries.mandates import establishment
from app.queries.sheets import SheetRef
from app.web.access import current_actor, storable

bp = Blueprint("memory", __name__)


def cpts_or_404(finess: str) -> Establishment:
    """A CPTS: other establishments are not described here."""
    found = establishment(finess)
    if found is None or not found.is_cpts:
        abort(404)
    return found


def unit_or_404(unit_id: int) -> tuple[Establishment, SheetRef]:
    """An open unit, known to whoever may see it."""
    found = unit(unit_id) if storable(unit_id) else None
    if found is None or (found.sensitive and not sees_values(found.establishment)):
        abort(404)
    return found.establishment, SheetRef(found.establishment_finess, found.id)


def box_or_404(ref: SheetRef, key: str) -> Box:
    return find_box(ref.kind, key) or abort(404)


def sees_names(establishment: Establishment) -> bool:
    """Who wrote what is for those who read the chain."""
    return allows(Permission.MANDATE_READ_CHAIN, current_actor(), establishment)


def sees_values(establishment: Establishment) -> bool:
    """What was written, for them and for those who keep the pages a while longer."""
    return sees_names(establishment) or allows(Permission.ESTABLISHMENT_UPDATE, current_actor(), establishment)
