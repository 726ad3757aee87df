"""`/etablissements/<finess>/sas` and the service centre's `/centre/sas`: importing the modules below registers them."""

from __future__ import annotations

from app.blueprints.sas_readiness import desk, preview, readiness  # noqa: F401
from app.blueprints.sas_readiness.blueprint import bp

__all__ = ["bp"]
