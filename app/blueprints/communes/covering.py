"""`/couverture`: the communes of the region that a CPTS serves, the others, and the file of these."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, Response, abort, request
from werkzeug.wrappers import Response as BaseResponse

from app import clock
from app.domain.coverage import Count, Ground, Service, by_departement, count
from app.domain.territories import CITY_OF, DEPARTEMENTS, REGIONS
from app.queries.coverage import Coverage, postcodes_of, read_coverage
from app.settings import current_settings
from app.web.access import public
from app.web.coverage_map import coverage_map
from app.web.csv_files import csv_file
from app.web.french import sort_key
from app.web.htmx import page_or_fragment
from app.web.limits import DOWNLOAD, READING, limited

HEADER = ("code_insee", "commune", "codes_postaux", "departement", "population")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. `white`: the communes without a CPTS, in the order of a dictionary."""

    departement: str
    name: str
    count: Count
    white: list[Ground]


def register(bp: Blueprint) -> None:
    bp.get("/couverture")(coverage)
    bp.get("/couverture/communes-sans-cpts.csv")(white_communes)


@public
def coverage() -> Response:
    where, found = _asked()
    rows = [Row(code, _name(code), count(own), _white(own)) for code, own in by_departement(found.grounds).items()]
    parts = any(one.insee in CITY_OF for one in found.grounds)
    place = _name(where) if where else REGIONS[current_settings().region_code]
    return page_or_fragment(
        "communes/coverage.html",
        "communes/_coverage.html",
        rows=rows,
        total=count(found.grounds),
        where=where,
        place=place,
        map=coverage_map(found.grounds, found.shapes, {row.departement: row.name for row in rows}, place),
        undrawn=_undrawn(found),
        divided=found.divided if parts else [],
        whole=sorted(found.whole.values()) if parts else [],
        today=clock.now(),
    )


@public
@limited(DOWNLOAD, READING)
def white_communes() -> BaseResponse:
    """Those of the region, or of the département of the parameter `dept`."""
    where, found = _asked()
    white = _white(found.grounds)
    postcodes = postcodes_of([ground.insee for ground in white])
    return csv_file(
        f"communes-sans-cpts{'-' + where if where else ''}",
        HEADER,
        (
            (one.insee, one.name, " ".join(postcodes.get(one.insee, ())), one.departement, one.population)
            for one in white
        ),
    )


def _asked() -> tuple[str, Coverage]:
    """The département asked for, if any, and what it covers; 404 outside the region."""
    region, where = current_settings().region_code, request.args.get("dept", "")
    if where and (where not in DEPARTEMENTS or DEPARTEMENTS[where].region != region):
        abort(404)
    found = read_coverage(region)
    if not where:
        return where, found
    own = [one for one in found.grounds if one.departement == where]
    return where, replace(found, grounds=own)


def _white(grounds: list[Ground]) -> list[Ground]:
    return sorted(
        (one for one in grounds if one.service is Service.WHITE), key=lambda one: (sort_key(one.name), one.insee)
    )


def _undrawn(found: Coverage) -> int:
    """Communes without a contour, on the map of the others."""
    return sum(not {one.insee, CITY_OF.get(one.insee)} & found.shapes.keys() for one in found.grounds)


def _name(departement: str) -> str:
    known = DEPARTEMENTS.get(departement)
    return known.name if known else departement
