"""Importing these modules puts their routes on the blueprint."""

from app.blueprints.accounts import identity, invitations, passwords, profile, roles, sign_in
from app.blueprints.accounts.blueprint import bp

__all__ = ["bp", "identity", "invitations", "passwords", "profile", "roles", "sign_in"]
