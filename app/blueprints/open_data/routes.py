"""Open data: the page, the files, their schemas (S-153, S-154). Public; no person is in them."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, jsonify, render_template

from app.blueprints.open_data import feeds, files, site, widget
from app.blueprints.open_data.scope import Scope, asked, departements
from app.domain.open_records import stamp
from app.domain.open_schemas import file_schema
from app.domain.open_tables import LICENCE, LICENCE_URL, TABLES, table_schema
from app.queries import open_data
from app.settings import current_settings
from app.web import csv_files
from app.web.access import public
from app.web.downloads import streamed, unchanged
from app.web.limits import DOWNLOAD, READING, limited
from app.web.linked_data import Linked, dataset
from app.web.security_headers import shared

bp = Blueprint("open_data", __name__)
PAGE = "/donnees-ouvertes"
JSON, GEOJSON = "application/json", "application/geo+json"
DOWNLOADS = (
    (f"{PAGE}/cpts.csv", "text/csv"),
    (f"{PAGE}/zones.csv", "text/csv"),
    (f"{PAGE}/cpts.json", JSON),
    (f"{PAGE}/cpts.geojson", GEOJSON),
)
NO_COMMUNE = ("00000", "votre commune")
for part in (feeds, site, widget):
    part.register(bp)


@bp.get(PAGE)
@public
def page() -> str:
    region = Scope(current_settings().region_code, None)
    counted = open_data.counts(region.departements)
    current = open_data.edition(region.departements)
    example = open_data.example(region.departements) or NO_COMMUNE
    return render_template(
        "open_data/page.html",
        departements=departements(region.region),
        counts=counted,
        published=sum(one.published for one in counted.values()),
        known=sum(one.known for one in counted.values()),
        edition=current,
        licence=(LICENCE, LICENCE_URL),
        source=files.source(),
        example=example,
        snippet=_snippet(*example),
        linked=_linked(current.dated),
    )


@bp.get(f"{PAGE}/cpts.csv")
@public(cacheable=True)
@limited(DOWNLOAD, READING)
def cpts_csv() -> Response:
    return _file("cpts", "csv", csv_files.CONTENT_TYPE, files.csv_file("cpts"))


@bp.get(f"{PAGE}/zones.csv")
@public(cacheable=True)
@limited(DOWNLOAD, READING)
def zones_csv() -> Response:
    return _file("zones", "csv", csv_files.CONTENT_TYPE, files.csv_file("zones"))


@bp.get(f"{PAGE}/cpts.json")
@public(cacheable=True)
@limited(DOWNLOAD, READING)
def cpts_json() -> Response:
    return _file("cpts", "json", JSON, files.json_file)


@bp.get(f"{PAGE}/cpts.geojson")
@public(cacheable=True)
@limited(DOWNLOAD, READING)
def cpts_geojson() -> Response:
    return _file("cpts", "geojson", GEOJSON, files.geojson_file)


@bp.get(f"{PAGE}/schema.json")
@public(cacheable=True)
def schema() -> Response:
    return shared(jsonify(file_schema(files.address(f"{PAGE}/schema.json"))))


@bp.get(f"{PAGE}/cpts.tableschema.json")
@public(cacheable=True)
def cpts_schema() -> Response:
    return shared(jsonify(table_schema(TABLES["cpts"], files.address(PAGE))))


@bp.get(f"{PAGE}/zones.tableschema.json")
@public(cacheable=True)
def zones_schema() -> Response:
    return shared(jsonify(table_schema(TABLES["zones"], files.address(PAGE))))


def _linked(dated: datetime | None) -> Linked:
    name, region = "CPTS publiées", current_settings().region_name
    told = (
        f"Les communautés professionnelles territoriales de santé de la région {region}, leurs unités et leurs zones."
    )
    return dataset(f"{name}, {region}", told, files.source(), stamp(dated), DOWNLOADS)


def _snippet(insee: str, name: str) -> str:
    """A link, which suffices, and the frame that says the same in place."""
    page, frame = files.address(f"/communes/{insee}"), files.address(f"/widget/commune/{insee}")
    return (
        f'<p><a href="{page}">Trouver la CPTS ({name})</a></p>\n'
        f'<iframe src="{frame}" title="La CPTS ({name})" width="320" height="240" loading="lazy"></iframe>'
    )


def _file(name: str, ending: str, content_type: str, write: files.Writer) -> Response:
    """The file that was asked for, or 304 when its reader has it."""
    scope = asked()
    edition = open_data.edition(scope.departements)
    etag = f"{name}.{ending}-{scope.name}-{edition.stamp}"
    response = unchanged(etag, edition.dated)
    if response is None:
        pieces = write(open_data.records(scope.departements), scope, edition)
        response = streamed(pieces, content_type, etag, edition.dated)
        day = f"-{edition.dated:%Y-%m-%d}" if edition.dated else ""
        response.headers["Content-Disposition"] = f'attachment; filename="{name}-{scope.name}{day}.{ending}"'
    response.headers["Link"] = f'<{LICENCE_URL}>; rel="license"'
    return shared(response)
