"""Routes of the memory of a CPTS: importing the modules below registers them."""

from __future__ import annotations

from app.blueprints.memory import freshness, histories, links, passports, restoring  # noqa: F401
from app.blueprints.memory.blueprint import bp

__all__ = ["bp"]
