"""What a description must keep: a blank never overwrites a value that the SAS needs (S-143, RG_EXP_002)."""

from __future__ import annotations

from collections.abc import Mapping

REQUIRED_DOWNSTREAM = {
    "phone": "Sans téléphone standard, le SAS n’affiche plus la CPTS. Corrigez le numéro plutôt que de le retirer.",
    "street": "Sans adresse postale, le SAS n’affiche plus la CPTS. Corrigez l’adresse plutôt que de la retirer.",
    "postcode": "Sans code postal, le SAS n’affiche plus la CPTS. Corrigez-le plutôt que de le retirer.",
    "city": "Sans commune, le SAS n’affiche plus la CPTS. Corrigez-la plutôt que de la retirer.",
}
"""Field → the sentence that refuses to empty it."""


def blanked(before: Mapping[str, str | None], after: Mapping[str, str | None]) -> dict[str, str]:
    """The refusals: each required field that `after` would empty although `before` holds a value."""
    return {
        name: sentence
        for name, sentence in REQUIRED_DOWNSTREAM.items()
        if name in after and before.get(name) and not (after[name] or "").strip()
    }
