"""The HTTP kit: access, sessions, limits, pages and fragments, forms, errors, headers."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.settings import Settings
from app.web import (
    access,
    assets,
    components,
    errors,
    indexing,
    limits,
    portal_frame,
    proving,
    same_origin,
    security_headers,
    sessions,
    templates,
    terms,
)


def init_app(app: Flask) -> None:
    for part in (
        sessions,
        same_origin,
        limits,
        access,
        terms,
        assets,
        templates,
        components,
        portal_frame,
        errors,
        proving,
        security_headers,
        indexing,
    ):
        part.init_app(app)


def behind_proxies(app: Flask) -> None:
    """Outermost: whatever looks at a request sees who really sent it, and to which host."""
    settings: Settings = app.extensions["settings"]
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
