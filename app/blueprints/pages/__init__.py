"""Help, legal and contact pages."""

from app.blueprints.pages.routes import bp

__all__ = ["bp"]
