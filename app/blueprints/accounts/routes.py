"""Importing these modules puts their routes on the blueprint."""

from app.blueprints.accounts import (
    factor_resets,
    generator,
    identity,
    invitations,
    passkeys,
    passwords,
    profile,
    roles,
    second_factor,
    sign_in,
)
from app.blueprints.accounts.blueprint import bp

__all__ = [
    "bp",
    "factor_resets",
    "generator",
    "identity",
    "invitations",
    "passkeys",
    "passwords",
    "profile",
    "roles",
    "second_factor",
    "sign_in",
]
