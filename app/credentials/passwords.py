"""Passwords: argon2id (OWASP: 19 MiB, t=2, p=1) and the rule of CNIL délibération 2022-100 (50 bits, throttled)."""

from __future__ import annotations

import math
import string
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 128
MINIMUM_BITS = 50
COMMON = frozenset(
    [
        "motdepasse",
        "password",
        "azerty",
        "qwerty",
        "123456",
        "abcdef",
        "bonjour",
        "soleil",
        "doudou",
        "loulou",
        "marseille",
        "provence",
        "relais",
        "cpts",
        "medecin",
        "infirmier",
        "docteur",
        "sante",
        "admin",
        "iloveyou",
        "jetaime",
    ]
)

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_nobody = _hasher.hash("nobody holds this password")


def hash_password(password: str) -> str:
    return _hasher.hash(_normal(password))


def verify_password(password: str, hashed: str | None) -> bool:
    """Whether it is the password; takes the same work when there is no account (`hashed` is None)."""
    try:
        _hasher.verify(hashed or _nobody, _normal(password[:MAXIMUM_LENGTH]))
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


def needs_rehash(hashed: str) -> bool:
    return _hasher.check_needs_rehash(hashed)


def weakness(password: str, *known: str) -> str | None:
    """The sentence that says why this password is refused, None when it is good. `known`: name, e-mail."""
    if len(password) < MINIMUM_LENGTH:
        return f"Choisissez au moins {MINIMUM_LENGTH} caractères, par exemple trois ou quatre mots sans lien entre eux."
    if len(password) > MAXIMUM_LENGTH:
        return f"Choisissez au plus {MAXIMUM_LENGTH} caractères."
    if _bits(password) < MINIMUM_BITS or len(set(password)) < 6:
        return "Ce mot de passe est trop facile à deviner : ajoutez des mots, des lettres ou des signes variés."
    rest = _plain(password)
    for word in sorted({*COMMON, *(part for text in known for part in _plain(text, " ").split())}, key=len)[::-1]:
        rest = rest.replace(word, "") if len(word) >= 4 else rest
    if len(rest) < MINIMUM_LENGTH // 2:
        return "Ce mot de passe contient surtout des mots faciles à deviner (votre nom, « cpts », un mot courant)."
    return None


def _bits(password: str) -> float:
    """Entropy by the CNIL's formula: length × log2(size of the alphabets used)."""
    alphabets = [string.ascii_lowercase, string.ascii_uppercase, string.digits]
    size = sum(len(alphabet) for alphabet in alphabets if any(char in alphabet for char in password))
    size += 33 if any(char not in string.ascii_letters + string.digits for char in password) else 0
    return len(password) * math.log2(max(size, 2))


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _plain(text: str, other: str = "") -> str:
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char if char.isalnum() else other for char in letters if not unicodedata.combining(char))
