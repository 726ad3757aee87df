"""Renaming, moving."""

from __future__ import annotations

from wtforms import HiddenField

from app.domain.directory import NAME_LONGEST
from app.web.forms import FreeLine, FreeTextField, PortalForm


class RenameForm(PortalForm):
    nom = FreeLine("Nouveau nom", longest=NAME_LONGEST, missing="Renseignez le nouveau nom.")
    vu = HiddenField()
    """The name that was on screen: another one meanwhile is a conflict."""


class MoveForm(PortalForm):
    motif = FreeTextField(
        "Motif du déplacement", longest=1000, missing="Écrivez pourquoi : le motif reste dans l’historique."
    )
    destination = HiddenField()
    vu = HiddenField()
