"""What `$export` costs in memory, whatever there is to export: a made-up country on a real PostgreSQL, streamed by
gunicorn, with the resident memory of its worker.

    .venv/bin/python -m bench.bench_export                       the regional scale, a few minutes
    nice -n 19 .venv/bin/python -m bench.bench_export --scale national --publish-in-sql     two hours, 10 GB on the disk

Without --database-url, in a cluster of its own that is removed at the end. With one: a database that holds nothing,
whose role is a superuser (bench/bulk.py lifts the guards).
"""

from __future__ import annotations

import argparse
import http.client
import json
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from bench.bulk import settle
from bench.cluster import cluster
from bench.load import load
from bench.portal import MIB, Memory, Portal, portal_on
from bench.publish import publish
from bench.registers import SEED, write_registers
from bench.scales import SCALES, Scale

BLOCK = 2**16
SHARES = (0.01, 0.1, 0.5, 1.0)
FLAT = 32 * MIB
"""The worker may be that much larger at the end than at one hundredth."""


@dataclass
class Streamed:
    """A file of the export. `seen`: peak of the worker's memory when each share of its lines had come."""

    name: str
    lines: int
    size: int
    seconds: float
    seen: list[int]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", choices=SCALES, default="regional")
    parser.add_argument("--part", type=float, default=1.0, help="a share of that scale, for example 0.1")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--database-url")
    parser.add_argument("--publish-in-sql", action="store_true", help="instead of the projector: half an hour less")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the cluster is ended and removed then too
    scale = SCALES[given.scale] if given.part == 1 else SCALES[given.scale].part(given.part)
    with nullcontext(given.database_url) if given.database_url else cluster() as url, portal_on(url) as portal:
        fill(portal, scale, given.seed, in_sql=given.publish_in_sql)
        return measure(portal)


def fill(portal: Portal, scale: Scale, seed: int, *, in_sql: bool = False) -> None:
    print(f"{scale.name}, seed {seed}: {scale.establishments} EG, {scale.units} UO, {scale.listed} listed people")
    with tempfile.TemporaryDirectory(prefix="relais-bench-files-") as folder:
        start = time.monotonic()
        files = write_registers(scale, Path(folder), seed)
        weight = sum(path.stat().st_size for path in files.values()) / MIB
        print(f"  {'files written':48} {time.monotonic() - start:7.1f} s {weight:7.0f} MiB on the disk", flush=True)
        portal.import_registers(files)
    load(portal.url, scale)
    if in_sql:
        publish(portal.url)
    else:
        portal.run("publications", "rebuild")
    settle(portal.url)
    with psycopg.connect(portal.url, autocommit=True) as connection:
        rows = connection.execute(
            "SELECT kind, count(*) FROM publication WHERE gone_at IS NULL GROUP BY kind ORDER BY 1"
        )
        print("  published: " + ", ".join(f"{count} {kind}" for kind, count in rows))


def measure(portal: Portal) -> int:
    with portal.served() as (port, worker), Memory(worker) as memory:
        line = "{:>28} {:>10} {:>9} {:>8}" + " {:>9}" * len(SHARES)
        print(line.format("file", "lines", "MiB", "lines/s", *(f"at {share:.0%}" for share in SHARES)))
        print(f"{'worker before, MiB':>28} {memory.now() / MIB:10.0f}")
        flat = True
        for found in exported(port, memory):
            told = (f"{seen / MIB:.0f}" for seen in found.seen)
            rate = found.lines / max(found.seconds, 0.001)
            print(line.format(found.name, found.lines, f"{found.size / MIB:.0f}", f"{rate:.0f}", *told), flush=True)
            flat = flat and found.seen[-1] - found.seen[0] <= FLAT
    print("flat" if flat else f"NOT FLAT: grew by more than {FLAT // MIB} MiB within a file")
    return 0 if flat else 1


def exported(port: int, memory: Memory) -> Iterator[Streamed]:
    with asked(port, "/fhir/$export", Prefer="respond-async") as begun:
        manifest = begun.getheader("Content-Location") or ""
        if begun.status != 202:
            raise SystemExit(f"$export: {begun.status} {begun.read()[:500]!r}")
    with asked(port, manifest) as answer:
        output = json.load(answer)["output"]
    for file in output:
        yield streamed(port, file["type"], file["url"], memory)


def streamed(port: int, name: str, address: str, memory: Memory) -> Streamed:
    """No size is announced: the memory is noted as it goes, and read at each share once the lines are counted."""
    memory.peak = 0
    notes: list[tuple[int, int]] = []
    lines = size = 0
    start = time.monotonic()
    with asked(port, address) as answer:
        if answer.status != 200:
            raise SystemExit(f"{address}: {answer.status}")
        while block := answer.read(BLOCK):
            lines, size = lines + block.count(b"\n"), size + len(block)
            if not notes or lines > 1.005 * notes[-1][0]:
                memory.now()
                notes.append((lines, memory.peak))
    memory.now()
    notes.append((lines, memory.peak))
    seconds = time.monotonic() - start
    seen = [next(peak for upto, peak in notes if upto >= share * lines) for share in SHARES]
    return Streamed(name, lines, size, seconds, seen)


@contextmanager
def asked(port: int, address: str, **headers: str) -> Iterator[http.client.HTTPResponse]:
    parts = urlsplit(address)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    try:
        connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""), headers=headers)
        yield connection.getresponse()
    finally:
        connection.close()


if __name__ == "__main__":
    raise SystemExit(main())
