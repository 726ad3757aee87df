"""Requests over HTTP, each against « hello » on the same gunicorn: rounds in random order, medians of ratios.

Both servers are up on processor 0, the client is on processor 1. What varies (searches) is asked once a round, of a
worker that has only answered other questions; `cached` asks again what was just asked, `304` says so.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.asking import HTMX, Asking
from bench.dataset import PRESIDENT_EMAIL, PRESIDENT_PASSWORD, Dataset
from bench.http_load import Load, drive, get
from bench.portal import MIB
from bench.results import Row, percentile
from bench.servers import Server, client_cpu, served
from bench.visitor import ask, sign_in

SECONDS = 0.4
"""Of each request in a round, unless all has been asked before."""
LONGEST = 8.0
"""The same of searches: all the questions of a region, some of a country's are left out."""
WARM = 8.0
"""Of the questions of the other seed, before a round: all of them in a region."""
AGAIN = 50
HELLO = "hello"


@dataclass(frozen=True)
class Ready:
    """What a request sends in one round."""

    name: str
    port: int
    sent: Iterable[bytes]
    seconds: float
    status: int = 200


def measure(dataset: Dataset, askings: Sequence[Asking], warm: Asking, rounds: int) -> list[Row]:
    """`warm`: other searches, for a worker that was just started but is not new to the trade."""
    chance = random.Random(dataset.seed)
    seen: dict[str, list[Load]] = {}
    with ExitStack() as stack:
        environment = dataset.portal.environment
        portal = stack.enter_context(served("wsgi:app", environment))
        hello = stack.enter_context(served("bench.peers.hello:app", environment))
        stack.enter_context(client_cpu())
        cookie = sign_in(portal.port, PRESIDENT_EMAIL, PRESIDENT_PASSWORD)
        sizes = {asking.name: size_of(portal, asking, cookie) for asking in askings}
        for number in range(rounds):
            print(f"    round {number + 1} of {rounds}", flush=True)
            for name, load in one_round(portal, hello, askings, warm, chance):
                seen.setdefault(name, []).append(load)
        memory = weights(dataset, portal)
    return [
        *(row_of(dataset.engine, name, loads, seen[HELLO], sizes.get(name)) for name, loads in seen.items()),
        *memory,
    ]


def one_round(
    portal: Server, hello: Server, askings: Sequence[Asking], warm: Asking, chance: random.Random
) -> Iterable[tuple[str, Load]]:
    portal.renew()
    drive(portal.port, questions_apart(warm, askings[0], portal.port), WARM)
    cookie = sign_in(portal.port, PRESIDENT_EMAIL, PRESIDENT_PASSWORD) if any(a.signed_in for a in askings) else ""
    for asking in shuffled(askings, chance):
        if asking is None:
            yield HELLO, drive(hello.port, itertools.repeat(get("/", hello.port)), SECONDS)
            continue
        for ready in prepared(portal, asking, cookie, chance):
            yield ready.name, drive(ready.port, ready.sent, ready.seconds, status=ready.status)


def questions_apart(warm: Asking, asking: Asking, port: int) -> list[bytes]:
    """Those of `warm` that are not to be asked afterwards."""
    asked = set(asking.paths)
    return [get(path, port, warm.headers) for path in warm.paths if path not in asked]


def shuffled(askings: Sequence[Asking], chance: random.Random) -> list[Asking | None]:
    """None: hello. Searches stay in their order: the fragment comes first, its lines were never made for another."""
    order = chance.sample([None, *askings], len(askings) + 1)
    varying = (asking for asking in askings if asking.varies)
    return [next(varying) if asking and asking.varies else asking for asking in order]


def prepared(portal: Server, asking: Asking, cookie: str, chance: random.Random) -> Iterable[Ready]:
    headers = headers_of(asking, cookie)
    requests = [get(path, portal.port, headers) for path in asking.paths]
    if not asking.varies:
        drive(portal.port, requests * 5, SECONDS)
        yield Ready(asking.name, portal.port, itertools.repeat(requests[0]), SECONDS)
        return
    yield Ready(asking.name, portal.port, chance.sample(requests, len(requests)), LONGEST)
    if asking.headers == HTMX:
        yield from asked_again(portal, asking, chance)


def headers_of(asking: Asking, cookie: str) -> dict[str, str]:
    return {**asking.headers, **({"Cookie": cookie} if asking.signed_in else {})}


def asked_again(portal: Server, asking: Asking, chance: random.Random) -> Iterable[Ready]:
    """The same questions by somebody else, then by who kept the answers."""
    paths = chance.sample(asking.paths, min(AGAIN, len(asking.paths)))
    tags = [ask(portal.port, path, asking.headers)[1].get("ETag", "") for path in paths]
    cached = [get(path, portal.port, asking.headers) for path in paths]
    yield Ready(f"{asking.name}, cached", portal.port, itertools.cycle(cached), SECONDS)
    kept = [
        get(path, portal.port, {**asking.headers, "If-None-Match": tag}) for path, tag in zip(paths, tags, strict=True)
    ]
    yield Ready(f"{asking.name}, 304", portal.port, itertools.cycle(kept), SECONDS, status=304)


def size_of(portal: Server, asking: Asking, cookie: str) -> float:
    """KiB of a typical answer."""
    headers = headers_of(asking, cookie)
    sizes = [
        len(ask(portal.port, path, headers)[2]) / 1024 for path in asking.paths[:: max(1, len(asking.paths) // 40)]
    ]
    return percentile(sizes, 0.5)


def weights(dataset: Dataset, portal: Server) -> list[Row]:
    """What the worker holds after its last round, and what its master does not hold as well; the database."""
    held = portal.worker.memory_full_info()
    return [
        Row("memory", dataset.engine, "a worker after a round", {"mib": held.rss / MIB, "own": held.uss / MIB}),
        Row("memory", dataset.engine, "the database on the disk", {"gib": size_on_disk(dataset) / 2**30}),
    ]


def size_on_disk(dataset: Dataset) -> int:
    """Bytes of the database, apart from the journals of its engine."""
    if dataset.engine == "sqlite":
        return Path(dataset.url.removeprefix("sqlite:///")).stat().st_size
    with psycopg.connect(dataset.url) as connection:
        (size,) = connection.execute("SELECT pg_database_size(current_database())").fetchone() or (0,)
    return int(size)


def row_of(engine: str, name: str, loads: list[Load], hello: list[Load], size: float | None) -> Row:
    rounds = {
        "rate": [load.rate for load in loads],
        "share": [load.rate / reference.rate for load, reference in zip(loads, hello, strict=True)],
        **{f"p{share}": [1000 * percentile(load.latencies, share / 100) for load in loads] for share in (50, 95, 99)},
    }
    more = {"kib": size} if size else {}
    return Row.of_rounds("http", engine, name, rounds, **more)
