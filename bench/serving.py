"""How a region on SQLite is served: kinds of workers, and what one worker more costs in memory.

.venv/bin/python -m bench.serving
"""

from __future__ import annotations

import itertools
import random
from contextlib import ExitStack

from bench.asking import Asking, pages, searches
from bench.dataset import Dataset, prepared
from bench.http_load import drive, get
from bench.http_rows import HELLO, LONGEST, SECONDS, WARM, questions_apart
from bench.portal import MIB
from bench.queries import HELD_OUT_SEED, workload
from bench.registers import SEED
from bench.scales import SCALES
from bench.servers import Server, client_cpu, served
from bench.tables import in_terminal

ROUNDS = 3
ASKED = 180
"""Requests before the memory of the workers is read."""
KINDS = {
    "sync": {"GUNICORN_CMD_ARGS": "--worker-class sync"},
    **{f"gthread, {threads} threads": {"WEB_THREADS": str(threads)} for threads in (1, 2, 4)},
}


def main() -> None:
    with prepared(SCALES["regional"], "sqlite", seed=SEED) as dataset:
        fragments, warm = (searches(workload(dataset, seed))[0] for seed in (dataset.seed, HELD_OUT_SEED))
        print(in_terminal(kinds(dataset, fragments, warm)))
        print(f"\n{in_terminal(memory(dataset, fragments))}")


def kinds(dataset: Dataset, fragments: Asking, warm: Asking) -> list[list[str]]:
    """Requests a second of each kind of worker, round after round, one worker each."""
    chance, rates = random.Random(dataset.seed), dict[tuple[str, str], list[float]]()
    with ExitStack() as stack:
        servers = {
            (module, kind): stack.enter_context(served(module, {**dataset.portal.environment, **settings}))
            for kind, settings in KINDS.items()
            for module in ("wsgi:app", "bench.peers.hello:app")
        }
        stack.enter_context(client_cpu())
        for _ in range(ROUNDS):
            for (module, kind), server in chance.sample(list(servers.items()), len(servers)):
                if module == "wsgi:app":
                    server.renew()
                    drive(server.port, questions_apart(warm, fragments, server.port), WARM)
                    paths = chance.sample(fragments.paths, len(fragments.paths))
                    load = drive(server.port, [get(path, server.port, fragments.headers) for path in paths], LONGEST)
                    rates.setdefault((fragments.name, kind), []).append(load.rate)
                else:
                    load = drive(server.port, itertools.repeat(get("/", server.port)), SECONDS)
                    rates.setdefault((HELLO, kind), []).append(load.rate)
    found = sorted(rates.items())
    return [["request", "worker", "req/s"], *([*key, ", ".join(f"{rate:.0f}" for rate in of)] for key, of in found)]


def memory(dataset: Dataset, fragments: Asking) -> list[list[str]]:
    """MiB of the master, of each worker, of all: resident, their own, their own and shares of the rest."""
    others = [(path, asking.headers) for asking in pages(dataset) if not asking.signed_in for path in asking.paths]
    asked = [*((path, fragments.headers) for path in fragments.paths[: ASKED - len(others)]), *others]
    lines = []
    for workers in (1, 2):
        with served("wsgi:app", dataset.portal.environment, workers=workers, pinned=False) as server:
            drive(server.port, [get(path, server.port, headers) for path, headers in asked], LONGEST)
            lines.append([str(workers), *weights(server)])
    return [["workers", "master RSS / USS / PSS", "each worker", "in all, PSS"], *lines]


def weights(server: Server) -> list[str]:
    held = [process.memory_full_info() for process in (server.master, *server.workers)]
    told = [" / ".join(f"{size / MIB:.0f}" for size in (one.rss, one.uss, one.pss)) for one in held]
    return [told[0], ", ".join(told[1:]), f"{sum(one.pss for one in held) / MIB:.0f}"]


if __name__ == "__main__":
    main()
