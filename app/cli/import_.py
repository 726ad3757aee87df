"""`flask import communes|groupings|finess|zones|nomenclatures|rpps`: public registers, in one transaction a command.

Exit 0 when the files could be read, rejected lines or not; 1, one sentence and nothing written, when they could not.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, TypeVar

import click
import sqlalchemy as sa
from flask.cli import AppGroup, with_appcontext

from app import db
from app.cli.import_progress import Bars
from app.cli.import_report import ReportNotWritableError, note_writer, summary, typeset
from app.domain.import_report import ImportReport
from app.integrations.registers.expansion import UnreadableFileError
from app.integrations.registers.loading import (
    load_communes,
    load_finess,
    load_groupings,
    load_nomenclatures,
    load_rpps,
    load_zones,
)
from app.queries.nomenclatures import AUTHORED
from app.usecases.registers.run import Import

FilePath = click.Path(path_type=Path)
Command = TypeVar("Command", bound=Callable[..., None])
NO_TABLE = ("no such table", "does not exist")

import_group = AppGroup("import", help="Registres publics : communes, FINESS, zones d’intervention, RPPS.")


def _options(command: Command) -> Command:
    command = click.option("--dry-run", is_flag=True, help="Tout vérifier sans rien écrire.")(command)
    help_text = "Fichier CSV où noter chaque rejet et chaque avertissement."
    return click.option("--report", "report_path", type=FilePath, help=help_text)(command)


_again = click.option("--again", is_flag=True, help="Relire aussi les lignes inchangées depuis le dernier import.")


@import_group.command("communes")
@click.argument("file", type=FilePath, required=False)
@click.option("--contours", type=FilePath, help="Contours GeoJSON (propriétés code, nom).")
@click.option("--former", type=FilePath, help="Communes anciennes, déléguées ou associées.")
@click.option("--complete", is_flag=True, help="Le fichier donne toutes les communes de ses départements.")
@_options
@with_appcontext
def import_communes(
    file: Path | None,
    contours: Path | None,
    former: Path | None,
    report_path: Path | None,
    *,
    complete: bool,
    dry_run: bool,
) -> None:
    """Communes, codes postaux, noms anciens et contours."""
    if not (file or contours or former):
        raise click.UsageError("Indiquez un fichier de communes, --contours ou --former.")
    if complete and not file:
        raise click.UsageError("--complete demande un fichier de communes.")
    with _import(report_path, dry_run=dry_run) as run:
        load_communes(run, main=file, former=former, contours_file=contours, complete=complete, progress=Bars())


@import_group.command("finess")
@click.argument("files", nargs=-1, required=True, type=FilePath)
@click.option("--category", help="Ne garder que cette catégorie d’établissements, par exemple 604.")
@_again
@_options
@with_appcontext
def import_finess(
    files: tuple[Path, ...], category: str | None, report_path: Path | None, *, again: bool, dry_run: bool
) -> None:
    """Fichiers FINESS cs1100501, cs1100502, cs1100507, dans n’importe quel ordre."""
    with _import(report_path, dry_run=dry_run, category=category, again=again) as run:
        load_finess(run, files, progress=Bars())


@import_group.command("zones")
@click.argument("file", type=FilePath)
@_options
@with_appcontext
def import_zones(file: Path, report_path: Path | None, dry_run: bool) -> None:
    """Zones d’intervention (finess_eg,insee_code) : ajoute, ne retire jamais."""
    with _import(report_path, dry_run=dry_run) as run:
        load_zones(run, file, progress=Bars())


@import_group.command("groupings")
@click.argument("file", type=FilePath)
@_options
@with_appcontext
def import_groupings(file: Path, report_path: Path | None, dry_run: bool) -> None:
    """EPCI (epci_siren,epci_name,epci_type,insee_code) ou cantons (canton_code,canton_name,insee_code)."""
    with _import(report_path, dry_run=dry_run) as run:
        load_groupings(run, file, progress=Bars())


@import_group.command("nomenclatures")
@click.argument("file", type=FilePath, default=AUTHORED)
@_options
@with_appcontext
def import_nomenclatures(file: Path, report_path: Path | None, dry_run: bool) -> None:
    """Codes et libellés : CSV (system,code,label,valid_from,valid_to,parent_code) ou table TRE de l’ANS (FHIR, JSON).

    Un code absent du fichier est terminé, jamais supprimé. Sans fichier : les tables livrées avec Relais.
    """
    with _import(report_path, dry_run=dry_run) as run:
        load_nomenclatures(run, file, progress=Bars())


@import_group.command("rpps")
@click.argument("file", type=FilePath)
@_again
@_options
@with_appcontext
def import_rpps(file: Path, report_path: Path | None, *, again: bool, dry_run: bool) -> None:
    """Annuaire Santé, PS_LibreAcces_Personne_activite (texte, .gz ou .zip)."""
    with _import(report_path, dry_run=dry_run, again=again) as run:
        load_rpps(run, file, progress=Bars())


@contextmanager
def _import(
    report_path: Path | None, *, dry_run: bool, category: str | None = None, again: bool = False
) -> Iterator[Import]:
    """The run; then commit and report, or one sentence and exit 1."""
    session = db.session()
    try:
        with note_writer(report_path) as write:
            run = Import(ImportReport(on_note=write), category=category, again=again)
            db.expect_growth()
            yield run
            if dry_run:
                session.rollback()
            else:
                for commit in Bars().steps((session.commit,), "Enregistrement", 1):
                    commit()
    except (UnreadableFileError, ReportNotWritableError) as error:
        session.rollback()
        _refuse(f"{error.file} : {error}")
    except sa.exc.DBAPIError as error:
        session.rollback()
        _refuse(_explained(error))
    for line in summary(run.report, dry_run=dry_run):
        click.echo(typeset(line))


def _refuse(sentence: str) -> NoReturn:
    click.echo(typeset(f"Import impossible. {sentence} Rien n’a été écrit."), err=True)
    sys.exit(1)


def _explained(error: sa.exc.DBAPIError) -> str:
    reason = str(error.orig).strip().splitlines()[0]
    if any(sign in reason for sign in NO_TABLE):
        return "La base de données n’est pas prête : lancez d’abord « flask --app wsgi db upgrade »."
    return f"La base de données a refusé ({reason})."
