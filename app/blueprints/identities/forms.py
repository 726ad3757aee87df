"""Forms of the identities."""

from __future__ import annotations

from app.web.forms import EmailField, PortalForm


class AddressForm(PortalForm):
    email = EmailField("Votre adresse électronique", missing="Renseignez votre adresse électronique.")
