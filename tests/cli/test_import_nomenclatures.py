"""`flask import nomenclatures`: the packaged tables, a CSV, the ANS's JSON; what is gone ends, nothing is deleted."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app import clock
from app.models import NomenclatureCode
from app.queries.nomenclatures import ACTIVITIES, CHANNELS, authored, codes_of, every_label
from app.working_days import day_of
from tests.cli.test_import import Import, counts, done, refused, rows, run, said
from tests.cli.test_import_territory import written
from tests.support.backends import SQLITE_ONLY

__all__ = ["done", "rows", "run"]  # fixtures
HEADER = "system,code,label,valid_from,valid_to,parent_code\n"
COORDINATION = "TRE_R211,475,Coordination de soins non-programmés,2022-10-28,,\n"
MEDICINE = "TRE_R211,437,Médecine générale,,,\n"


def known(app: Flask, system: str = ACTIVITIES) -> tuple[dict[str, str], dict[str, str]]:
    """In force today, and ever."""
    with app.app_context():
        return codes_of(system)[system], every_label(system)[system]


def test_the_packaged_tables_are_loaded_once_and_say_what_they_said(done: Import, app: Flask, rows):
    before = known(app, CHANNELS)
    first = counts(done("nomenclatures"))
    assert first == {"lues": len(authored()), "créées": len(authored()), "modifiées": 0, "inchangées": 0, "rejetées": 0}
    assert counts(done("nomenclatures"))["inchangées"] == len(authored())
    assert known(app, CHANNELS) == before
    assert len(rows(NomenclatureCode)) == len(authored())


def test_a_code_that_the_new_file_lacks_is_ended_and_keeps_its_words(done: Import, app: Flask, rows, tmp_path: Path):
    done("nomenclatures", written(tmp_path / "a.csv", HEADER, COORDINATION, MEDICINE))
    result = done("nomenclatures", written(tmp_path / "b.csv", HEADER, COORDINATION))
    assert "Codes que le fichier ne donne plus, terminés : 1." in said(result)
    in_force, ever = known(app)
    assert set(in_force) == {"475"}
    assert ever["437"] == "Médecine générale"
    yesterday = day_of(clock.now()) - timedelta(days=1)
    assert [row["valid_to"] for row in rows(NomenclatureCode) if row["code"] == "437"] == [yesterday]
    again = done("nomenclatures", tmp_path / "b.csv")
    assert counts(again)["inchangées"] == 1
    assert "terminés" not in said(again)
    assert counts(done("nomenclatures", tmp_path / "a.csv"))["modifiées"] == 1, "what comes back is in force again"
    assert set(known(app)[0]) == {"475", "437"}


@SQLITE_ONLY
def test_the_first_file_of_a_nomenclature_ends_what_came_with_relais_and_touches_no_other(
    done: Import, app: Flask, tmp_path: Path
):
    done("nomenclatures", written(tmp_path / "a.csv", HEADER, COORDINATION))
    in_force, ever = known(app)
    assert (set(in_force), set(ever)) == ({"475"}, {"475", "471", "437", "434"})
    assert len(known(app, CHANNELS)[0]) == 7


@SQLITE_ONLY
def test_blanks_say_nothing_and_a_dry_run_writes_nothing(done: Import, rows, tmp_path: Path):
    done("nomenclatures", written(tmp_path / "a.csv", HEADER, COORDINATION))
    stored = rows(NomenclatureCode)
    blank = written(tmp_path / "b.csv", "system;code;label\n", "TRE_R211;475;Coordination de soins non-programmés\n")
    assert counts(done("nomenclatures", blank))["inchangées"] == 1
    renamed = written(tmp_path / "c.csv", HEADER, "TRE_R211,475,Coordination,,,\n")
    assert "Essai à blanc" in said(done("nomenclatures", renamed, "--dry-run"))
    assert rows(NomenclatureCode) == stored
    done("nomenclatures", renamed)
    assert [(row["label"], str(row["valid_from"])) for row in rows(NomenclatureCode) if row["code"] == "475"] == [
        ("Coordination", "2022-10-28")
    ]


@SQLITE_ONLY
@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",471,Orientation,,,\n", "nomenclature manquante ou illisible"),
        ("TRE_R211,,Orientation,,,\n", "code vide, ou de plus de 10 caractères"),
        ("TRE_R211,471,,,,\n", "libellé manquant (« 471 »)"),
        ("TRE_R211,471,Orientation,2024-01-02,2024-01-01,\n", "fin de validité avant le début"),
        (COORDINATION, "code déjà donné par ce fichier (« 475 »)"),
        ("TRE_R211,471\n", "ligne incomplète"),
    ],
)
def test_a_line_at_fault_is_rejected_and_ends_nothing(done: Import, app: Flask, tmp_path: Path, line: str, reason: str):
    done("nomenclatures", written(tmp_path / "a.csv", HEADER, COORDINATION, MEDICINE))
    result = done("nomenclatures", written(tmp_path / "b.csv", HEADER, COORDINATION, line))
    assert f"ligne 3 : {reason}" in said(result)
    assert "aucun code absent du fichier n’a été déclaré terminé" in said(result)
    assert {"475", "437"} <= set(known(app)[0])


@SQLITE_ONLY
def test_a_nomenclature_that_nothing_reads_is_said(done: Import, tmp_path: Path):
    result = done("nomenclatures", written(tmp_path / "a.csv", HEADER, "TRE_R999,1,Un,,,\nTRE_R999,2,Deux,,,\n"))
    assert counts(result)["créées"] == 2
    assert "1 × nomenclature dont le portail ne se sert pas" in said(result)


def code_system(tmp_path: Path, **table: object) -> Path:
    """As the ANS publishes TRE_R200, abridged."""
    concepts = [
        {"code": "2", "display": "Téléphone fixe", "property": [dated("dateValid", "2016-05-19T00:00:00+01:00")]},
        {"code": "6", "display": "Télécopie", "property": [dated("dateFin", "2020-01-31T12:00:00+01:00")]},
    ]
    whole = {"resourceType": "CodeSystem", "name": "TRE_R200_CanalCommunication", "concept": concepts, **table}
    file = tmp_path / "TRE_R200.json"
    file.write_text(json.dumps(whole), encoding="utf-8")
    return file


def dated(code: str, value: str) -> dict[str, str]:
    return {"code": code, "valueDateTime": value}


@SQLITE_ONLY
def test_a_table_of_the_ans_is_read_with_its_dates(done: Import, app: Flask, rows, tmp_path: Path):
    assert counts(done("nomenclatures", code_system(tmp_path)))["créées"] == 2
    in_force, ever = known(app, CHANNELS)
    assert in_force == {"2": "Téléphone fixe"}
    assert ever["6"] == "Télécopie"
    assert ever["3"] == "Courriel", "those that came with Relais are ended, not forgotten"
    (landline,) = (row for row in rows(NomenclatureCode) if row["code"] == "2")
    assert (str(landline["valid_from"]), landline["valid_to"]) == ("2016-05-19", None)


@SQLITE_ONLY
@pytest.mark.parametrize(
    "table", [{"resourceType": "ValueSet"}, {"name": "Canal", "url": "https://exemple.example/canal"}]
)
def test_another_json_is_no_nomenclature(run: Import, rows, tmp_path: Path, table: dict[str, str]):
    refused(run("nomenclatures", code_system(tmp_path, **table)))
    assert rows(NomenclatureCode) == []


@SQLITE_ONLY
def test_another_csv_is_no_nomenclature(run: Import, tmp_path: Path):
    other = written(tmp_path / "x.csv", "finess_eg,insee_code\n840000012,84031\n")
    assert "il manque « system »" in refused(run("nomenclatures", other))
