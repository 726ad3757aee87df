"""FINESS coordinates, in the projection that the line names, as WGS84 degrees."""

from __future__ import annotations

import math
import re
from functools import lru_cache

from pyproj import Transformer
from pyproj.exceptions import CRSError

from app.integrations.registers.lines import LineRejected

WGS84 = 4326
LAMBERT_93 = 2154
PROJECTIONS = {
    "LAMBERT_93": LAMBERT_93,
    "UTM_N20": 5490,
    "UTM_N21": 4467,
    "UTM_N22": 2972,
    "UTM_S38": 4471,
    "UTM_S40": 2975,
}
"""Names of the older files: metropolitan France, Antilles, Saint-Pierre-et-Miquelon, Guyane, Mayotte, La Réunion."""
NORTHERNMOST = 60
"""No French territory lies further from the equator."""
_EPSG = re.compile(r"EPSG:([0-9]{4,6})", re.ASCII)

UNKNOWN_PROJECTION = "projection inconnue"
INVALID_COORDINATES = "coordonnées invalides"


def to_wgs84(x: str, y: str, source: str) -> tuple[float, float]:
    """Latitude and longitude. A source that names no projection means Lambert-93 (DOMAIN.md §6.2)."""
    try:
        easting, northing = float(x.replace(",", ".")), float(y.replace(",", "."))
    except ValueError:
        raise LineRejected(INVALID_COORDINATES, f"{x} {y}") from None
    longitude, latitude = _transformer(_projection(source)).transform(easting, northing)
    if not (math.isfinite(longitude) and abs(latitude) < NORTHERNMOST):
        raise LineRejected(INVALID_COORDINATES, f"{x} {y}")
    return round(latitude, 6), round(longitude, 6)


def _projection(source: str) -> int:
    match = _EPSG.search(source)
    if match:
        return int(match[1])
    return next((code for name, code in PROJECTIONS.items() if name in source.upper()), LAMBERT_93)


@lru_cache(maxsize=16)
def _transformer(projection: int) -> Transformer:
    try:
        return Transformer.from_crs(projection, WGS84, always_xy=True)
    except CRSError:
        raise LineRejected(UNKNOWN_PROJECTION, f"EPSG:{projection}") from None
