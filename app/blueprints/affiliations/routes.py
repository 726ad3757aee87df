"""The blueprint with all its routes."""

from app.blueprints.affiliations import asking, deciding, ending
from app.blueprints.affiliations.blueprint import bp

__all__ = ["asking", "bp", "deciding", "ending"]
