"""`flask publications rebuild`: look again at everything that may be published."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.usecases.publications import mark_everything, project_publications
from app.web.french import plural

publications_group = AppGroup("publications", help="Ce qui quitte le portail : versions, dates, retraits.")


@publications_group.command("rebuild")
def rebuild_command() -> None:
    """Relit tout ce qui est publié ; seul ce qui a changé prend une nouvelle version."""
    mark_everything()
    looked_at = 0
    while handled := project_publications():
        looked_at += handled
    click.echo(f"{plural(looked_at, 'objet relu', 'objets relus')}.")
