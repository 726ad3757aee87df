"""The reference registers (`shared/data`), read by the importers, for the relevance test. Skipped where absent."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.domain.import_report import ImportReport
from app.integrations.registers.loading import load_communes, load_finess, load_zones
from app.models import Establishment
from app.search.normalise import key
from app.usecases.registers.run import Import

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
COMMUNES, FORMER = DATA / "communes.csv", DATA / "communes-anciennes.csv"
FINESS = (DATA / "finess-ej-cpts-paca.synthetic.csv", DATA / "finess-cpts-paca.synthetic.csv")
HOSPITALS = DATA / "finess-raw-slice.csv"
ZONES = DATA / "zones-cpts-paca.csv"
QUERIES, CPTS = DATA / "relevance-queries.csv", DATA / "cpts.csv"


def skip_without_registers() -> None:
    missing = [path.name for path in (COMMUNES, FORMER, *FINESS, HOSPITALS, ZONES, QUERIES, CPTS) if not path.exists()]
    if missing:
        pytest.skip(f"The reference registers are not on this machine: no {missing[0]} in {DATA}.")


def load_registers() -> None:
    """Communes of France, hospitals of the real slice, CPTS of PACA with legal entities and zones. Not committed."""
    load_communes(Import(ImportReport()), main=COMMUNES, former=FORMER)
    load_finess(Import(ImportReport()), [*FINESS, HOSPITALS])
    load_zones(Import(ImportReport()), ZONES)


def read_table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def numbers_of_cpts(session: Session) -> dict[str, str]:
    """FINESS number by `cpts_id`, met by the names of both lists."""
    known = {}
    for finess, name, long_name in session.query(Establishment.finess, Establishment.name, Establishment.long_name):
        known[key(long_name or "")] = known[key(name)] = finess
    rows = ((row["cpts_id"], key(row["name"])) for row in read_table(CPTS))
    return {cpts_id: known[name] for cpts_id, name in rows if name in known}
