"""Whether what is found is what was meant: golden queries of both seeds, and the reference queries where they are."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import fmean

from flask import Flask
from sqlalchemy.orm import Session

from app import create_app, db
from app.schema import upgrade_database
from app.search.results import Asked as Question
from app.search.results import find_results
from bench.dataset import Dataset
from bench.misspelling import TYPOS
from bench.queries import HELD_OUT_SEED, TUNED_SEED, Golden, golden
from bench.results import Row
from tests.search import registers

SHOWN = 10
Wanted = tuple[str, str]
"""Type and id."""


def measure(dataset: Dataset) -> list[Row]:
    app = create_app(database_url=dataset.sqlalchemy_url, instance_path=dataset.instance, rate_limits=False)
    rows = []
    for name, seed in (("golden set", TUNED_SEED), ("golden set, held out", HELD_OUT_SEED)):
        asked = golden(dataset, seed)
        judged = [judge(found(app, one.text), set(one.relevant)) for one in asked]
        rows.append(Row("relevance", dataset.engine, name, averages(judged)))
        rows.extend(by_change(dataset.engine, name, asked, judged))
    with app.app_context():
        db.engine().dispose()
    if dataset.engine == "sqlite":  # on both in tests/search/test_relevance.py
        if reference_is_here():
            rows.append(Row("relevance", dataset.engine, "relevance-queries.csv", reference()))
        else:
            print(f"    without {registers.QUERIES}, which is not on this machine")
    return rows


def by_change(engine: str, name: str, asked: Sequence[Golden], judged: Sequence[dict[str, float]]) -> list[Row]:
    """Each kind of change, and misspellings together."""
    kinds = list(dict.fromkeys(one.kind_of_change for one in asked))
    chosen = {kind: [kind] for kind in kinds} | {"typos": [kind for kind in kinds if kind in TYPOS]}
    rows = []
    for title, those in chosen.items():
        of_those = [values for one, values in zip(asked, judged, strict=True) if one.kind_of_change in those]
        if of_those:
            rows.append(Row("relevance", engine, f"{name}: {title}", averages(of_those)))
    return rows


def found(app: Flask, text: str) -> list[Wanted]:
    with app.app_context():
        return [(row.type, row.id) for row in find_results(db.reader(), Question(text)).rows]


def judge(given: Sequence[Wanted], wanted: set[Wanted]) -> dict[str, float]:
    """Of one query: recall among the first ten, reciprocal rank of the first good one, hits."""
    places = [place for place, one in enumerate(given, 1) if one in wanted]
    first = places[0] if places else 0
    return {
        "recall": sum(place <= SHOWN for place in places) / min(SHOWN, len(wanted)),
        "mrr": 1 / first if first else 0.0,
        "first": float(first == 1),
        "fifth": float(1 <= first <= 5),
    }


def averages(judged: Sequence[dict[str, float]]) -> dict[str, float]:
    return {column: fmean(one[column] for one in judged) for column in judged[0]} | {"queries": len(judged)}


def reference_is_here() -> bool:
    return registers.QUERIES.exists() and registers.CPTS.exists()


def reference() -> dict[str, float]:
    """`relevance-queries.csv` on the reference registers: an answer counts when one of the expected CPTS is there."""
    with tempfile.TemporaryDirectory(prefix="relais-bench-reference-") as folder:
        app = create_app(database_url=f"sqlite:///{folder}/reference.sqlite", instance_path=Path(folder))
        with app.app_context():
            upgrade_database(db.engine())
            registers.load_registers()
            db.session().commit()
            judged = [hit(found(app, text), expected) for text, expected in expected(db.session())]
        with app.app_context():
            db.engine().dispose()
    return averages(judged)


def expected(session: Session) -> Iterator[tuple[str, frozenset[str]]]:
    """Query and FINESS numbers that answer it, of those the registers hold (as tests/search/test_relevance.py)."""
    numbers = registers.numbers_of_cpts(session)
    for row in registers.read_table(registers.QUERIES):
        wanted = frozenset(numbers[one] for one in row["expected_cpts_ids"].split("|") if one in numbers)
        if wanted:
            yield row["query"], wanted


def hit(given: Iterable[Wanted], expected: frozenset[str]) -> dict[str, float]:
    places = [one for kind, one in given if kind == "etablissement"]
    first = next((place for place, one in enumerate(places, 1) if one in expected), 0)
    return {"mrr": 1 / first if first else 0.0, "first": float(first == 1), "fifth": float(1 <= first <= 5)}
