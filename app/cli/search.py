"""`flask search rebuild` (CONTRACT.md)."""

from __future__ import annotations

import time

import click
from flask.cli import AppGroup

from app import db
from app.search.index import rebuild
from app.web.french import plural

search_group = AppGroup("search", help="Index de la recherche.")


@search_group.command("rebuild")
def rebuild_command() -> None:
    """Reconstruit l’index de la recherche ; les lecteurs gardent l’ancien jusqu’à la fin."""
    started = time.monotonic()
    session = db.session()
    establishments, units, professionals = rebuild(session)
    session.commit()
    spent = f"{time.monotonic() - started:.1f}".replace(".", ",")
    counts = ", ".join(
        (plural(establishments, "établissement"), plural(units, "unité"), plural(professionals, "professionnel"))
    )
    click.echo(f"Index reconstruit en {spent} s : {counts}.")
