"""The blueprint that the route modules of this package share."""

from __future__ import annotations

import uuid

from flask import Blueprint

from app.web.access import current_actor

bp = Blueprint("participations", __name__)


def own_person() -> uuid.UUID:
    """Of whoever is signed in."""
    person_id = current_actor().person_id
    assert person_id is not None  # noqa: S101 – the routes are marked
    return person_id
