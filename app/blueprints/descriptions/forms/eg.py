"""What a CPTS says of itself beside its coordonnées."""

from __future__ import annotations

from typing import ClassVar

from app.blueprints.descriptions.forms.base import BoxForm
from app.domain.sheets.catalogue import SheetKind
from app.web.forms import FreeLine, FreeTextField


class IdentiteForm(BoxForm):
    """The official name comes from the FINESS register: shown, not edited."""

    KIND, KEY = SheetKind.EG, "identite"
    NAMES: ClassVar[dict[str, str]] = {"operational_name": "nom_usage", "comment": "presentation"}

    nom_usage = FreeLine("Nom d’usage", longest=200)
    presentation = FreeTextField("Présentation", longest=2000)
