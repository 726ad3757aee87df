"""The portal's fragment beside the same search in Django, on the same PostgreSQL, in the same rounds (G6)."""

from __future__ import annotations

import itertools
import random
from contextlib import ExitStack
from statistics import median

import psycopg

from bench.asking import Asking
from bench.dataset import Dataset
from bench.http_load import Load, drive, get
from bench.http_rows import HELLO, SECONDS, questions_apart
from bench.peers.naive import SCHEMA, built
from bench.results import Row, percentile
from bench.servers import client_cpu, served

PEERS = {"SearchRank, three counts": "/rank", "trigrams, three counts": "/trigrams"}
ROUNDS = 3
LONGEST = 2.0
"""Seconds of a peer in a round: some answers take more than a second."""
CONNECTIONS = 8


def measure(dataset: Dataset, asking: Asking, warm: Asking) -> list[Row]:
    """`asking`: fragments, the portal's; `warm`: others, before each round. Nothing on SQLite, where Django has no
    full-text search."""
    if dataset.engine == "sqlite":
        return []
    with ExitStack() as stack:
        stack.enter_context(built(dataset))
        index_trigrams(dataset.url)
        environment = dataset.portal.environment
        portal = stack.enter_context(served("wsgi:app", environment))
        peer = stack.enter_context(served("bench.peers.django_search:application", environment))
        hello = stack.enter_context(served("bench.peers.hello:app", environment))
        stack.enter_context(client_cpu())
        chance = random.Random(dataset.seed)
        loads: dict[str, list[Load]] = {}
        for _ in range(ROUNDS):
            portal.renew()
            drive(portal.port, questions_apart(warm, asking, portal.port), LONGEST)
            questions = [path.partition("?")[2] for path in chance.sample(asking.paths, len(asking.paths))]
            runs = {
                HELLO: (hello.port, itertools.repeat(get("/", hello.port)), SECONDS),
                "the portal": (
                    portal.port,
                    [get(f"/recherche?{one}", portal.port, asking.headers) for one in questions],
                    LONGEST,
                ),
                **{
                    name: (peer.port, [get(f"{path}?{one}", peer.port) for one in questions], LONGEST)
                    for name, path in PEERS.items()
                },
            }
            for name in chance.sample(list(runs), len(runs)):
                loads.setdefault(name, []).append(drive(*runs[name], connections=CONNECTIONS))
    return [row_of(name, loads) for name in ("the portal", *PEERS)]


def index_trigrams(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        connection.execute(f"CREATE INDEX ON {SCHEMA}.document USING gin (name gin_trgm_ops)")


def row_of(name: str, loads: dict[str, list[Load]]) -> Row:
    rounds = {
        "rate": [load.rate for load in loads[name]],
        "share": [load.rate / hello.rate for load, hello in zip(loads[name], loads[HELLO], strict=True)],
        "p95": [1000 * percentile(load.latencies, 0.95) for load in loads[name]],
    }
    times = [ours.rate / load.rate for ours, load in zip(loads["the portal"], loads[name], strict=True)]
    return Row.of_rounds("django", "postgresql", name, rounds, times=median(times))
