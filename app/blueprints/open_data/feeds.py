"""The Atom feed of a département (RFC 4287): each entry is what changed in a CPTS at one moment, in French."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from flask import Blueprint, Response

from app.blueprints.memory.presentation import RESERVED, public_sentences
from app.blueprints.open_data.files import address, source
from app.blueprints.open_data.scope import of_departement
from app.domain.open_records import stamp
from app.domain.open_tables import LICENCE, LICENCE_URL
from app.domain.sheets.words import Labels
from app.domain.territories import Departement
from app.models import Revision
from app.queries.history import Line, labels_for
from app.queries.open_changes import OpenChange, Told, changes
from app.queries.published import last_change
from app.settings import current_settings
from app.web.access import public
from app.web.downloads import streamed, unchanged
from app.web.french import date_fr
from app.web.names import name_fr
from app.web.security_headers import shared

ATOM = "http://www.w3.org/2005/Atom"
CONTENT_TYPE = "application/atom+xml; charset=utf-8"
UNREADABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, whatever somebody typed."""
ET.register_namespace("", ATOM)


def register(bp: Blueprint) -> None:
    bp.get("/donnees-ouvertes/departements/<departement>.atom")(departement_feed)


@public(cacheable=True)
def departement_feed(departement: str) -> Response:
    place = of_departement(departement).chosen
    assert place is not None  # noqa: S101 – of_departement names one
    dated = last_change()
    etag = f"atom-{place.code}-{dated.timestamp():.6f}"
    response = unchanged(etag, dated) or streamed([_feed(place, dated)], CONTENT_TYPE, etag, dated)
    return shared(response)


def _feed(place: Departement, dated: datetime) -> str:
    found = changes(place.code)
    labels = labels_for(values for change in found for sheet in change.sheets for values in _values(sheet))
    here = f"/donnees-ouvertes/departements/{place.code}.atom"
    feed = ET.Element(f"{{{ATOM}}}feed", {"xml:lang": "fr"})
    _text(feed, "id", _tag(f"departement/{place.code}"))
    _text(feed, "title", f"CPTS\u00a0: ce qui change, {place.name} ({place.code})")
    _text(feed, "subtitle", "Publications, changements et retraits, tels que chacun peut les lire dans le portail.")
    _text(feed, "updated", stamp(found[0].at if found else dated) or "")
    _link(feed, "self", address(here), "application/atom+xml")
    _link(feed, "alternate", address(f"/repertoire?dept={place.code}"), "text/html")
    _link(feed, "license", LICENCE_URL, "text/html")
    _text(_under(feed, "author"), "name", source())
    _text(feed, "rights", LICENCE)
    for change in found:
        _entry(feed, change, labels)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="unicode")


def _entry(feed: ET.Element, change: OpenChange, labels: Labels) -> None:
    entry = _under(feed, "entry")
    gone = any(sheet.gone and sheet.sheet.startswith("eg-") for sheet in change.sheets)
    born = any(sheet.version == 1 and sheet.sheet.startswith("eg-") for sheet in change.sheets)
    kind = "retrait" if gone else "publication" if born else "changement"
    _text(entry, "id", _tag(f"cpts/{change.finess}/{change.at.timestamp():.6f}"))
    _text(entry, "title", f"{name_fr(change.name)}\u00a0: {TITLES[kind]}")
    _text(entry, "updated", stamp(change.at) or "")
    if change.served:
        _link(entry, "alternate", address(f"/etablissements/{change.finess}"), "text/html")
    _under(entry, "category", term=kind)
    _text(entry, "summary", "\n".join(_sentences(change, labels)) or "Ce qui est publié a changé.")


TITLES = {
    "retrait": "la CPTS n’est plus publiée",
    "publication": "la CPTS est publiée",
    "changement": "des informations ont changé",
}


def _sentences(change: OpenChange, labels: Labels) -> Iterable[str]:
    for sheet in change.sheets:
        unit = sheet.sheet.startswith("uo-")
        what = f"L’unité {name_fr(sheet.name)}" if unit and sheet.name else "Une unité" if unit else "La CPTS"
        if sheet.gone:
            yield f"{what} n’est plus publiée."
        elif sheet.version == 1:
            yield f"{what} est publiée."
        elif said := _said(sheet, labels):
            yield f"{what}, le {date_fr(sheet.revised_at)}\u00a0: {' ; '.join(said)}.".replace(" ;", "\u202f;")


def _said(sheet: Told, labels: Labels) -> list[str]:
    """As the public reads it in the history of the CPTS."""
    line = Line(Revision(), None, None, None, list(sheet.boxes))
    return [said for said in public_sentences(line, {}, labels, ()) if said != RESERVED]


def _values(sheet: Told) -> list[dict[str, object] | None]:
    return [values for box in sheet.boxes for values in (box.before, box.after)]


# ── writing ─────────────────────────────────────────────────────────────────


def _tag(path: str) -> str:
    """RFC 4151: the same for ever, wherever the portal moves within its name."""
    return f"tag:{urlsplit(current_settings().public_url).hostname},2026:{path}"


def _under(parent: ET.Element, name: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{ATOM}}}{name}", attributes)


def _text(parent: ET.Element, name: str, text: str) -> None:
    _under(parent, name).text = UNREADABLE.sub("", text)


def _link(parent: ET.Element, rel: str, href: str, type_: str) -> None:
    _under(parent, "link", rel=rel, href=href, type=type_)
