"""The version of the portal; pyproject.toml reads it here."""

__version__ = "0.1.0"
