"""The postal address and the ways to reach a CPTS: names of the fields as CONTRACT.md gives them."""

from __future__ import annotations

from app.blueprints.descriptions.forms.base import BoxForm
from app.blueprints.descriptions.forms.fields import PostcodeField, WebField
from app.domain.sheets.catalogue import SheetKind
from app.web.forms import EmailField, FreeLine, FreeTextField, PhoneField, TextLine

CONTACT_NAMES = {
    "phone": "telephone",
    "street": "adresse",
    "address_extra": "complement",
    "postcode": "code_postal",
    "city": "ville",
    "email": "courriel",
    "website": "site",
    "opening_hours": "horaires",
}


class CoordonneesForm(BoxForm):
    KIND, KEY, NAMES = SheetKind.EG, "coordonnees", CONTACT_NAMES

    telephone = PhoneField("Téléphone standard")
    adresse = FreeLine("Numéro et voie", longest=200)
    complement = FreeLine("Complément d’adresse", longest=200)
    code_postal = PostcodeField("Code postal", longest=5)
    ville = TextLine("Ville", longest=80)
    courriel = EmailField("Courriel")
    site = WebField("Site internet", longest=300)
    horaires = FreeTextField("Horaires du secrétariat", longest=500)
