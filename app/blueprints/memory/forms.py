"""What is typed about the memory of a CPTS."""

from __future__ import annotations

from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]

from app.domain.freshness import Rhythm
from app.web.forms import FreeTextField, PortalForm


class RestoreForm(PortalForm):
    motif = FreeTextField(
        "Pourquoi revenir à cette version", missing="Dites pourquoi vous revenez à cette version.", longest=500
    )
    version = HiddenField()


class RhythmForm(PortalForm):
    rythme = RadioField(
        "Rythme des vérifications",
        choices=[SelectChoice(str(int(rhythm)), rhythm.label) for rhythm in Rhythm],
        validate_choice=False,
    )

    @property
    def rhythm(self) -> Rhythm | None:
        """None: none of those offered."""
        return next((rhythm for rhythm in Rhythm if str(int(rhythm)) == self.rythme.data), None)


class SeenForm(PortalForm):
    """« C’est toujours exact »: nothing is typed, what was seen is sent back."""

    version = HiddenField()
