"""Progress bars on a terminal, also on one that does not tell its size; nothing elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from app.integrations.registers.progress import Item, Progress
from app.integrations.registers.source import RegisterFile


class Bars(Progress):
    """One bar a phase, left on the screen when it is over."""

    @contextmanager
    def checking(self, path: Path) -> Iterator[Callable[[int], None]]:
        size = path.stat().st_size if path.is_file() else 0
        with tqdm(total=size, desc=f"Vérification de {path.name}", unit="o", unit_scale=True, **_terminal()) as bar:

            def told(place: int) -> None:
                bar.update(place - bar.n)

            yield told

    def lines(self, file: RegisterFile, doing: str = "Lecture") -> Iterable[str]:
        desc = f"{doing} de {file.name}"
        return tqdm(file.lines(), total=file.line_count, desc=desc, unit=" lignes", **_terminal())

    def steps(self, items: Iterable[Item], doing: str, total: int) -> Iterable[Item]:
        return tqdm(items, total=total, desc=doing, unit="", **_terminal()) if total else items


def _terminal() -> dict[str, Any]:
    size = shutil.get_terminal_size()
    return {"disable": None, "ncols": size.columns, "nrows": size.lines}
