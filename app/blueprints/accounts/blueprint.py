"""The blueprint that the route modules of this package share."""

from flask import Blueprint

bp = Blueprint("accounts", __name__)
