"""What robots read first: robots.txt, and the sitemap as an index of files (sitemaps.org), written while it is sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from flask import Blueprint, Response, abort, url_for

from app.blueprints.open_data.files import address
from app.domain.open_records import stamp
from app.queries import sitemap
from app.settings import current_settings
from app.web.access import public
from app.web.downloads import streamed, unchanged
from app.web.indexing import ALONE
from app.web.limits import DOWNLOAD, READING, limited

XML = "application/xml; charset=utf-8"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
OPENING = '<?xml version="1.0" encoding="UTF-8"?>\n'
FILE = re.compile(r"(?P<kind>etablissements|communes)-(?P<number>[1-9][0-9]{0,4})")
PAGES = "pages"
CLOSED = (
    "/recherche",
    "/connexion",
    "/mot-de-passe",
    "/suivi",
    "/invitations/",
    "/c-est-exact/",
    "/c-est-vous/",
    "/second-facteur/",
    "/mon-",
    "/mes-",
    "/centre",
    "/dossiers",
    "/fhir/",
)
"""Where robots have nothing to read: searches that name people, links of one person, spaces behind a sign-in."""
Url = tuple[str, datetime | None]


def register(bp: Blueprint) -> None:
    bp.get("/robots.txt")(robots)
    bp.get("/sitemap.xml")(index)
    bp.get("/sitemaps/<sitemap>.xml")(file)


@public(cacheable=True)
def robots() -> Response:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), f"Sitemap: {address('/sitemap.xml')}"]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public(cacheable=True)
def index() -> Response:
    counted = sitemap.files(current_settings().region_code)
    files: list[Url] = [(f"/sitemaps/{PAGES}.xml", None)]
    for kind, (count, changed) in counted.items():
        files += [(f"/sitemaps/{kind}-{number}.xml", changed) for number in range(1, count + 1)]
    return Response("".join(_document("sitemapindex", "sitemap", files)), content_type=XML)


@public(cacheable=True)
@limited(DOWNLOAD, READING)
def file(sitemap: str) -> Response:
    if sitemap == PAGES:
        urls = [(url_for(name), None) for name in ALONE]
        return Response("".join(_document("urlset", "url", urls)), content_type=XML)
    found = FILE.fullmatch(sitemap) or abort(404)
    return _places(found["kind"], int(found["number"]))


def _places(kind: str, number: int) -> Response:
    region = current_settings().region_code
    count, changed = sitemap.files(region)[kind]
    if number > count:
        abort(404)
    etag = f"{kind}-{number}-{count}-{stamp(changed)}"
    if kind == sitemap.ESTABLISHMENTS:
        urls: Iterable[Url] = ((f"/etablissements/{key}", at) for key, at in sitemap.establishments(number))
        response = unchanged(etag, changed)
    else:
        urls = ((f"/communes/{key}", None) for key, _ in sitemap.communes(number, region))
        response = None
    return response or streamed(_document("urlset", "url", urls), XML, etag, changed)


def _document(root: str, item: str, urls: Iterable[Url]) -> Iterator[str]:
    """Keys of the registers and paths of ours: nothing in them needs escaping."""
    yield f'{OPENING}<{root} xmlns="{NAMESPACE}">\n'
    for path, changed in urls:
        dated = f"<lastmod>{stamp(changed)}</lastmod>" if changed else ""
        yield f"<{item}><loc>{address(path)}</loc>{dated}</{item}>\n"
    yield f"</{root}>\n"
