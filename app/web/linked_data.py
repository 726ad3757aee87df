"""What search engines read of a page as JSON-LD (schema.org): plain dicts, which templates write with `tojson`.

`<script type="application/ld+json">` is a data block: browsers neither run it nor ask the content policy about it, and
`tojson` writes <, > and & as escapes, so that no value can end the block.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.domain.open_tables import LICENCE_URL
from app.domain.published import Address, Point, PublishedEstablishment
from app.domain.territories import departement_name
from app.settings import current_settings

Linked = dict[str, Any]
CONTEXT = "https://schema.org"


def organization(told: PublishedEstablishment, communes: Iterable[tuple[str, str]] = ()) -> Linked:
    """A published establishment; `communes`: INSEE code and name of those where it intervenes."""
    page = current_settings().public_address(f"/etablissements/{told.finess}")
    return _said(
        {
            "@context": CONTEXT,
            "@type": "MedicalOrganization",
            "@id": f"{page}#etablissement",
            "url": page,
            "name": told.name,
            "alternateName": told.operational_name,
            "description": told.comment,
            "identifier": _identifier("FINESS", told.finess),
            "telephone": told.phone,
            "email": told.email,
            "sameAs": told.website,
            "address": _address(told.address, told.departement),
            "location": _place(told.point, told.address, told.departement),
            "areaServed": [
                {"@type": "City", "name": name, "identifier": _identifier("INSEE", insee)} for insee, name in communes
            ],
        }
    )


def several(found: list[Linked]) -> Linked:
    return {
        "@context": CONTEXT,
        "@graph": [{name: value for name, value in one.items() if name != "@context"} for one in found],
    }


def dataset(name: str, description: str, creator: str, dated: str | None, files: Iterable[tuple[str, str]]) -> Linked:
    """A data set and its files: path and media type."""
    address = current_settings().public_address
    return _said(
        {
            "@context": CONTEXT,
            "@type": "Dataset",
            "url": address("/donnees-ouvertes"),
            "name": name,
            "description": description,
            "inLanguage": "fr",
            "license": LICENCE_URL,
            "isAccessibleForFree": True,
            "creator": {"@type": "Organization", "name": creator, "url": address("/")},
            "dateModified": dated,
            "spatialCoverage": current_settings().region_name,
            "distribution": [
                {"@type": "DataDownload", "contentUrl": address(path), "encodingFormat": kind} for path, kind in files
            ],
        }
    )


def _identifier(system: str, value: str) -> Linked:
    return {"@type": "PropertyValue", "propertyID": system, "value": value}


def _address(address: Address, departement: str) -> Linked:
    return _said(
        {
            "@type": "PostalAddress",
            "streetAddress": ", ".join(line for line in (address.street, address.extra) if line),
            "postalCode": address.postcode,
            "addressLocality": address.city,
            "addressRegion": departement_name(departement),
            "addressCountry": "FR",
        }
    )


def _place(point: Point | None, address: Address, departement: str) -> Linked | None:
    if point is None:
        return None
    position = {"@type": "GeoCoordinates", "latitude": point.latitude, "longitude": point.longitude}
    return {"@type": "Place", "geo": position, "address": _address(address, departement)}


def _said(linked: Linked) -> Linked:
    """Without what is not said."""
    return {name: value for name, value in linked.items() if value not in (None, "", [])}
