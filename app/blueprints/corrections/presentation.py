"""The values of a field as the page writes them."""

from __future__ import annotations

from app.domain.corrections import Field, Values
from app.web.french import hours_fr, phone_fr, web_label
from app.web.names import name_fr, street_fr


def value_fr(field: Field, values: Values) -> str:
    """`04 65 71 00 00`, `584 avenue Victor Hugo, 84200 Carpentras`; empty when nothing is known."""
    if field.key == "adresse":
        town = " ".join(filter(None, (values.get("postcode"), name_fr(values.get("city")))))
        return ", ".join(filter(None, (street_fr(values.get("street")), town)))
    text = values.get(field.columns[0]) or ""
    write = {"telephone": phone_fr, "site": web_label, "horaires": hours_fr}.get(field.key)
    return str(write(text)) if write and text else text
