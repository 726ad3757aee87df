"""The A4 plaque of a CPTS, with the QR code of its page: a tagged PDF of what everybody may read."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import segno
from flask import Response, abort, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import clock
from app.blueprints.establishments.filters import first_ones
from app.domain.published import Kind, PublishedEstablishment
from app.models.establishment import CPTS_CATEGORY
from app.queries.establishments import establishment_page
from app.queries.published import read_documents
from app.settings import current_settings
from app.web.access import public
from app.web.french import date_fr, hours_fr, phone_fr, plural, sort_key
from app.web.limits import DOWNLOAD, READING, limited
from app.web.names import name_fr, street_fr
from app.web.pdf import file_name, make_pdf

WHAT = (
    "Une communauté professionnelle territoriale de santé (CPTS) réunit les soignants d’un territoire, "
    "qui s’organisent ensemble pour que chacun y soit soigné."
)
SHOWN_COMMUNES = (24, 12, 5)
"""As many as leave room for the code on the page; none when five do not."""
LONGEST_HOURS = 160
"""Longer ones are for the page: a sentence cut short would mislead."""


@public
@limited(DOWNLOAD, READING)
def plaque(finess: str) -> BaseResponse:
    found = read_documents(Kind.ESTABLISHMENT, [finess], dated=False).get(finess)
    if not isinstance(found, PublishedEstablishment) or found.category_code != CPTS_CATEGORY:
        abort(404)
    data = document(found, [commune.name for commune in establishment_page(finess).zone.communes])
    response = Response(make_pdf("plaque", data), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="plaque-{file_name(data["title"])}.pdf"'
    return response


def document(found: PublishedEstablishment, communes: Sequence[str]) -> dict[str, Any]:
    """For templates/pdf/plaque.typ."""
    title = name_fr(found.operational_name or found.name)
    url = current_settings().public_address(url_for("establishments.page", finess=found.finess))
    hours = found.opening_hours or ""
    place, names = found.address, sorted(communes, key=sort_key)
    town = " ".join(filter(None, (place.postcode, name_fr(place.city or ""))))
    return {
        "title": title,
        "what": WHAT,
        "phone": phone_fr(found.phone) if found.phone else "",
        "hours": hours_fr(hours) if len(hours) <= LONGEST_HOURS else "",
        "address": [line for line in (street_fr(place.street or ""), place.extra, town) if line],
        "where": f"Elle intervient dans {plural(len(names), 'commune')}",
        "communes": [*(first_ones(names, most) for most in SHOWN_COMMUNES), ""],
        "qr": qr_code(url),
        "qr_alt": f"Code QR qui ouvre la page {url}",
        "scan": "Visez ce code avec votre téléphone pour ouvrir la page de la CPTS, toujours à jour.",
        "url": url.partition("://")[2],
        "portal": current_settings().portal_name,
        "made": f"Document du {date_fr(clock.now())}",
    }


def qr_code(text: str) -> str:
    """As SVG, with its quiet zone. A quarter of a worn plaque may be lost (level Q)."""
    drawn = io.BytesIO()
    segno.make(text, error="q", micro=False).save(drawn, kind="svg", border=4, dark="#000", light="#fff")
    return drawn.getvalue().decode()
