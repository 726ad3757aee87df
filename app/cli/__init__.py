"""Commands: thin, the same use cases as the pages."""

from __future__ import annotations

import importlib

from flask import Flask

COMMANDS = (
    ("db", "db_group"),
    ("import_", "import_group"),
    ("demo", "demo"),
    ("worker", "worker"),
    ("journal", "journal_group"),
    ("search", "search_group"),
    ("agent", "agent_group"),
)


def register(app: Flask) -> None:
    for module, name in COMMANDS:
        try:
            app.cli.add_command(getattr(importlib.import_module(f"app.cli.{module}"), name))
        except (ImportError, AttributeError) as error:  # WIP: remove once all have landed
            print(f"WIP command {module}: {error}")
