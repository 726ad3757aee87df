"""The HTTP kit: access, sessions, limits, pages and fragments, forms, errors, headers."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.settings import Settings


def init_app(app: Flask) -> None:
    import importlib

    settings: Settings = app.extensions["settings"]
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    for name in ("sessions", "same_origin", "limits", "access", "components", "errors", "security_headers"):
        try:
            module = importlib.import_module(f"app.web.{name}")
        except ImportError as error:  # WIP: remove once all have landed
            print(f"WIP web {name}: {error}")
            continue
        module.init_app(app)
