"""The demonstration's registers, read by the importers of the command line, and what no register says."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.domain.import_report import ImportReport
from app.integrations.registers.loading import (
    load_communes,
    load_finess,
    load_groupings,
    load_rpps,
    load_zones,
)
from app.models import Contact, Establishment, EstablishmentAlias, Telecom, Unit, UnitActivity, UnitCommune
from app.models.establishment import CPTS_UNIT_TYPE
from app.search.index import index_establishments
from app.usecases.registers.run import Import

DATA = Path(__file__).parent / "data"
MAP_SOURCE = "Carte schématique de démonstration, calculée autour du centre des communes"
DETAILS = (
    "opening_hours",
    "admission_conditions",
    "reception_conditions",
    "regulator_info",
    "min_age",
)


def load_registers() -> None:
    """Communes with their map, EPCI, FINESS, zones, RPPS, descriptions. Raises ValueError on a rejected line."""
    load_communes(
        _run(),
        main=DATA / "communes.csv",
        former=DATA / "communes-anciennes.csv",
        contours_file=DATA / "contours.geojson",
        contours_source=MAP_SOURCE,
    )
    load_groupings(_run(), DATA / "epci.csv")
    load_finess(_run(), [DATA / "finess-entites-juridiques.csv", DATA / "finess-etablissements.csv"])
    load_zones(_run(), DATA / "zones.csv")
    load_rpps(_run(), DATA / "professionnels.txt")
    describe(json.loads((DATA / "descriptions.json").read_text(encoding="utf-8")))
    db.session().commit()


def _run() -> Import:
    """An import that suffers no rejected line: the files are ours."""

    def refuse(note: object) -> None:
        raise ValueError(f"the demonstration's own file is at fault: {note}")

    return Import(ImportReport(on_note=refuse))


def describe(descriptions: dict[str, dict[str, Any]]) -> None:
    """Addresses, hours, activities, contacts and further units of each CPTS, by FINESS number."""
    session = db.session()
    for finess, told in descriptions.items():
        place = session.get_one(Establishment, finess)
        place.email, place.website = told.get("email"), told.get("website")
        place.opening_hours = told.get("opening_hours")
        place.aci_signed_on = date.fromisoformat(told["aci_signed_on"]) if "aci_signed_on" in told else None
        session.add_all(EstablishmentAlias(finess=finess, alias=alias) for alias in told.get("aliases", ()))
        unit = session.scalars(sa.select(Unit).where(Unit.establishment_finess == finess)).one()
        _complete(unit, told["unit"])
        for other in told.get("other_units", ()):
            _complete(_open(place, unit, other), other)
    session.flush()
    index_establishments(session, sorted(descriptions))


def _open(place: Establishment, first: Unit, told: dict[str, Any]) -> Unit:
    """A further unit, of the same type and with the same fixed codes as the first."""
    unit = Unit(
        establishment_finess=place.finess,
        name=told["name"],
        type_code=CPTS_UNIT_TYPE,
        type_label=first.type_label,
        care_mode_code=first.care_mode_code,
        activity_field_code=first.activity_field_code,
        updated_at=clock.now(),
    )
    db.session().add(unit)
    db.session().flush()
    db.session().add_all(UnitCommune(unit_id=unit.id, insee=insee) for insee in told["communes"])
    return unit


def _complete(unit: Unit, told: dict[str, Any]) -> None:
    session = db.session()
    for name in DETAILS:
        if name in told:
            setattr(unit, name, told[name])
    known = set(session.scalars(sa.select(UnitActivity.code).where(UnitActivity.unit_id == unit.id)))
    for code, label in told["activities"].items():
        if code not in known:
            session.add(UnitActivity(unit_id=unit.id, code=code, label=label))
    for position, contact in enumerate(told["contacts"], start=2):  # the first is the register's own phone
        level = contact["confidentiality"]
        telecom = Telecom(
            position=1,
            channel_code=contact["channel"],
            value=contact["value"],
            extension=contact.get("extension"),
            confidentiality=level,
        )
        session.add(
            Contact(
                establishment_finess=unit.establishment_finess,
                unit_id=unit.id,
                position=position,
                nature_code=contact["nature"],
                confidentiality=level,
                telecoms=[telecom],
            )
        )
