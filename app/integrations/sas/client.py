"""Hand one state to its consumer, over HTTP: what is said, what is heard, within bounds whatever happens there."""

from __future__ import annotations

import json
import secrets
import time
import uuid
from dataclasses import dataclass

import requests

from app import clock
from app.consumers import Consumer
from app.domain.ledger import envelope
from app.integrations.sas.answers import Answer, later, read_answer
from app.integrations.sas.connections import AddressRefused, GuardedAdapter, Patience
from app.integrations.sas.signing import signed
from app.journal.chain import canonical
from app.version import __version__

SECONDS = 10.0
"""For the whole exchange, from the connection to the last byte of the answer."""
LONGEST_ANSWER = 1024 * 1024
CONTENT_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Delivery:
    """`payload`: canonical JSON, as the ledger keeps it. `created_at`: ISO 8601."""

    id: uuid.UUID
    finess: str
    version: int
    payload: str
    created_at: str

    @property
    def body(self) -> bytes:
        return canonical(envelope(self.finess, self.version, self.created_at, json.loads(self.payload))).encode()


def send(consumer: Consumer, delivery: Delivery, *, seconds: float = SECONDS) -> Answer:
    """What became of it; a network that fails is an answer too."""
    end = time.monotonic() + seconds
    try:
        with Patience(seconds) as patience, requests.Session() as session:
            session.trust_env = False  # neither proxies nor .netrc of whoever started the worker
            session.mount(consumer.url, GuardedAdapter(patience, loopback=consumer.on_this_machine))
            answer = _exchange(session, consumer, delivery, seconds)
        return answer if time.monotonic() < end else _too_late(seconds)  # cut, headers look complete
    except AddressRefused:
        return later("L’adresse de la plateforme mène à un réseau interne : le portail ne s’y connecte pas.")
    except (requests.RequestException, OSError) as error:
        if time.monotonic() >= end:
            return _too_late(seconds)
        if isinstance(error, requests.exceptions.SSLError):
            return later("Le certificat de la plateforme n’est pas valable.")
        return later("La plateforme est injoignable, ou a coupé la connexion.")


def _too_late(seconds: float) -> Answer:
    return later(f"La plateforme n’a pas répondu en {seconds:.0f} secondes.")


def _exchange(session: requests.Session, consumer: Consumer, delivery: Delivery, seconds: float) -> Answer:
    body = delivery.body
    response = session.post(
        consumer.url,
        data=body,
        headers=_headers(consumer, delivery, body),
        timeout=seconds,
        allow_redirects=False,
        stream=True,
    )
    with response:
        heard = _read(response)
        return read_answer(response.status_code, response.headers, heard, now=clock.now())


def _headers(consumer: Consumer, delivery: Delivery, body: bytes) -> dict[str, str]:
    secret = consumer.secret.get_secret_value()
    if consumer.is_sas:
        proof = {"Authorization": f"Bearer {secret}"}
    else:
        proof = signed(secret, body, at=clock.now(), nonce=secrets.token_hex(16))
    return {
        "Content-Type": CONTENT_TYPE,
        "Accept": CONTENT_TYPE,
        "User-Agent": f"Relais/{__version__}",
        "Idempotency-Key": str(delivery.id),
        "Relais-Finess": delivery.finess,
        "Relais-Version": str(delivery.version),
        **proof,
    }


def _read(response: requests.Response) -> bytes:
    """The first mebibyte of the answer: nothing longer is a reason."""
    heard = bytearray()
    for part in response.iter_content(16 * 1024):
        heard += part
        if len(heard) > LONGEST_ANSWER:
            return b""
    return bytes(heard)
