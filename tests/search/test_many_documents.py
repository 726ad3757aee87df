"""What the index does differently when very many documents hold a word, tried on few by lowering the limits."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import db
from app.models import Establishment
from app.reader import Reader
from app.search import find, frequent
from app.search.index import index_establishment, rebuild
from app.search.results import Asked, find_results
from app.search.suggest import suggest
from app.search.tables import common as table
from tests import factories
from tests.support.backends import POSTGRES_ONLY
from tests.support.reading import reading
from tests.support.statements import recorded

CLINICS = 40
ADDRESSES = [
    "c",
    "clin",
    "clinique",
    "clinique saint",
    "clinique saint 3",
    "carpentras",
    "84200",
    "cliniqe",
    "840000003",
]


@pytest.fixture
def many(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty clinics and ten CPTS in one commune; what ten documents hold is common, what twenty hold is sampled."""
    monkeypatch.setattr(frequent, "COMMON_FROM", 10)
    monkeypatch.setattr(find, "SAMPLED_FROM", 20)
    seat = factories.commune(session, "84031", "Carpentras", "84200", population=30_000)
    first = factories.establishment(session, "CLINIQUE SAINT 0", commune=seat, category_code="355")
    session.flush()
    shared = {"category_code": "355", "category_label": "Clinique", "departement": "84", "updated_at": first.updated_at}
    rows = [
        {**shared, "finess": f"84{number:07d}", "name": f"CLINIQUE SAINT {number}", "commune_insee": seat.insee}
        for number in range(1, CLINICS)
    ]
    session.execute(Establishment.__table__.insert(), rows)
    for number in range(10):
        factories.unit(session, factories.establishment(session, f"CPTS COMTAT {number}", commune=seat), seat)
    rebuild(session)


KEPT: dict[str, Any] = {}


def kept_reader(session: Session) -> Reader:
    """As the portal's: what one has read, the next one has."""
    made = reading(session)
    made.kept = KEPT
    return made


def answers(session: Session) -> dict[str, tuple[tuple[int, ...], list[str]]]:
    found = {text: find_results(reading(session), Asked(text)) for text in ADDRESSES}
    return {text: (results.answer.counts, [row.id for row in results.rows]) for text, results in found.items()}


def test_common_words_are_listed_with_those_named_so_first(session: Session, many: None) -> None:
    listed = {(row.token, row.kind): row for row in session.execute(select(table))}
    assert listed["clinique", 0].hits == CLINICS
    assert ("carpentras", 0) in listed
    assert not any(token == "0" for token, _ in listed)
    named = [row.rid for row in find_results(reading(session), Asked("cpts")).rows if row.type == "etablissement"]
    assert listed["^cpts", 0].rids.startswith(f"[{min(named)},")


def test_a_common_word_finds_what_it_found_before_it_was(session: Session, many: None) -> None:
    """The first page of a list is the page that the index gives; beyond a thousand is said of no fewer than that."""
    listed = answers(session)
    session.execute(table.delete())
    counted = answers(session)
    assert {text: ids for text, (_, ids) in listed.items()} == {text: ids for text, (_, ids) in counted.items()}
    assert {text: counts for text, (counts, _) in listed.items() if max(counts) <= 1_000} == {
        text: counts for text, (counts, _) in counted.items() if max(listed[text][0]) <= 1_000
    }


def test_what_is_published_after_the_rebuild_is_found_under_a_common_word(session: Session, many: None) -> None:
    seat = factories.commune(session, "84032", "Monteux", "84170")
    new = factories.establishment(session, "CLINIQUE", commune=seat, category_code="355")
    session.flush()
    index_establishment(session, new.finess)
    assert find_results(reading(session), Asked("clinique")).rows[0].id == new.finess


@POSTGRES_ONLY
def test_a_sample_that_is_not_telling_is_not_trusted(session: Session, many: None) -> None:
    """Every word is common here, and a sixteenth of forty documents proves nothing: they are counted."""
    assert find_results(reading(session), Asked("clinique saint")).answer.counts[0] == CLINICS


@pytest.mark.parametrize("text", ADDRESSES)
def test_a_search_asks_few_statements_whatever_it_finds(session: Session, many: None, text: str) -> None:
    """A process that has read the names once asks for them no more. A misspelt word is looked for twice."""
    session.commit()
    KEPT.clear()
    said: dict[str, int] = {}
    with recorded(db.engine()) as statements:
        for turn in ("first", "again"):
            find_results(reader := kept_reader(session), Asked(text))
            said[turn] = len(statements.counted())
            statements.clear()
            suggest(reader, text, "93")
            said["suggested " + turn] = len(statements.counted())
            statements.clear()
    misspelt = 4 if text == "cliniqe" else 0
    assert max(said.values()) <= 9 + misspelt
    assert said["again"] <= 8 + misspelt
