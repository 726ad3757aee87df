"""One form a box, shared by direct edit and dossiers: `box_form(kind, box)`."""

from __future__ import annotations

from app.blueprints.descriptions.forms.base import BoxForm
from app.blueprints.descriptions.forms.contacts import EstablishmentContactsForm, UnitContactsForm
from app.blueprints.descriptions.forms.coordonnees import CoordonneesForm
from app.blueprints.descriptions.forms.eg import IdentiteForm, ProjetForm
from app.blueprints.descriptions.forms.lists import ActivitesForm, HorairesForm
from app.blueprints.descriptions.forms.unit import (
    CapaciteForm,
    ConditionsForm,
    LocalisationForm,
    OffreForm,
    PublicForm,
)
from app.blueprints.descriptions.forms.zone import ZoneForm
from app.domain.sheets.catalogue import SheetKind

__all__ = ["FORMS", "BoxForm", "box_form"]

FORMS: dict[tuple[SheetKind, str], type[BoxForm]] = {
    (form.KIND, form.KEY): form
    for form in (
        CoordonneesForm,
        IdentiteForm,
        ProjetForm,
        EstablishmentContactsForm,
        OffreForm,
        UnitContactsForm,
        ActivitesForm,
        PublicForm,
        HorairesForm,
        ConditionsForm,
        CapaciteForm,
        LocalisationForm,
        ZoneForm,
    )
}


def box_form(kind: SheetKind, box: str) -> type[BoxForm]:
    """Raises KeyError."""
    return FORMS[kind, box]
