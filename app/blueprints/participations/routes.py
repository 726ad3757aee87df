"""Every route of the blueprint."""

from __future__ import annotations

from app.blueprints.participations import declaring, listing, own  # noqa: F401
from app.blueprints.participations.blueprint import bp

__all__ = ["bp"]
