"""One import command from its files to the last batch: every file is checked whole before anything is written.

Nothing here commits. Raises UnreadableFileError, its `file` set, when a file cannot be used: roll back then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from app.domain.registers import Block, EstablishmentRow, LegalEntityRow, PositionRow
from app.integrations.communes import contours, groupings
from app.integrations.communes import reader as communes
from app.integrations.finess import reader as finess
from app.integrations.nomenclatures import reader as nomenclatures
from app.integrations.registers import passes
from app.integrations.registers.expansion import UnreadableFileError
from app.integrations.registers.passes import Register, batches, reading, take
from app.integrations.registers.progress import SILENT, Progress
from app.integrations.registers.source import RegisterFile, inspect
from app.integrations.rpps import reader as rpps
from app.integrations.zones import reader as zones
from app.usecases.registers.communes import (
    end_missing,
    write_communes,
    write_contours,
    write_former_communes,
)
from app.usecases.registers.finess import placeholders, write_establishments, write_legal_entities, write_positions
from app.usecases.registers.groupings import end_members, write_groupings
from app.usecases.registers.indexing import index_touched
from app.usecases.registers.memory import Author, write_revisions
from app.usecases.registers.nomenclatures import end_codes, write_codes
from app.usecases.registers.professionals import end_activities, write_professionals
from app.usecases.registers.run import Import
from app.usecases.registers.unchanged import finess_to_read, professionals_to_read
from app.usecases.registers.zones import write_zones
from app.usecases.zone_changes import tell_holders

CONTOURS_SOURCE = "IGN Admin Express / INSEE, Licence Ouverte 2.0"

Row = TypeVar("Row")


def load_communes(
    run: Import,
    *,
    main: Path | None,
    former: Path | None = None,
    contours_file: Path | None = None,
    contours_source: str = CONTOURS_SOURCE,
    complete: bool = False,
    progress: Progress = SILENT,
) -> None:
    """`complete`: the main file gives every commune of its départements, so that those it lacks have ceased."""
    main_file, former_file, map_file = (
        _checked(path, progress) if path else None for path in (main, former, contours_file)
    )
    prepared = None
    if map_file:
        with reading(run, map_file):
            prepared = contours.prepare(map_file.text(contours.LARGEST_FILE), run.report)
    if main_file:
        with reading(run, main_file):
            _feed(run, communes.read_communes(progress.lines(main_file), run.report), write_communes)
    if former_file:
        with reading(run, former_file):
            _feed(run, communes.read_former(progress.lines(former_file), run.report), write_former_communes)
    if complete:
        end_missing(run)
    if map_file and prepared:
        with reading(run, map_file):
            _feed(run, contours.draw(prepared, run.report, source=contours_source), write_contours)
    index_touched(run.touched, progress.steps)
    if run.touched.ceased:
        run.report.remarks.append(f"Communes qui n’existent plus : {len(run.touched.ceased)}.")
        outdated = tell_holders(run.touched.ceased)
        if outdated:
            run.report.remarks.append(
                f"CPTS dont la zone en contient une, prévenues, à qui le remplacement est proposé : {outdated}."
            )


def load_finess(run: Import, paths: Sequence[Path], *, progress: Progress = SILENT) -> None:
    """Files in any order. With a category, establishments come first: they tell which legal entities to keep."""
    files = []
    for path in paths:
        file = _checked(path, progress)
        with reading(run, file):
            files.append((finess.kind(file.lines()), file))
    run.legal_entities_limited = run.category is not None and any(kind == finess.ESTABLISHMENT for kind, _ in files)
    order = [finess.LEGAL_ENTITY, finess.ESTABLISHMENT, finess.POSITION]
    if run.legal_entities_limited:
        order = [finess.ESTABLISHMENT, finess.POSITION, finess.LEGAL_ENTITY]
    files.sort(key=lambda pair: order.index(pair[0]))
    take(run, [Register(file, finess.blocks, finess_to_read, _write_finess) for _, file in files], progress)
    _remember(run)
    index_touched(run.touched, progress.steps)
    unnamed = placeholders()
    if unnamed:
        run.report.remarks.append(
            f"Entités juridiques connues par leur seul numéro : {unnamed}. Importez aussi le fichier cs1100501."
        )


FINESS_WRITERS: dict[type, Callable[[Import, Sequence[Any]], None]] = {
    LegalEntityRow: write_legal_entities,
    EstablishmentRow: write_establishments,
    PositionRow: write_positions,
}


def _write_finess(run: Import, blocks: Sequence[Block]) -> None:
    rows = map(partial(finess.read_block, report=run.report, category=run.category), blocks)
    for kind, some in groupby((row for row in rows if row), key=type):
        FINESS_WRITERS[kind](run, list(some))


def load_zones(run: Import, path: Path, *, progress: Progress = SILENT) -> None:
    file = _checked(path, progress)
    with reading(run, file):
        _feed(run, zones.read(progress.lines(file), run.report), write_zones)
    _remember(run)
    index_touched(run.touched, progress.steps)


def load_groupings(run: Import, path: Path, *, progress: Progress = SILENT) -> None:
    file = _checked(path, progress)
    with reading(run, file):
        _feed(run, groupings.read_groupings(progress.lines(file), run.report), write_groupings)
    left = end_members(run)
    if left:
        run.report.remarks.append(f"Communes que ces groupements n’ont plus : {left}.")


def load_nomenclatures(run: Import, path: Path, *, progress: Progress = SILENT) -> None:
    """A code that the file no longer gives, of a nomenclature that it gives, is ended."""
    file = _checked(path, progress)
    with reading(run, file):
        if file.opens_with("{"):
            rows = nomenclatures.read_code_system(file.text(nomenclatures.LARGEST_FILE), run.report)
        else:
            rows = nomenclatures.read_csv(progress.lines(file), run.report)
        _feed(run, rows, write_codes)
    end_codes(run)


def load_rpps(run: Import, path: Path, *, progress: Progress = SILENT) -> None:
    file = _checked(path, progress, member=rpps.ZIP_MEMBER)
    take(run, [Register(file, rpps.blocks, professionals_to_read, _write_people)], progress)
    ended = end_activities(run, progress.steps)
    if ended:
        run.report.remarks.append(f"Activités que le registre ne donne plus, retirées : {ended}.")
    index_touched(run.touched, progress.steps)


def _write_people(run: Import, blocks: Sequence[Block]) -> None:
    rows = map(partial(rpps.read_block, report=run.report), blocks)
    write_professionals(run, [row for row in rows if row])


def _remember(run: Import) -> None:
    """Which file changed what, in the history of each CPTS."""
    write_revisions(run.before, Author(reason=f"Fichier {run.report.file}"))


def _checked(path: Path, progress: Progress, *, member: str = "") -> RegisterFile:
    try:
        with progress.checking(path) as told:
            return inspect(path, member=member, told=told)
    except UnreadableFileError as error:
        error.file = path.name
        raise


def _feed(run: Import, rows: Iterable[Row], write: Callable[[Import, Sequence[Row]], None]) -> None:
    for batch in batches(rows, passes.BATCH):
        write(run, batch)
