"""The blueprint that the route modules of this package share."""

from flask import Blueprint

bp = Blueprint("identities", __name__)
