"""`/centre/contenus`: the way to each kind of content. The routes of each are in the module of its name."""

from __future__ import annotations

from flask import Response

from app.blueprints.portal_content import banners, documents, help_pages, hours, tiles  # noqa: F401 – same blueprint
from app.blueprints.portal_content.blueprint import bp, content_page
from app.policies.permissions import Permission
from app.queries.portal_content import content_counts
from app.web.access import checked

__all__ = ["bp"]


@bp.get("/centre/contenus")
@checked(Permission.PORTAL_CONTENT_EDIT)
def contents() -> Response:
    return content_page("contents", counts=content_counts())
