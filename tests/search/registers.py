"""The reference registers (`shared/data`) in a database, for the relevance test; skipped where they are absent.

Written straight into the tables: what is measured here is the search, the importers have their own tests.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from app import clock
from app.models import Commune, CommunePostcode, Establishment, FormerCommune, LegalEntity, Unit, UnitCommune
from app.models.establishment import CPTS_UNIT_TYPE

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
NEEDED = (
    "communes.csv",
    "communes-anciennes.csv",
    "finess-cpts-paca.synthetic.csv",
    "finess-ej-cpts-paca.synthetic.csv",
    "zones-cpts-paca.csv",
    "relevance-queries.csv",
    "cpts.csv",
)


def skip_without_registers() -> None:
    missing = [name for name in NEEDED if not (DATA / name).exists()]
    if missing:
        pytest.skip(f"The reference registers are not on this machine ({DATA}: no {missing[0]}).")


def read_table(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def read_finess(name: str, section: str) -> Iterator[list[str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from (line for line in csv.reader(file, delimiter=";") if line[0] == section)


def load(session: Session, *, hospitals: bool = False) -> None:
    """Communes of France, CPTS of PACA with their legal entities and zones; hospitals of the real slice on demand."""
    _communes(session)
    _legal_entities(session)
    _establishments(session, "finess-cpts-paca.synthetic.csv")
    if hospitals:
        _establishments(session, "finess-raw-slice.csv")
    _units(session)


def _communes(session: Session) -> None:
    communes = list(read_table("communes.csv"))
    session.execute(
        insert(Commune),
        [
            {
                "insee": row["insee_code"],
                "name": row["name"],
                "departement": row["departement"],
                "region": row["region"],
                "population": int(row["population"] or 0),
                "kind": row["type"],
                "parent_insee": row["parent_insee"] or None,
            }
            for row in communes
        ],
    )
    codes = [
        {"insee": row["insee_code"], "postcode": code}
        for row in communes
        for code in filter(None, row["postcodes"].split("|"))
    ]
    session.execute(insert(CommunePostcode), codes)
    known = {row["insee_code"] for row in communes}
    former = {
        (row["insee_code"], row["name"]): row["parent_insee"]
        for row in read_table("communes-anciennes.csv")
        if row["parent_insee"] in known
    }
    rows = [{"insee": insee, "name": name, "current_insee": now} for (insee, name), now in former.items()]
    session.execute(insert(FormerCommune), rows)


def _legal_entities(session: Session) -> None:
    rows = [
        {"finess": line[1], "name": line[2], "long_name": line[3] or None, "updated_at": clock.now()}
        for line in read_finess("finess-ej-cpts-paca.synthetic.csv", "structureej")
    ]
    session.execute(insert(LegalEntity), rows)


def _establishments(session: Session, name: str) -> None:
    entities = set(session.query(LegalEntity.finess).all())
    known = {finess for (finess,) in session.query(Establishment.finess)}
    communes = {insee for (insee,) in session.query(Commune.insee)}
    rows = [
        _establishment(line, {finess for (finess,) in entities}, communes)
        for line in read_finess(name, "structureet")
        if line[1] not in known
    ]
    session.execute(insert(Establishment), rows)


def _establishment(line: list[str], entities: set[str], communes: set[str]) -> dict[str, Any]:
    insee = line[13] + line[12]
    return {
        "finess": line[1],
        "legal_entity_finess": line[2] if line[2] in entities else None,
        "name": line[3],
        "long_name": line[4] or None,
        "category_code": line[18],
        "category_label": line[19],
        "street": " ".join(filter(None, line[7:11])) or None,
        "postcode": line[15][:5],
        "city": line[15][6:],
        "commune_insee": insee if insee in communes else None,
        "departement": line[13],
        "phone": line[16] or None,
        "updated_at": clock.now(),
    }


def _units(session: Session) -> None:
    zones: dict[str, list[str]] = {}
    for row in read_table("zones-cpts-paca.csv"):
        zones.setdefault(row["finess_eg"], []).append(row["insee_code"])
    names = dict(session.query(Establishment.finess, Establishment.name).all())
    for finess, insees in zones.items():
        unit = Unit(
            establishment_finess=finess,
            name=names[finess],
            type_code=CPTS_UNIT_TYPE,
            type_label="Communauté professionnelle territoriale de santé (CPTS)",
            updated_at=clock.now(),
        )
        session.add(unit)
        session.flush()
        session.execute(insert(UnitCommune), [{"unit_id": unit.id, "insee": insee} for insee in insees])
