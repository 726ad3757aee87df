"""Acts that ask for a fresh proof of identity, given for this very act and used once (SECURITY.md, case 13).

The key of an act is `<permission>/<object>`, for instance `mandate:nominate_referent/840021281`; an id is written
without dashes, as both databases can write it. Guards of migration 0005 spell two of these keys.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import timedelta

from app.domain.errors import Invalid

FRESH = timedelta(minutes=10)
"""How old the proof of identity behind a sensitive act may be (SECURITY.md, decision 1 of the owner)."""


class ProofNeeded(Invalid):
    """The person must first prove who they are, for this act: the form asks for it and keeps what was typed."""

    def __init__(self, act: str, sentence: str = "Saisissez votre mot de passe\u00a0: cet acte vous engage.") -> None:
        super().__init__({"mot_de_passe": sentence})
        self.act = act


def bundle(acts: Iterable[str]) -> str:
    """One name for the acts of one page, which a passkey proves together."""
    several = sorted(set(acts))
    return several[0] if len(several) == 1 else hashlib.sha256("\n".join(several).encode()).hexdigest()


def act_key(permission: str, key: uuid.UUID | str) -> str:
    return f"{permission}/{key.hex if isinstance(key, uuid.UUID) else key}"
