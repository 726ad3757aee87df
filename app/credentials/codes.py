"""Codes that people copy: those of a generator (TOTP), and the recovery codes that replace it once each.

The generator's secret is sealed (AES-256-GCM) under a key derived from SECRET_KEY, for one account: a row copied to
another account, or read without SECRET_KEY, is worth nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import uuid
from datetime import datetime

import pyotp
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from app import clock, db
from app.models import CodeGenerator, RecoveryCode
from app.settings import current_settings

PERIOD = 30
DRIFT = (0, -1, 1)
"""Periods around now whose code is taken: clocks of phones wander."""
NONCE = 12
RECOVERY_CODES = 10
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without what is read one for another: 16 of these are 80 bits."""
GROUPS, LETTERS = 4, 4
SIX_DIGITS = re.compile(r"\d{6}")


def new_secret() -> str:
    return pyotp.random_base32()


def address_of(secret: str, *, email: str, issuer: str) -> str:
    """What the QR code says to the generator."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def seal(secret: str, account_id: uuid.UUID) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(_keys()[0]).encrypt(nonce, secret.encode(), account_id.bytes)


def unseal(sealed: bytes, account_id: uuid.UUID) -> str | None:
    """None when SECRET_KEY has changed and its predecessor is no longer given: recovery codes remain."""
    for key in _keys():
        try:
            return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], account_id.bytes).decode()
        except InvalidTag:
            continue
    return None


def looks_like_code(typed: str) -> bool:
    """Six digits, spaces apart: no password is that short."""
    return SIX_DIGITS.fullmatch("".join(typed.split())) is not None


def code_at(secret: str, moment: datetime) -> str:
    """What a generator shows then: for the demonstration, whose secret is public."""
    return pyotp.TOTP(secret).at(moment)


def take_code(generator: CodeGenerator, typed: str) -> bool:
    """Whether it is the code of now, and none as recent was taken: each serves once, also against a racer."""
    secret = unseal(generator.sealed_secret, generator.account_id)
    counter = _counter(secret, "".join(typed.split())) if secret else None
    if counter is None:
        return False
    taken = (
        sa.update(CodeGenerator)
        .where(CodeGenerator.account_id == generator.account_id, CodeGenerator.last_counter < counter)
        .values(last_counter=counter)
        .returning(CodeGenerator.account_id)
    )
    return db.session().scalars(taken).one_or_none() is not None


def renew_recovery_codes(account_id: uuid.UUID) -> list[str]:
    """Ten new codes, readable this once; the earlier ones are worth nothing."""
    forget_recovery_codes(account_id)
    codes = [_new_recovery_code() for _ in range(RECOVERY_CODES)]
    now = clock.now()
    db.session().add_all(RecoveryCode(account_id=account_id, digest=_digest(code), created_at=now) for code in codes)
    db.session().flush()
    return codes


def take_recovery_code(account_id: uuid.UUID, typed: str) -> bool:
    taken = (
        sa.update(RecoveryCode)
        .where(RecoveryCode.account_id == account_id, RecoveryCode.digest == _digest(typed))
        .where(RecoveryCode.used_at.is_(None))
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    )
    return db.session().scalars(taken).one_or_none() is not None


def forget_recovery_codes(account_id: uuid.UUID) -> None:
    db.session().execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account_id))


def _counter(secret: str, typed: str) -> int | None:
    """The period whose code this is."""
    totp, now = pyotp.TOTP(secret), int(clock.now().timestamp()) // PERIOD
    periods = (now + drift for drift in DRIFT)
    return next((p for p in periods if hmac.compare_digest(totp.generate_otp(p).encode(), typed.encode())), None)


def _new_recovery_code() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(LETTERS)) for _ in range(GROUPS))


def _digest(code: str) -> str:
    return hashlib.sha256("".join(char for char in code.upper() if char.isalnum()).encode()).hexdigest()


def _keys() -> list[bytes]:
    """The key of now, then those it replaced."""
    before = current_app.config.get("SECRET_KEY_FALLBACKS") or []
    words = [current_settings().secret_key.get_secret_value(), *before]
    return [hashlib.blake2b(word.encode(), digest_size=32, person=b"relais.totp").digest() for word in words]
