"""Relais: the portal of the French territorial health communities (CPTS)."""

from __future__ import annotations

from typing import Any

from flask import Flask

from app.version import __version__

__all__ = ["__version__", "create_app"]


def create_app(**overrides: Any) -> Flask:
    """The application: settings → extensions → web kit → blueprints → commands."""
    from app import blueprints, cli, db, extensions, settings, web
    from app.notifications.transport import mailer
    from app.web.portal import Portal

    config = settings.load(**overrides)
    app = Portal(__name__, instance_path=str(config.instance_path))
    app.extensions["settings"] = config
    app.config.from_mapping(settings.flask_config(config))
    db.init_app(app, config.database_url)
    for extension in (mailer, extensions.csrf, extensions.htmx):
        extension.init_app(app)
    web.init_app(app)
    blueprints.register(app)
    web.behind_proxies(app)
    cli.register(app)
    return app
