"""Who is told how far an import is: each phase that takes a while has a name, and a total that is true."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TypeVar

from app.integrations.registers.source import RegisterFile

Item = TypeVar("Item")


class Progress:
    """Tells nobody: what it is given passes through. The command line draws bars. `doing` is French."""

    def checking(self, path: Path) -> AbstractContextManager[Callable[[int], None]]:  # noqa: ARG002
        """What it gives is called with the place reached in the file, in bytes on the disk."""
        return nullcontext(lambda _place: None)

    def lines(self, file: RegisterFile, doing: str = "Lecture") -> Iterable[str]:  # noqa: ARG002
        return file.lines()

    def steps(self, items: Iterable[Item], doing: str, total: int) -> Iterable[Item]:  # noqa: ARG002
        return items


SILENT = Progress()
