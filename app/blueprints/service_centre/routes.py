"""The blueprint with all its routes."""

from app.blueprints.service_centre import confirmation, overview, presidencies, queue
from app.blueprints.service_centre.blueprint import bp

__all__ = ["bp", "confirmation", "overview", "presidencies", "queue"]
