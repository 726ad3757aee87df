"""A correction that a reader proposes of one field of a public page (B-19)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

Values = Mapping[str, str | None]


@dataclass(frozen=True)
class Field:
    """`key`: the one of `?champ=`, public, never renamed. `columns`: what it is made of, in the description."""

    key: str
    label: str
    columns: tuple[str, ...]


FIELDS = (
    Field("telephone", "Téléphone standard", ("phone",)),
    Field("adresse", "Adresse postale", ("street", "postcode", "city")),
    Field("courriel", "Courriel", ("email",)),
    Field("site", "Site internet", ("website",)),
    Field("horaires", "Horaires du secrétariat", ("opening_hours",)),
)


def find_field(key: str | None) -> Field | None:
    return next((field for field in FIELDS if field.key == key), None)


def fingerprint(values: Values) -> str:
    """What a decider has seen of a field, in a few letters: another value is another fingerprint."""
    text = json.dumps({name: value or None for name, value in values.items()}, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
