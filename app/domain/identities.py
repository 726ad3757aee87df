"""What an identity provider says of somebody, and what may be concluded from it. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from app.domain.identifiers import InvalidIdentifier, Rpps


@dataclass(frozen=True, kw_only=True)
class VouchedIdentity:
    """Somebody whom a provider has authenticated. `subject`: SubjectNameID, `8` and an RPPS number for most."""

    issuer: str
    subject: str
    family_name: str
    given_name: str
    rpps: str | None = None
    profession_code: str | None = None
    id_token: str = ""
    """The provider's own token, which ends the session there."""


def rpps_from_subject(subject: str) -> str | None:
    """The RPPS number in a national identifier of a professional; None for the others (ADELI, test identities)."""
    text = subject.strip()
    if len(text) != 12 or text[0] != "8":
        return None
    try:
        rpps = Rpps.parse(text[1:])
    except InvalidIdentifier:
        return None
    return rpps.value if rpps.key_is_valid else None


def same_name(one: str, other: str) -> bool:
    """Whether two family names are one, whatever the accents, the case, the hyphens."""
    return _letters(one) == _letters(other) != ""


def _letters(name: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", name).casefold() if char.isalnum())
