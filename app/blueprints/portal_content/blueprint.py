"""The blueprint its route modules share, and how each answers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from app.policies.permissions import Permission
from app.web.access import authorise
from app.web.htmx import page_or_fragment

bp = Blueprint("portal_content", __name__)


def content_page(name: str, *, status: int = 200, **context: Any) -> Response:
    """`portal_content/<name>.html` or its fragment; every one of them is for who may edit."""
    authorise(Permission.PORTAL_CONTENT_EDIT)
    return page_or_fragment(f"portal_content/{name}.html", f"portal_content/_{name}.html", status=status, **context)
