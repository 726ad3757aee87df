"""A register in two passes: its lines are compared with what is stored, while others write; then those that say
something new are read and written, in one transaction.

An unchanged file, however large, makes nobody wait. When nothing is stored yet there is nothing to compare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from app.domain.registers import Block
from app.integrations.registers.expansion import UnreadableFileError
from app.integrations.registers.progress import Progress
from app.integrations.registers.source import RegisterFile
from app.usecases.registers.run import Import, SeenIds
from app.usecases.registers.unchanged import anything_known

BATCH = 1_000
COMPARED = 4_000
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Register:
    """A file and what is done with its blocks: which of a batch are to be read, and reading and writing these."""

    file: RegisterFile
    blocks: Callable[[Iterable[str]], Iterator[Block]]
    to_read: Callable[[Import, Sequence[Block]], Iterator[Block]]
    write: Callable[[Import, Sequence[Block]], None]


def take(run: Import, registers: Sequence[Register], progress: Progress) -> None:
    known = anything_known(run)
    left = [_compared(run, register, progress) if known else None for register in registers]
    for register, some in zip(registers, left, strict=True):
        if some is None or some:
            _write(run, register, some, progress)


def _compared(run: Import, register: Register, progress: Progress) -> SeenIds:
    """The ranks of the blocks that are to be read; the others are counted."""
    left = SeenIds()
    with reading(run, register.file):
        blocks = enumerate(register.blocks(progress.lines(register.file, "Comparaison")))
        for batch in batches(blocks, COMPARED):
            ranks = {id(block): rank for rank, block in batch}
            for block in register.to_read(run, [block for _, block in batch]):
                left.add(ranks[id(block)])
    return left


def _write(run: Import, register: Register, some: SeenIds | None, progress: Progress) -> None:
    with reading(run, register.file):
        blocks = enumerate(register.blocks(progress.lines(register.file)))
        chosen = (block for rank, block in blocks if some is None or rank in some)
        for batch in batches(chosen, BATCH):
            register.write(run, batch)


@contextmanager
def reading(run: Import, file: RegisterFile) -> Iterator[None]:
    """Notes and refusals name the file."""
    run.report.file = file.name
    try:
        yield
    except UnreadableFileError as error:
        error.file = file.name
        raise


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
