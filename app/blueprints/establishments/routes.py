"""Establishment, unit, commune: everybody reads them, managers see more on the same page."""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.blueprints.descriptions.views import views_of
from app.blueprints.descriptions.zone_board import ZoneBoard
from app.blueprints.establishments import contact, filters
from app.blueprints.establishments.linked import linked, linked_commune
from app.blueprints.establishments.plaque import plaque
from app.blueprints.establishments.presentation import (
    commune_words,
    crumbs,
    description,
    place_name,
    sas_state,
    zone_picture,
)
from app.domain.territories import REGIONS
from app.models import Establishment
from app.policies.permissions import Permission
from app.policies.rules import allows
from app.queries import establishments, places
from app.queries.nearest_cpts import nearest_cpts
from app.queries.sheets import SheetRef
from app.web.access import current_actor, public
from app.web.htmx import page_or_fragment, wants_fragment

bp = Blueprint("establishments", __name__)
bp.record_once(lambda state: filters.register(state.app.jinja_env))
contact.register(bp)
bp.get("/etablissements/<finess>/plaque.pdf")(plaque)


@bp.get("/etablissements/<finess>")
@public
def page(finess: str) -> Response:
    found = establishments.establishment(finess) or abort(404)
    insider = _is_insider(found)
    read = establishments.establishment_page(finess, sensitive=insider)
    refs = [SheetRef(finess), *(SheetRef(finess, unit.id) for unit in read.units if insider)]
    views = views_of(found, refs, insider=insider)
    return page_or_fragment(
        "establishments/page.html",
        "establishments/_establishment.html",
        establishment=found,
        insider=insider,
        units=read.units,
        boxes=views[refs[0]],
        zone=read.zone,
        zone_view=views[refs[1]]["zone"] if len(refs) == 2 else None,
        map=zone_picture(read.zone, seat=found.commune_insee, departement=found.departement),
        officers=read.officers,
        unverified=read.unverified if found.is_cpts else None,
        corrections=read.corrections,
        crumbs=crumbs(found),
        completeness=description(found, views) if insider else None,
        sas=sas_state(found, views) if insider else None,
        linked=None if insider or wants_fragment() else linked(finess, read.zone),
    )


@bp.get("/unites/<int:unit_id>")
@public
def unit(unit_id: int) -> Response:
    found = establishments.unit(unit_id) or abort(404)
    insider = _is_insider(found.establishment)
    if found.sensitive and not insider:
        abort(404)
    read = establishments.unit_page(unit_id, page=request.args.get("page", 1, type=int), everyone=insider)
    zone, seat = read.zone, found.establishment.commune_insee
    where, board = found.establishment.departement, None
    if insider:
        codes = frozenset(commune.insee for commune in zone.communes)
        board = ZoneBoard(codes, codes, found.establishment_finess, seat, place_name(where))
    ref = SheetRef(found.establishment_finess, unit_id)
    return page_or_fragment(
        "establishments/unit.html",
        "establishments/_unit.html",
        unit=found,
        establishment=found.establishment,
        insider=insider,
        boxes=views_of(found.establishment, [ref], insider=insider)[ref],
        zone=zone,
        map=board.map if board else zone_picture(zone, seat=seat, departement=where),
        board=board,
        attachments=read.attachments,
        crumbs=crumbs(found.establishment, found),
    )


@bp.get("/communes/<insee>")
@public
def commune(insee: str) -> Response | BaseResponse:
    found = places.commune_page(insee)
    if found is None:
        successor = places.successor_of(insee) or abort(404)
        return redirect(url_for("establishments.commune", insee=successor), code=301)
    near = [] if found.cpts else nearest_cpts(found.commune)
    return page_or_fragment(
        "establishments/commune.html",
        "establishments/_commune.html",
        place=found,
        near=near,
        told=commune_words(found, near),
        linked=None if wants_fragment() else linked_commune(found),
        commune=found.commune,
        departement=place_name(found.commune.departement),
        region=REGIONS.get(found.commune.region, ""),
    )


def _is_insider(establishment: Establishment) -> bool:
    """President, référents and the service centre also see what the public does not."""
    return allows(Permission.MANDATE_READ_CHAIN, current_actor(), establishment)
