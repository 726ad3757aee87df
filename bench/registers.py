"""Made-up registers in the formats of the official files, the same bytes for the same seed, whatever their size.

    .venv/bin/python -m bench.registers --scale regional DIRECTORY

writes communes.csv, communes-anciennes.csv, etalab-cs1100501/502/507-stock.csv, zones.csv and
PS_LibreAcces_Personne_activite.txt: import them with `flask import communes|finess|zones|rpps`. Nobody in them exists.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from bench import finess_files
from bench.rpps_file import Professionals
from bench.scales import SCALES, Scale
from bench.structures import Structures
from bench.territory import Territory

SEED = 2026
COMMUNES = "communes.csv"
FORMER = "communes-anciennes.csv"
ENTITIES = "etalab-cs1100501-stock.csv"
ESTABLISHMENTS = "etalab-cs1100502-stock.csv"
POSITIONS = "etalab-cs1100507-stock.csv"
ZONES = "zones.csv"
PROFESSIONALS = "PS_LibreAcces_Personne_activite.txt"

Write = Callable[[TextIO], None]


def registers(scale: Scale, seed: int = SEED) -> dict[str, Write]:
    """File name → what writes it. Each can be written alone."""
    territory = Territory(scale, seed)
    structures = Structures(territory)
    return {
        COMMUNES: territory.write,
        FORMER: territory.write_former,
        ENTITIES: lambda file: finess_files.write_entities(structures, file),
        ESTABLISHMENTS: lambda file: finess_files.write_establishments(structures, file),
        POSITIONS: lambda file: finess_files.write_positions(structures, file),
        ZONES: lambda file: finess_files.write_zones(structures, file),
        PROFESSIONALS: lambda file: Professionals(structures).write(file),
    }


def write_registers(scale: Scale, folder: Path, seed: int = SEED) -> dict[str, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for name, write in registers(scale, seed).items():
        paths[name] = folder / name
        with paths[name].open("w", encoding="utf-8", newline="") as file:
            write(file)
    return paths


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", choices=SCALES, default="regional")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    start = time.monotonic()
    for name, path in write_registers(SCALES[given.scale], given.folder, given.seed).items():
        print(f"{name:40} {path.stat().st_size / 2**20:8.1f} MiB")
    print(f"{given.scale}, seed {given.seed}: {time.monotonic() - start:.1f} s")


if __name__ == "__main__":
    main()
