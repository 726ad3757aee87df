"""A platform to develop and test with: a real HTTP server on this machine, which keeps what it receives in a file.

It does what docs/sas.md asks of a platform: the highest version of each CPTS is its state, a version that it holds or
that is overtaken is answered 409, an unknown token or signature 401. Its modes are what platforms do on bad days.
"""

from __future__ import annotations

import hmac
import json
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from requests.structures import CaseInsensitiveDict

from app import clock
from app.domain.ledger import FORMAT
from app.integrations.sas.signing import Refused, verify

LONGEST_BODY = 4 * 1024 * 1024
UNKNOWN = "Jeton inconnu."
Reply = tuple[int, dict[str, Any]]


class Mode(StrEnum):
    ACCEPTS = "accepte"
    REFUSES = "refuse"
    SLOW = "lent"
    FAILS = "panne"
    REPEATS = "repete"
    """Keeps a state, says that it could not, and receives it again."""
    DROPS = "coupe"
    """Keeps a state, and hangs up without a word."""


@dataclass
class Platform:
    """`token` of the SAS, or `secret` of a webhook. `held`: FINESS → version, of what is in the file."""

    file: Path
    token: str | None = None
    secret: str | None = None
    mode: Mode = Mode.ACCEPTS
    motive: str = "Téléphone injoignable."
    seconds: float = 8.0
    """Of waiting, when it is slow."""
    held: dict[str, int] = field(default_factory=dict)
    nonces: dict[str, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        for line in self.lines():
            if line["effect"] == "kept":
                self.held[line["finess"]] = line["version"]

    def lines(self) -> list[dict[str, Any]]:
        """What it received, in order; a line cut by a crash was not answered."""
        if not self.file.exists():
            return []
        whole = self.file.read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def states(self) -> dict[str, dict[str, Any]]:
        """FINESS → the state that it shows."""
        return {line["finess"]: line["state"] for line in self.lines() if line["effect"] == "kept"}

    def receive(self, headers: Mapping[str, str], body: bytes) -> Reply | None:
        """None: it hangs up."""
        try:
            self._check(headers, body)
        except Refused as refused:
            return HTTPStatus.UNAUTHORIZED, {"motif": str(refused)}
        if self.mode is Mode.FAILS:
            return HTTPStatus.INTERNAL_SERVER_ERROR, {"motif": "Panne de la plateforme."}
        if self.mode is Mode.REFUSES:
            return HTTPStatus.UNPROCESSABLE_ENTITY, {"motif": self.motive}
        if self.mode is Mode.SLOW:
            time.sleep(self.seconds)
        told = _read(body)
        if told is None or str(told["version"]) != headers.get("Relais-Version"):
            return HTTPStatus.BAD_REQUEST, {"motif": "Ce n’est pas un état."}
        with self.lock:
            return self._keep(told, headers.get("Idempotency-Key", ""))

    def _check(self, headers: Mapping[str, str], body: bytes) -> None:
        if self.secret is not None:
            with self.lock:
                verify(self.secret, body, headers, now=clock.now(), seen=self.nonces)
        elif not hmac.compare_digest(headers.get("Authorization", "").encode(), f"Bearer {self.token}".encode()):
            raise Refused(UNKNOWN)

    def _keep(self, told: dict[str, Any], key: str) -> Reply | None:
        finess, version = told["finess"], told["version"]
        held = self.held.get(finess, 0)
        effect = "kept" if version > held else "known" if version == held else "overtaken"
        self._write(told, key, effect)
        if effect != "kept":
            return HTTPStatus.CONFLICT, {"motif": "Version déjà reçue, ou dépassée.", "version": held}
        self.held[finess] = version
        if self.mode is Mode.DROPS:
            return None
        if self.mode is Mode.REPEATS:
            return HTTPStatus.SERVICE_UNAVAILABLE, {"motif": "Réessayez."}
        return HTTPStatus.CREATED, {"version": version}

    def _write(self, told: dict[str, Any], key: str, effect: str) -> None:
        """On the disk before it is answered."""
        line = {"at": clock.now().isoformat(), "key": key, "effect": effect, **told}
        with self.file.open("a") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(body)
    except ValueError:
        return None
    if not isinstance(told, dict) or told.get("format") != FORMAT or not isinstance(told.get("state"), dict):
        return None
    known = isinstance(told.get("finess"), str) and isinstance(told.get("version"), int)
    return told if known else None


class Handler(BaseHTTPRequestHandler):
    """`POST` anywhere receives, `GET` tells what is held, `PUT /mode` changes the mode (a text)."""

    server: Receiver
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        reply = self.server.platform.receive(CaseInsensitiveDict(self.headers.items()), self._body())
        if reply is None:
            self.close_connection = True
            self.connection.close()
            return
        self._answer(*reply)

    def do_GET(self) -> None:
        self._answer(HTTPStatus.OK, {"mode": self.server.platform.mode, "held": self.server.platform.held})

    def do_PUT(self) -> None:
        try:
            self.server.platform.mode = Mode(self._body().decode().strip())
        except ValueError:
            self._answer(HTTPStatus.BAD_REQUEST, {"modes": list(Mode)})
            return
        self._answer(HTTPStatus.OK, {"mode": self.server.platform.mode})

    def _body(self) -> bytes:
        return self.rfile.read(min(int(self.headers.get("Content-Length") or 0), LONGEST_BODY))

    def _answer(self, status: int, told: Mapping[str, Any]) -> None:
        content = json.dumps(told, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's
        """The command tells what was received; tests read the file."""


class Receiver(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, platform: Platform, port: int) -> None:
        self.platform = platform
        super().__init__(("127.0.0.1", port), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/etats"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A portal that was killed, or that no longer waits: it will send again."""
