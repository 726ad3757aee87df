from __future__ import annotations

from flask import Blueprint

bp = Blueprint("professionals", __name__)
