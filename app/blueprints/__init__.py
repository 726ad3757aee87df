"""The routes, a blueprint a noun."""

from __future__ import annotations

import importlib
import importlib.util

from flask import Flask

BLUEPRINTS = (
    "search",
    "establishments",
    "accounts",
    "mandates",
    "affiliations",
    "requests",
    "service_centre",
    "pages",
    "health",
)


def register(app: Flask) -> None:
    for name in BLUEPRINTS:
        if importlib.util.find_spec(f"app.blueprints.{name}") is None:  # WIP: remove once all have landed
            continue
        try:
            module = importlib.import_module(f"app.blueprints.{name}.routes")
        except ImportError as error:
            print(f"WIP blueprint {name}: {error}")
            continue
        app.register_blueprint(module.bp)
