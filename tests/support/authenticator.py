"""A device with one passkey, in Python: makes the key, answers challenges, well or badly."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from base64 import urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

ORIGIN, HOST = "http://localhost:5000", "localhost"
PRESENT, VERIFIED, KEY_INCLUDED = 0x01, 0x04, 0x40
ES256 = {1: 2, 3: -7, -1: 1}


class Authenticator:
    """`count`: how many times it has signed; a copy of it counts on its own."""

    def __init__(self, *, origin: str = ORIGIN, host: str = HOST) -> None:
        self.origin, self.host, self.count = origin, host, 0
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(16)
        self.flags = PRESENT | VERIFIED

    @property
    def public_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        point = {-2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        return cbor2.dumps(ES256 | point)

    def create(self, options: dict[str, Any]) -> str:
        """The answer to the options of a registration, `challenge` in base64url."""
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + self.public_key
        data = self._data(self.flags | KEY_INCLUDED) + attested
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._written("webauthn.create", options["challenge"], attestationObject=encoded(made))

    def get(self, options: dict[str, Any]) -> str:
        """The answer to the options of an authentication."""
        self.count += 1
        data, said = self._data(self.flags), self._said("webauthn.get", options["challenge"])
        signed = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"authenticatorData": encoded(data), "signature": encoded(signed)}
        return self._written("webauthn.get", options["challenge"], **parts)

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _said(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _written(self, kind: str, challenge: str, **parts: str) -> str:
        response = {"clientDataJSON": encoded(self._said(kind, challenge)), **parts}
        identity = {"id": encoded(self.id), "rawId": encoded(self.id), "type": "public-key"}
        return json.dumps({**identity, "response": response, "clientExtensionResults": {}})


def encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
