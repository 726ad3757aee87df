"""What the public pages show that no table holds: breadcrumb, map, completeness."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

from app.domain.completeness import Completeness, Expected
from app.domain.directory import CPTS_GROUP
from app.domain.map_frames import frame_of
from app.domain.territories import COLLECTIVITIES, DEPARTEMENTS, REGIONS
from app.models import Establishment, Unit
from app.policies.actor import Role
from app.queries.establishments import Officer
from app.queries.places import Zone, shapes_within
from app.web.access import current_actor
from app.web.french import plural
from app.web.names import name_fr
from app.web.zone_map import ZoneMap, zone_map

Crumb = tuple[str, str | None]


def place_name(departement: str) -> str:
    """`Vaucluse (84)`; the code alone when it is not one."""
    known = DEPARTEMENTS.get(departement)
    name = known.name if known else COLLECTIVITIES.get(departement)
    return f"{name} ({departement})" if name else departement


def crumbs(establishment: Establishment, unit: Unit | None = None) -> list[Crumb]:
    """Région › département › entité juridique › établissement › unité (S-039).

    The département opens the répertoire at this CPTS, with the box of the CPTS ticked for those in office (S-091).
    """
    departement = DEPARTEMENTS.get(establishment.departement)
    mine = current_actor().mandate_in(establishment.finess, Role.PRESIDENT, Role.REFERENT) is not None
    boxes = {"type": CPTS_GROUP} if mine else {}
    here = url_for("directory.page", **boxes, dept=establishment.departement, open=establishment.finess)
    page = url_for("establishments.page", finess=establishment.finess)
    trail: list[Crumb] = [("Accueil", "/")]
    if departement:
        trail += [(REGIONS[departement.region], url_for("directory.page", **boxes)), (departement.name, here)]
    entity = establishment.legal_entity
    if entity:
        trail.append((f"EJ {entity.finess}", f"{page}#entite-juridique"))
    trail.append((name_fr(establishment.name), page if unit else None))
    if unit:
        own = name_fr(unit.name)
        trail.append((own if own != name_fr(establishment.name) else "Unité opérationnelle", None))
    return trail


def zone_picture(zone: Zone, *, seat: str | None, departement: str) -> ZoneMap | None:
    """The map of a zone among its neighbours; None without contours (one statement otherwise)."""
    if not zone.shapes:
        return None
    frame = frame_of(zone.shapes)
    around = shapes_within(frame.left, frame.top, frame.left + frame.width, frame.top + frame.height)
    return zone_map(zone.shapes, around, seat=seat, place=place_name(departement))


def description(establishment: Establishment, zone: Zone, officers: Sequence[Officer]) -> Completeness:
    """What this CPTS says about itself, for those who keep its page."""
    return Completeness(
        (
            Expected("Téléphone standard", bool(establishment.phone), essential=True),
            Expected("Adresse postale", bool(establishment.street and establishment.city), essential=True),
            Expected(
                "Zone d’intervention",
                bool(zone.communes),
                essential=True,
                detail=plural(len(zone.communes), "commune") if zone.communes else "",
            ),
            Expected("Présidence", any(officer.role == "president" and not officer.to_confirm for officer in officers)),
            Expected("Référent établissement", any(officer.role == "referent" for officer in officers)),
            Expected("Courriel", bool(establishment.email)),
            Expected("Horaires du secrétariat", bool(establishment.opening_hours)),
            Expected("Site internet", bool(establishment.website)),
        )
    )
