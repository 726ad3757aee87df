"""The blueprint with all its routes."""

from app.blueprints.service_centre import (
    campaigns,
    confirmation,
    deciding,
    figures,
    on_behalf,
    overview,
    people,
    presidencies,
    queue,
    request_page,
)
from app.blueprints.service_centre.blueprint import bp

__all__ = [
    "bp",
    "campaigns",
    "confirmation",
    "deciding",
    "figures",
    "on_behalf",
    "overview",
    "people",
    "presidencies",
    "queue",
    "request_page",
]
