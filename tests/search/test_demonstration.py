"""Relevance on the demonstration's own registers: the same kinds of questions as on the reference ones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from app import create_app, db
from app.demo.registers import load_registers
from app.models import Establishment
from app.search.results import Asked, find_results
from tests.support.backends import POSTGRES
from tests.support.reading import reading

COMTAT, APT, LUB, CEREBELLUM = "840021281", "840971048", "840971097", "840971022"
EXPECTED = {
    # names: accents, case, articles, apostrophes, dots, order, beginnings
    "CPTS comtat": COMTAT,
    "comtat venaissin": COMTAT,
    "VENAISSIN COMTAT": COMTAT,
    "c.p.t.s comtat": COMTAT,
    "communauté professionnelle territoriale de santé du Comtat Venaissin": COMTAT,
    "CPTS DU COMTAT VENAISSIN - 840021281": COMTAT,
    "pays d’apt": APT,
    "briancon ecrins": "050971126",
    "hyeres iles d or": "830971149",
    "verdon": "040971111",
    "antipoli": "060971132",
    # slips
    "comtat venaisin": COMTAT,
    "CTPS comtat": COMTAT,
    "contat venaissin": COMTAT,
    "santélub": LUB,
    "cpts pays dapt": APT,
    "antipolys": "060971132",
    # numbers
    "84 002 128 1": COMTAT,
    "840021273": COMTAT,
    # communes, post codes, arrondissements, former communes, addresses
    "84200": COMTAT,
    "Beaumes de Venise": COMTAT,
    "carpentra": COMTAT,
    "st didier": COMTAT,
    "isle sur la sorgue": CEREBELLUM,
    "Le Thor": CEREBELLUM,
    "marseille 6": "130971153",
    "Marseille 6ème": "130971153",
    "584 av victor hugo carpentras": COMTAT,
    "12 rue de la Poste 84380 Mazan": COMTAT,
    # other names
    "CPTS d'Orange": "840971071",
    "sud luberon": LUB,
    "contact@cpts-sante-lub.example": LUB,
}
NOTHING = ["cpts de brest", "999999999", "upega", "comtat brest", "zzz"]


@pytest.fixture(scope="module", params=["sqlite", POSTGRES])
def demonstration(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with request.getfixturevalue(f"{request.param}_template").copy() as url:
        app = create_app(database_url=url, instance_path=tmp_path_factory.mktemp("instance"))
        with app.app_context():
            load_registers()
            yield db.session()
        with app.app_context():  # once the session is closed: its connection goes with the pool
            db.engine().dispose()


def test_the_expected_cpts_comes_first(demonstration: Session) -> None:
    found = {text: find_results(reading(demonstration), Asked(text, "etablissements")).rows[:1] for text in EXPECTED}
    assert {text: rows[0].id if rows else None for text, rows in found.items()} == EXPECTED


def test_nothing_is_found_where_nothing_is_expected(demonstration: Session) -> None:
    assert [text for text in NOTHING if find_results(reading(demonstration), Asked(text)).answer.total] == []


def test_cpts_alone_gives_every_cpts(demonstration: Session) -> None:
    every = {finess for (finess,) in demonstration.query(Establishment.finess).filter_by(category_code="604")}
    assert {row.id for row in find_results(reading(demonstration), Asked("CPTS", "etablissements")).rows} == every


def test_the_tabs_of_the_guide(demonstration: Session) -> None:
    """« Annuaire Tous (2) Etablissements (1) Unites (1) Professionnels (0) » (seed 003)."""
    results = find_results(reading(demonstration), Asked("CPTS comtat"))
    assert [results.total_of(tab) for tab in ("tous", "etablissements", "unites", "professionnels")] == [2, 1, 1, 0]
