"""`flask sas-receiver`: a platform on this machine, to see states arrive while one develops."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click
from flask.cli import with_appcontext

from app.consumers import SAS
from app.integrations.sas.receiver import Mode, Platform, Receiver
from app.settings import Settings, current_settings

DEVELOPMENT_TOKEN = "jeton-de-developpement"  # noqa: S105 - known to all, of a server that nobody else reaches


@click.command("sas-receiver")
@click.option("--port", default=5081, show_default=True)
@click.option("--file", "path", type=click.Path(dir_okay=False, path_type=Path), help="Où les états reçus sont gardés.")
@click.option("--mode", type=click.Choice([str(mode) for mode in Mode]), default="accepte", show_default=True)
@click.option("--motif", default="Téléphone injoignable.", help="Ce que dit la plateforme quand elle refuse.")
@click.option("--delai", default=8.0, help="Secondes d’attente quand elle est lente.")
@click.option("--abonne", default=SAS, help="Clé de l’abonné de WEBHOOKS dont elle joue le rôle.")
@with_appcontext
def sas_receiver(port: int, path: Path | None, mode: str, motif: str, delai: float, abonne: str) -> None:
    """Joue le rôle d’une plateforme : reçoit les états, les garde, répond selon son mode."""
    settings = current_settings()
    if settings.production:
        raise click.ClickException("Ce récepteur est fait pour le développement.")
    token, secret = _proofs(settings, abonne)
    file = path or settings.instance_path / f"recu-{abonne}.jsonl"
    platform = Platform(file, token, secret, Mode(mode), motif, delai)
    platform.file.parent.mkdir(parents=True, exist_ok=True)
    receiver = Receiver(platform, port)
    click.echo(f"Plateforme « {abonne} » ({mode}) : {receiver.url}, reçu gardé dans {platform.file}")
    if platform.token == DEVELOPMENT_TOKEN:
        click.echo(f"Pour le portail et l’expéditeur : SAS_URL={receiver.url} SAS_TOKEN={DEVELOPMENT_TOKEN}")
    click.echo(f"Changer de mode : curl -X PUT -d panne http://127.0.0.1:{receiver.server_address[1]}/mode")
    _serve(receiver)


def _proofs(settings: Settings, key: str) -> tuple[str | None, str | None]:
    """The token or the secret of the consumer in the settings."""
    for consumer in settings.consumers:
        if consumer.key == key:
            secret = consumer.secret.get_secret_value()
            return (secret, None) if consumer.is_sas else (None, secret)
    if key != SAS:
        raise click.ClickException(f"WEBHOOKS ne nomme pas « {key} ».")
    return DEVELOPMENT_TOKEN, None


def _serve(receiver: Receiver) -> None:
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    stop.wait()
    receiver.shutdown()
    receiver.server_close()
