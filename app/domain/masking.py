"""An address shown to somebody who may not be its owner: enough to recognise one's own, nothing to guess another's."""

from __future__ import annotations


def masked(email: str) -> str:
    """`jeanne.martin@exemple.fr` reads `j•••@…`."""
    return f"{email.strip()[:1]}•••@…"
