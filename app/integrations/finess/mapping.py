"""FINESS columns turned into the portal's rows. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from app.domain.registers import EstablishmentRow, LegalEntityRow, PositionRow
from app.domain.territories import departement_from_finess, insee_from_finess
from app.integrations.finess.positions import to_wgs84
from app.integrations.registers.lines import LineRejected
from app.integrations.registers.values import Doubt, day, digits, finess, joined, phone, text

Values = Mapping[str, str]

NO_NAME = "raison sociale manquante"
NO_CATEGORY = "catégorie manquante"
UNKNOWN_DEPARTEMENT = "département inconnu"
INVALID_HOLDER = "numéro FINESS de l’entité juridique invalide, ignoré"
INVALID_SIRET = "SIRET invalide, ignoré"
INVALID_SIREN = "SIREN invalide, ignoré"
NO_POSTCODE = "code postal absent de la ligne d’acheminement"

REPEATS = {"B": "BIS", "T": "TER", "Q": "QUATER"}
_ROUTING = re.compile(r"([0-9]{5}) +(\S.*)", re.ASCII)


class Address(NamedTuple):
    street: str | None
    extra: str | None
    postcode: str | None
    city: str | None


def establishment(line: int, values: Values, doubt: Doubt) -> EstablishmentRow:
    number = finess(values.get("nofinesset", ""), doubt)
    departement = departement_from_finess(values.get("departement", ""))
    if departement is None:
        raise LineRejected(UNKNOWN_DEPARTEMENT, values.get("departement", ""))
    category = text(values.get("categetab", ""))
    if category is None:
        raise LineRejected(NO_CATEGORY, number)
    place = address(values, doubt)
    return EstablishmentRow(
        line=line,
        finess=number,
        legal_entity_finess=_holder(values.get("nofinessej", ""), doubt),
        name=_name(values, number),
        long_name=text(values.get("rslongue", "")),
        category_code=category,
        category_label=text(values.get("libcategetab", "")) or category,
        category_group_label=text(values.get("libcategagretab", "")),
        siret=digits(values.get("siret", ""), 14, doubt, INVALID_SIRET),
        street=place.street,
        address_extra=place.extra,
        postcode=place.postcode,
        city=place.city,
        commune_insee=insee_from_finess(values.get("departement", ""), values.get("commune", "")),
        departement=departement,
        phone=phone(values.get("telephone", ""), departement, doubt),
        opened_on=day(values.get("dateouv", ""), doubt),
        closed_on=day(values.get("datefermeture", ""), doubt),
        register_updated_on=day(values.get("datemaj", ""), doubt),
    )


def legal_entity(line: int, values: Values, doubt: Doubt) -> LegalEntityRow:
    number = finess(values.get("nofiness", ""), doubt)
    place = address(values, doubt)
    return LegalEntityRow(
        line=line,
        finess=number,
        name=_name(values, number),
        long_name=text(values.get("rslongue", "")),
        legal_status_code=text(values.get("statutjuridique", "")),
        legal_status_label=text(values.get("libstatutjuridique", "")),
        siren=digits(values.get("siren", ""), 9, doubt, INVALID_SIREN),
        street=place.street,
        postcode=place.postcode,
        city=place.city,
        phone=phone(values.get("telephone", ""), departement_from_finess(values.get("departement", "")), doubt),
        created_on=day(values.get("datecrea", ""), doubt),
    )


def position(line: int, values: Values, source: str, doubt: Doubt) -> PositionRow | None:
    """None when the line gives no coordinates. `source` is all that follows them: it names the projection."""
    number = finess(values.get("nofinesset", ""), doubt)
    x, y = values.get("coordxet", ""), values.get("coordyet", "")
    if not x and not y:
        return None
    latitude, longitude = to_wgs84(x, y, source)
    return PositionRow(line=line, finess=number, latitude=latitude, longitude=longitude)


def address(values: Values, doubt: Doubt) -> Address:
    """Street line as on an envelope: `12 BIS R DU STADE`; post code and city from the routing line."""
    repeat = values.get("compvoie", "")
    street = joined(
        values.get("numvoie"), REPEATS.get(repeat.upper(), repeat), values.get("typvoie"), values.get("voie")
    )
    extra = joined(values.get("complrs"), values.get("compldistrib"), values.get("lieuditbp"))
    routing = " ".join(values.get("ligneacheminement", "").split())
    match = _ROUTING.fullmatch(routing)
    if match:
        return Address(street, extra, match[1], match[2])
    if routing:
        doubt(NO_POSTCODE, routing)
    return Address(street, extra, None, routing or None)


def _holder(value: str, doubt: Doubt) -> str | None:
    """The legal entity; an impossible number does not cost the establishment its line."""
    if not value:
        return None
    try:
        return finess(value, doubt)
    except LineRejected:
        doubt(INVALID_HOLDER, value)
        return None


def _name(values: Values, number: str) -> str:
    name = text(values.get("rs", "")) or text(values.get("rslongue", ""))
    if name is None:
        raise LineRejected(NO_NAME, number)
    return name
