"""What the public pages show that no table holds: breadcrumb, map, completeness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import url_for

from app.blueprints.descriptions.views import BoxView, Views
from app.domain.completeness import Completeness, Expected, expected_of
from app.domain.directory import CPTS_GROUP
from app.domain.map_frames import frame_of
from app.domain.sas_states import SasState
from app.domain.sheets.catalogue import SheetKind
from app.domain.territories import COLLECTIVITIES, DEPARTEMENTS, REGIONS, departement_name
from app.models import Establishment, Unit
from app.policies.actor import Role
from app.policies.permissions import Permission
from app.queries.nearest_cpts import NearCpts
from app.queries.places import CommunePage, Zone, shapes_within
from app.queries.sas_states import read_states
from app.queries.sheets import SheetRef
from app.web.access import can, current_actor
from app.web.french import km_fr, phone_fr, plural
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
    ticked = CPTS_GROUP if mine else None
    here = url_for("directory.page", type=ticked, dept=establishment.departement, open=establishment.finess)
    page = url_for("establishments.page", finess=establishment.finess)
    trail: list[Crumb] = [("Accueil", "/")]
    if departement:
        trail += [(REGIONS[departement.region], url_for("directory.page", type=ticked)), (departement.name, here)]
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


def sas_state(establishment: Establishment, views: Mapping[SheetRef, Views]) -> SasState | None:
    """Whether the regulators see the CPTS; `views`: of those who keep it, with every open unit. Five statements."""
    if not establishment.is_cpts or not can(Permission.SAS_READ, establishment):
        return None
    known = {ref: {key: view.values for key, view in boxes.items()} for ref, boxes in views.items()}
    return read_states([establishment.finess], known=known).get(establishment.finess)


def description(establishment: Establishment, views: Mapping[SheetRef, Views]) -> Completeness:
    """« 13 informations sur 15 »: of the establishment and of each unit, with the way to the very field.

    Without a unit, what one would say is missing: a dossier describes it.
    """
    units = [ref for ref in views if ref.unit_id is not None]
    items = [item for ref in views for item in _expected(views[ref], named=len(units) > 1)]
    if not units:
        open_dossier = can(Permission.DOSSIER_CREATE, establishment)
        link = f"/dossiers/nouveau?finess={establishment.finess}" if open_dossier else ""
        items += [replace(item, link=link) for item in expected_of(SheetKind.UO, {})]
    return Completeness(tuple(items))


def commune_words(place: CommunePage, near: Sequence[NearCpts]) -> str:
    """The page of a commune in a sentence or two, for search engines."""
    where = f"{place.commune.name} ({departement_name(place.commune.departement) or place.commune.departement})"
    names = [name_fr(row[0].name) for row in place.cpts]
    if len(names) == 1:
        phone = place.cpts[0][0].phone
        return f"{names[0]} intervient à {where}." + (f" Téléphone\u00a0: {phone_fr(phone)}." if phone else "")
    if names:
        return f"{len(names)} CPTS interviennent à {where}\u00a0: {', '.join(names)}."
    told = f"Aucune CPTS ne déclare intervenir à {where}."
    if near:
        closest = name_fr(near[0].establishment.name)
        told += f" La plus proche\u00a0: {closest}, à {km_fr(near[0].kilometres)} à vol d’oiseau."
    return told


def _expected(views: Views, *, named: bool) -> list[Expected]:
    ref = next(iter(views.values())).ref
    unit = views["offre"].values["name"] if named and ref.unit_id is not None else ""
    return [
        replace(item, link=_way_to(views[item.box], item.key), detail=name_fr(unit) if unit else _how_much(views, item))
        for item in expected_of(ref.kind, {key: view.values for key, view in views.items()})
    ]


def _way_to(view: BoxView, key: str) -> str:
    name = view.names(key)
    return f"{view.edit}?champ={name}#{name}" if view.edit else ""


def _how_much(views: Views, item: Expected) -> str:
    return plural(len(views["zone"].values["communes"]), "commune") if item.key == "communes" and item.given else ""
