"""The blueprint with all its routes."""

from app.blueprints.service_centre import deciding, overview, presidencies, queue, request_page
from app.blueprints.service_centre.blueprint import bp

__all__ = ["bp", "deciding", "overview", "presidencies", "queue", "request_page"]
