"""The blueprint with all its routes."""

from app.blueprints.service_centre import overview, presidencies, queue
from app.blueprints.service_centre.blueprint import bp

__all__ = ["bp", "overview", "presidencies", "queue"]
