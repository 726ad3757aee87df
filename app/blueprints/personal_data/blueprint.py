"""The blueprint that the route modules of this package share."""

from flask import Blueprint

bp = Blueprint("personal_data", __name__)
