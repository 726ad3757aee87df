"""What the pages of the service centre share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("service_centre", __name__)
