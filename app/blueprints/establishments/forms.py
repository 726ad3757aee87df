"""The contact details of a CPTS, as its people correct them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import abort
from wtforms import HiddenField

from app.domain.errors import Invalid
from app.models import Establishment
from app.usecases.establishments import Contact
from app.web.forms import EmailField, FreeLine, FreeTextField, PhoneField, PortalForm, TextLine

FIELDS = {
    "phone": "telephone",
    "street": "adresse",
    "postcode": "code_postal",
    "city": "ville",
    "email": "courriel",
    "website": "site",
    "opening_hours": "horaires",
}
"""Field of the use case → field of the form."""


SITE_SENTENCE = "Renseignez une adresse de site, par exemple cpts-exemple.fr."


class PostcodeField(TextLine):
    def clean(self, text: str) -> str:
        if not re.fullmatch(r"[0-9]{5}", text):
            raise ValueError("Renseignez un code postal à 5 chiffres, par exemple 84200.")
        return text


class WebField(TextLine):
    """A site, with or without its scheme; kept with it."""

    def clean(self, text: str) -> str:
        address = text if "://" in text else f"https://{text}"
        try:
            parts = urlsplit(address)
        except ValueError:  # an IPv6 address that does not end
            raise ValueError(SITE_SENTENCE) from None
        if parts.scheme not in {"http", "https"} or "." not in parts.netloc or " " in address:
            raise ValueError(SITE_SENTENCE)
        return address


class ContactForm(PortalForm):
    telephone = PhoneField("Téléphone standard")
    adresse = FreeLine("Numéro et voie", longest=200)
    code_postal = PostcodeField("Code postal", longest=5)
    ville = TextLine("Ville", longest=80)
    courriel = EmailField("Courriel")
    site = WebField("Site internet", longest=300)
    horaires = FreeTextField("Horaires du secrétariat", longest=500)
    version = HiddenField()

    @classmethod
    def of(cls, establishment: Establishment) -> ContactForm:
        """Filled from the request, else from what is known."""
        known = {name: getattr(establishment, column) for column, name in FIELDS.items()}
        return cls(**known, version=establishment.updated_at.isoformat())

    @property
    def contact(self) -> Contact:
        return Contact(**{column: self[name].data or None for column, name in FIELDS.items()})

    @property
    def seen(self) -> datetime:
        """When what the person corrected was last changed; a forged version is a bad request."""
        try:
            moment = datetime.fromisoformat(self.version.data or "")
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            abort(400)

    def refuse(self, error: Invalid) -> None:
        super().refuse(Invalid({FIELDS.get(name, name): text for name, text in error.fields.items()}))
