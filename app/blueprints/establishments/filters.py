"""How the public pages write a contact, a position, a web address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from jinja2 import Environment

from app.domain import nomenclature as ror
from app.models import Establishment
from app.queries.establishments import ContactPoint
from app.queries.nomenclatures import CHANNELS, NATURES
from app.queries.places import ZoneCommune
from app.web.french import is_web_address, sort_key

Codes = Mapping[str, Mapping[str, str]]
"""Nomenclature → code → label, as queries/nomenclatures reads them."""
Named = TypeVar("Named", bound=ZoneCommune)


def register(env: Environment) -> None:
    for function in (
        code_label,
        contact_kind,
        contact_label,
        coordinates_fr,
    ):
        env.filters[function.__name__] = function
    env.filters["sort_by_name"] = sort_by_name


def code_label(code: str | None, codes: Codes, system: str) -> str | None:
    """In words; the code alone when nobody knows it."""
    return codes.get(system, {}).get(code, code) if code else None


def contact_label(contact: ContactPoint, codes: Codes) -> str:
    """`Secrétariat – téléphone`."""
    nature = contact.name or codes[NATURES].get(contact.nature_code or "", "Contact")
    channel = codes[CHANNELS].get(contact.channel_code, "")
    return f"{nature} – {channel.lower()}" if channel else nature


def contact_kind(contact: ContactPoint) -> str:
    """How a page writes it: `phone`, `mail`, `web` or `text`."""
    if contact.channel_code in ror.PHONE_CHANNELS:
        return "phone"
    if contact.channel_code in ror.MAIL_CHANNELS:
        return "mail"
    return "web" if contact.channel_code == ror.WEB_CHANNEL and is_web_address(contact.value) else "text"


def coordinates_fr(place: Establishment) -> str:
    """`44,0553° N, 5,0489° E`: about ten metres."""
    latitude, longitude = place.latitude or 0.0, place.longitude or 0.0
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "O"
    return f"{abs(latitude):.4f}° {north}, {abs(longitude):.4f}° {east}".replace(".", ",")


def sort_by_name(communes: Iterable[Named]) -> list[Named]:
    """In the order of a dictionary: accents do not count, which no database agrees on."""
    return sorted(communes, key=lambda commune: sort_key(commune.name))
