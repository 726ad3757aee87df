"""Importing these modules puts their routes and words on the blueprint."""

from __future__ import annotations

from app.blueprints.registrations import aci, cpts, presentation, presidency
from app.blueprints.registrations.blueprint import bp

__all__ = ["aci", "bp", "cpts", "presentation", "presidency"]
