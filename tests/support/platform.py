"""A platform on a real socket, which the portal of a test is told of (app/integrations/sas/receiver.py)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from pydantic import SecretStr

from app.integrations.sas.receiver import Platform, Receiver
from app.settings import Settings

TOKEN, SECRET = "un-jeton-convenu-avec-le-sas", "un-secret-convenu-avec-le-portail-du-84"


@contextmanager
def running(platform: Platform, port: int = 0) -> Iterator[Receiver]:
    receiver = Receiver(platform, port)
    threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield receiver
    finally:
        receiver.shutdown()
        receiver.server_close()


@contextmanager
def sas(app: Flask, folder: Path) -> Iterator[Platform]:
    """The SAS of this portal."""
    platform = Platform(folder / "sas.jsonl", token=TOKEN)
    with running(platform) as receiver:
        connect_sas(app, receiver.url)
        yield platform


def connect_sas(app: Flask, url: str) -> None:
    settings: Settings = app.extensions["settings"]
    settings.sas_url, settings.sas_token = url, SecretStr(TOKEN)


def connect_webhook(app: Flask, url: str, *departements: str, key: str = "vaucluse") -> None:
    settings: Settings = app.extensions["settings"]
    told = {"key": key, "name": "Portail du Vaucluse", "url": url, "secret": SECRET, "departements": departements}
    settings.webhooks = SecretStr(json.dumps([told]))
