"""Routes of the memory of a CPTS: importing the modules below registers them."""

from __future__ import annotations

from app.blueprints.memory import freshness, histories, links, passports, restoring  # noqa: F401
from app.blueprints.memory.blueprint import bp
from app.queries.freshness import unverified

bp.add_app_template_global(unverified, "unverified")

__all__ = ["bp"]
