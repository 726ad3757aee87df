"""Which golden queries miss: for whoever works on the search.

    .venv/bin/python -m bench.relevance --scale regional --engine sqlite

says every query of the tuned seed whose first answer is not a good one, or which finds less than all of them in the
first ten; of the held-out seed only the figures, unless --held-out asks for its queries too (then it is not held out
any more). The figures themselves are rows of `python -m bench` (bench/relevance_rows.py).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from flask import Flask

from app import create_app, db
from app.search.documents import KIND_NAMES
from bench.dataset import ENGINES, Dataset, prepared
from bench.queries import HELD_OUT_SEED, TUNED_SEED, Golden, golden
from bench.registers import SEED
from bench.relevance_rows import SHOWN, averages, by_change, found, judge
from bench.scales import SCALES

NAME = sa.text("SELECT name_words FROM search_document WHERE kind = :kind AND ref = :ref")
TOLD = 3
"""Answers said beside what was wanted."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", choices=SCALES, default="regional")
    parser.add_argument("--part", type=float, default=1.0)
    parser.add_argument("--engine", choices=ENGINES, default="sqlite")
    parser.add_argument("--held-out", action="store_true", help="say its misses too")
    given = parser.parse_args()
    scale = SCALES[given.scale] if given.part == 1 else SCALES[given.scale].part(given.part)
    with prepared(scale, given.engine, seed=SEED) as dataset, portal(dataset) as app:
        for seed in (TUNED_SEED, HELD_OUT_SEED):
            report(app, dataset, seed, misses=seed == TUNED_SEED or given.held_out)


@contextmanager
def portal(dataset: Dataset) -> Iterator[Flask]:
    app = create_app(database_url=dataset.sqlalchemy_url, instance_path=dataset.instance, rate_limits=False)
    yield app
    with app.app_context():
        db.engine().dispose()


def report(app: Flask, dataset: Dataset, seed: int, *, misses: bool) -> None:
    asked = golden(dataset, seed)
    answers = [found(app, one.text) for one in asked]
    judged = [judge(given, set(one.relevant)) for one, given in zip(asked, answers, strict=True)]
    print(f"\nseed {seed}\n{'':32} {'queries':>7} {'recall@10':>9} {'success@1':>9} {'MRR':>6}")
    every = averages(judged)
    for name, values in [("all", every), *((row.name, row.values) for row in by_change("", "", asked, judged))]:
        print(
            f"{name.lstrip(': '):32} {values['queries']:7.0f} {values['recall']:9.3f} {values['first']:9.3f}"
            f" {values['mrr']:6.3f}"
        )
    if misses:
        for one, given, values in zip(asked, answers, judged, strict=True):
            if values["first"] < 1 or values["recall"] < 1:
                tell(app, one, given)


def tell(app: Flask, asked: Golden, given: Sequence[tuple[str, str]]) -> None:
    missing = [document for document in asked.relevant if document not in given[:SHOWN]]
    print(
        f"  {asked.kind_of_change}: « {asked.text} », {len(missing)} of {len(asked.relevant)} not in the first {SHOWN}"
    )
    print(f"      wanted {', '.join(title(app, one) for one in asked.relevant[:TOLD])}")
    print(f"      given  {', '.join(title(app, one) for one in given[:TOLD]) or 'nothing'}")


def title(app: Flask, document: tuple[str, str]) -> str:
    """As a line of results begins with it."""
    with app.app_context():
        words = db.session().scalar(NAME, {"kind": KIND_NAMES.index(document[0]), "ref": document[1]})
        return f"[{document[0][0]} {words or 'not in the index'}]"


if __name__ == "__main__":
    main()
