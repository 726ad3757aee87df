"""The routes of the registrations."""

from __future__ import annotations

from app.blueprints.registrations import aci, cpts, presidency  # noqa: F401
from app.blueprints.registrations.blueprint import bp

__all__ = ["bp"]
