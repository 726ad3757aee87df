"""`next=`: where to go after signing in. Only a path of this portal (SECURITY.md, case 26)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

LONGEST = 500
_LOCAL = re.compile(r"/(?![/\\])[!-\[\]-~]*", re.ASCII)
_NOWHERE = ("/connexion", "/deconnexion", "/mot-de-passe")


def local_path(text: str | None) -> str | None:
    """The path, when it stays here: one slash, printable ASCII, no backslash, and not the way out again."""
    if text is None or len(text) > LONGEST or not _LOCAL.fullmatch(text):
        return None
    parts = urlsplit(text)
    if parts.scheme or parts.netloc or parts.path.startswith(_NOWHERE):
        return None
    return text
