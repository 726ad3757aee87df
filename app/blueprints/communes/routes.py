"""`/ma-cpts`, what it suggests while somebody types; `/couverture` and its file."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.communes import covering
from app.blueprints.establishments.presentation import place_name
from app.queries.commune_choices import SHORTEST
from app.queries.commune_finder import LONGEST, How, Meant, meant_by
from app.queries.nearest_cpts import nearest_cpts
from app.queries.places import commune_page
from app.settings import current_settings
from app.web.access import public
from app.web.htmx import page_or_fragment, wants_fragment

bp = Blueprint("communes", __name__)
covering.register(bp)


@bp.get("/ma-cpts")
@public
def find() -> BaseResponse:
    """The page of the commune when the text names it; otherwise what was understood, or the communes to choose from."""
    typed = _typed()
    meant = meant_by(typed, current_settings().region_code)
    if meant.how is How.NAMED and meant.only and not wants_fragment():
        return redirect(url_for("establishments.commune", insee=meant.only.insee), code=303)
    place = commune_page(meant.only.insee) if meant.only else None
    return page_or_fragment(
        "communes/find.html",
        "communes/_found.html",
        typed=typed,
        meant=meant,
        place=place,
        near=nearest_cpts(place.commune) if place and not place.cpts else [],
        place_name=place_name,
    )


@bp.get("/ma-cpts/suggestions")
@public
def suggestions() -> Response:
    typed = _typed()
    meant = meant_by(typed, current_settings().region_code) if len(typed) >= SHORTEST else Meant()
    return page_or_fragment("communes/suggestions.html", "communes/_suggestions.html", typed=typed, meant=meant)


def _typed() -> str:
    return " ".join(request.args.get("q", "")[:LONGEST].split())
