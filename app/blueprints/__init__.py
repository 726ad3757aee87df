"""The routes, a blueprint a noun."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

BLUEPRINTS = (
    "search",
    "establishments",
    "directory",
    "descriptions",
    "dossiers",
    "dossier_reviews",
    "zones",
    "communes",
    "memory",
    "accounts",
    "identities",
    "personal_data",
    "mandates",
    "affiliations",
    "professionals",
    "participations",
    "sas",
    "sas_readiness",
    "ledger",
    "corrections",
    "requests",
    "registrations",
    "to_do",
    "service_centre",
    "portal_content",
    "portal",
    "pages",
    "fhir",
    "open_data",
    "health",
)


def register(app: Flask) -> None:
    for name in BLUEPRINTS:
        app.register_blueprint(import_module(f"app.blueprints.{name}.routes").bp)
