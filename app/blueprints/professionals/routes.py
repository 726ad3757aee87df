"""Importing these modules puts their routes on the blueprint."""

from app.blueprints.professionals import asking, recognising, registering
from app.blueprints.professionals.blueprint import bp

__all__ = ["asking", "bp", "recognising", "registering"]
