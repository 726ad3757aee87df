"""`flask journal verify|seal`."""

from __future__ import annotations

import hashlib
import sys

import click
from flask.cli import AppGroup

from app.journal.verify import seal, verify
from app.settings import current_settings

journal_group = AppGroup("journal", help="Journal des actes.")


def seal_key() -> bytes:
    """The key of the seals: derived from SECRET_KEY, never in the database."""
    return hashlib.sha256(b"relais.journal." + current_settings().secret_key.get_secret_value().encode()).digest()


@journal_group.command("verify")
def verify_command() -> None:
    """Vérifie chaque entrée, chaque chaîne et chaque sceau ; code 1 si le journal a été touché."""
    count, faults = verify(seal_key())
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        sys.exit(1)
    click.echo(f"Journal intact : {count} entrées vérifiées.")


@journal_group.command("seal")
def seal_command() -> None:
    """Scelle l’état présent de toutes les chaînes."""
    sealed = seal(seal_key())
    click.echo(f"Sceau n° {sealed.id} : {sealed.mac}" if sealed else "Rien de nouveau à sceller.")
