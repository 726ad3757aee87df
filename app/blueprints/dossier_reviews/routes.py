"""The blueprint with all its routes."""

from __future__ import annotations

from app.blueprints.dossier_reviews import approval, desk
from app.blueprints.dossier_reviews.blueprint import bp

__all__ = ["approval", "bp", "desk"]
