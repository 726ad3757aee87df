"""`flask import groupings` and what a new COG does: communes that cease, and who is told."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import db
from app.models import Commune, CommuneGrouping, FormerCommune, GroupingMember, OutboxMessage, UnitCommune
from app.queries.typed_communes import read_communes
from app.queries.zone_changes import Place, replacements
from app.search.results import Asked, find_results
from tests.cli.test_import import (
    COMMUNES,
    CPTS,
    ESTABLISHMENTS,
    FIXTURES,
    SHARED,
    Import,
    counts,
    done,
    refused,
    rows,
    run,
    said,
)
from tests.support.backends import SQLITE_ONLY

__all__ = ["done", "rows", "run"]  # fixtures
EPCI = "epci_siren,epci_name,epci_type,insee_code,commune_name\n"
COVE, SORGUES = "248400053", "248400293"
COMMUNE = "insee_code,name,departement,region,postcodes,population,type,parent_insee\n"
FORMER = "insee_code,name,type,parent_insee\n"


def written(path: Path, *lines: str) -> Path:
    path.write_text("".join(lines), encoding="utf-8")
    return path


def members(app: Flask) -> dict[str, list[str]]:
    with app.app_context():
        found: dict[str, list[str]] = {}
        for code, insee in db.session().execute(
            sa.select(GroupingMember.code, GroupingMember.insee).order_by(GroupingMember.code, GroupingMember.insee)
        ):
            found.setdefault(code, []).append(insee)
        return found


# ── groupings ───────────────────────────────────────────────────────────────


def test_groupings_are_created_then_unchanged_then_follow_the_file(done: Import, app: Flask, rows, tmp_path: Path):
    done("communes", COMMUNES)
    first = written(
        tmp_path / "epci.csv",
        EPCI,
        f"{COVE},CA Ventoux-Comtat-Venaissin (COVE),CA,84031,Carpentras\n",
        f"{COVE},CA Ventoux-Comtat-Venaissin (COVE),CA,84088,Pernes\n",
        f"{SORGUES},CA des Sorgues du Comtat,CA,84080,Monteux\n",
    )
    assert counts(done("groupings", first))["créées"] == 3
    again = counts(done("groupings", first))
    assert (again["créées"], again["modifiées"], again["inchangées"]) == (0, 0, 3)
    assert members(app) == {COVE: ["84031", "84088"], SORGUES: ["84080"]}

    later = written(
        tmp_path / "plus-tard.csv",
        EPCI,
        f"{SORGUES},CA Sorgues,,84080,\n{SORGUES},CA Sorgues,,84088,\n",
        f"{COVE},CA Ventoux-Comtat-Venaissin (COVE),,84031,\n",
    )
    result = counts(done("groupings", later))
    assert (result["créées"], result["modifiées"], result["inchangées"]) == (0, 2, 1)
    assert members(app) == {COVE: ["84031"], SORGUES: ["84080", "84088"]}
    assert [(row["name"], row["type"]) for row in rows(CommuneGrouping)] == [
        ("CA Ventoux-Comtat-Venaissin (COVE)", "CA"),
        ("CA Sorgues", "CA"),
    ]


def test_an_epci_without_a_commune_left_is_gone_and_a_dry_run_writes_nothing(done: Import, app: Flask, tmp_path: Path):
    done("communes", COMMUNES)
    file = written(tmp_path / "a.csv", EPCI, f"{COVE},COVE,CA,84031,\n{SORGUES},Sorgues,CA,84080,\n")
    done("groupings", file)
    merged = written(tmp_path / "b.csv", EPCI, f"{SORGUES},Sorgues,CA,84080,\n{SORGUES},Sorgues,CA,84031,\n")
    assert "Essai à blanc" in said(done("groupings", merged, "--dry-run"))
    assert members(app) == {COVE: ["84031"], SORGUES: ["84080"]}
    done("groupings", merged)
    assert members(app) == {SORGUES: ["84031", "84080"]}
    with app.app_context():
        assert list(db.session().scalars(sa.select(CommuneGrouping.code))) == [SORGUES]


@SQLITE_ONLY
def test_a_canton_loses_what_the_file_no_longer_gives_unless_one_of_its_lines_was_rejected(
    done: Import, app: Flask, tmp_path: Path
):
    header = "canton_code;canton_name;insee_code\n"
    done("communes", COMMUNES)
    all_of_it = (
        "8404;Carpentras;84031\n8404;Carpentras;84088\n8410;Monteux;84080\n8410;Monteux;84031\n8411;Pernes;84088\n"
    )
    done("groupings", written(tmp_path / "cantons.csv", header, all_of_it))
    assert members(app) == {"8404": ["84031", "84088"], "8410": ["84031", "84080"], "8411": ["84088"]}
    less = "8404;Carpentras;84031\n8410;Monteux;84080\n8410;Monteux;8403\n"
    result = done("groupings", written(tmp_path / "moins.csv", header, less))
    assert members(app) == {"8404": ["84031"], "8410": ["84031", "84080"], "8411": ["84088"]}
    assert "ligne 4 : code commune invalide (« 8403 »)" in said(result)
    assert "Communes que ces groupements n’ont plus : 1." in said(result)


@SQLITE_ONLY
@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"{COVE},COVE,CA,84999,\n", "commune inconnue (« 84999 »)"),
        ("24840005,COVE,CA,84031,\n", "numéro SIREN d’EPCI invalide (« 24840005 »)"),
        (f"{COVE},,CA,84031,\n", f"nom du groupement manquant (« {COVE} »)"),
        (f"{SORGUES},Sorgues,CA,84080,\n", "commune déjà donnée à un autre EPCI par ce fichier (« 84080 »)"),
    ],
)
def test_impossible_member_is_a_rejected_line(done: Import, app: Flask, tmp_path: Path, line: str, reason: str):
    done("communes", COMMUNES)
    result = done("groupings", written(tmp_path / "f.csv", EPCI, f"{COVE},COVE,CA,84080,\n", line))
    assert (counts(result)["lues"], counts(result)["créées"], counts(result)["rejetées"]) == (2, 1, 1)
    assert f"ligne 3 : {reason}" in said(result)
    assert members(app) == {COVE: ["84080"]}


@SQLITE_ONLY
def test_another_file_is_no_groupings(run: Import, tmp_path: Path):
    assert "il manque « epci_siren »" in refused(run("groupings", COMMUNES))


@SQLITE_ONLY
@pytest.mark.skipif(not SHARED.exists(), reason="needs the shared data")
def test_real_epci_have_all_their_communes(done: Import, app: Flask, tmp_path: Path):
    lines = (SHARED / "communes.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    region = [line for line in lines if ",93," in line]
    done("communes", written(tmp_path / "paca.csv", lines[0], *region))
    assert counts(done("groupings", SHARED / "epci-communes-paca.csv"))["créées"] == 946
    found = members(app)
    assert (len(found), len(found[SORGUES]), len(found[COVE])) == (52, 5, 25)


# ── a new COG ───────────────────────────────────────────────────────────────


def a_zone_holding_a_commune_that_merges(done: Import, tmp_path: Path) -> None:
    """Monteux, in the zone of the CPTS, becomes part of Pernes-les-Fontaines, which is not."""
    done("communes", COMMUNES)
    done("finess", ESTABLISHMENTS)
    done("zones", FIXTURES / "zones.csv")
    now = "84031,Carpentras,84,93,84200,30000,COM,\n84088,Pernes-les-Fontaines,84,93,84210|84170,23000,COM,\n"
    cog = written(tmp_path / "cog.csv", COMMUNE, now)
    former = written(tmp_path / "anciennes.csv", FORMER, "84080,Monteux,COMD,84088\n84088,Pernes,COMD,84088\n")
    result = done("communes", cog, "--former", former)
    assert "Communes qui n’existent plus : 1." in said(result)
    assert "à qui le remplacement est proposé : 1." in said(result)


def test_a_commune_merged_into_another_is_proposed_for_replacement(done: Import, app: Flask, rows, tmp_path: Path):
    a_zone_holding_a_commune_that_merges(done, tmp_path)
    assert [row["insee"] for row in rows(UnitCommune)] == ["84031", "84080"]
    with app.app_context():
        (found,) = replacements([CPTS])
        assert (found.gone, found.successors) == (Place("84080", "Monteux"), (Place("84088", "Pernes-les-Fontaines"),))
        assert replacements(unit_ids=[found.unit_id]) == [found]
        topics = list(db.session().scalars(sa.select(OutboxMessage.topic).where(OutboxMessage.kind == "event")))
        assert topics.count("zone.outdated") == 1
        (pernes,) = read_communes("Monteux", "93")
        assert [place.insee for place in pernes.places] == ["84088"]


@SQLITE_ONLY
def test_those_who_serve_a_merged_commune_are_still_found_by_both_names(done: Import, app: Flask, tmp_path: Path):
    a_zone_holding_a_commune_that_merges(done, tmp_path)
    with app.app_context():
        for text in ("Monteux", "Pernes-les-Fontaines"):
            found = find_results(db.reader(), Asked(text))
            assert CPTS in [row.id for row in found.rows], text
    answer = app.test_client().get("/communes/84080")
    assert (answer.status_code, answer.location) == (301, "/communes/84088")
    assert CPTS in app.test_client().get("/communes/84088").text


def test_a_commune_that_is_back_in_the_cog_is_one_again(done: Import, app: Flask, rows, tmp_path: Path):
    a_zone_holding_a_commune_that_merges(done, tmp_path)
    assert counts(done("communes", COMMUNES))["modifiées"] >= 1
    with app.app_context():
        assert replacements([CPTS]) == []
        assert db.session().get_one(Commune, "84080").ceased_at is None
    assert [row["insee"] for row in rows(FormerCommune)] == ["84088"]


def test_a_complete_file_ends_what_it_lacks_in_its_departements_only(done: Import, app: Flask, tmp_path: Path):
    done("communes", COMMUNES)
    done("finess", ESTABLISHMENTS)
    done("zones", FIXTURES / "zones.csv")
    file = written(tmp_path / "84.csv", COMMUNE, "84031,Carpentras,84,93,84200,30000,COM,\n")
    done("communes", file)
    with app.app_context():
        assert replacements([CPTS]) == []
    done("communes", file, "--complete")
    with app.app_context():
        ceased = db.session().scalars(sa.select(Commune.insee).where(Commune.ceased_at.is_not(None)))
        assert {insee[:2] for insee in ceased} == {"84"}
        (found,) = replacements([CPTS])
        assert (found.gone.insee, found.successors) == ("84080", ())


@SQLITE_ONLY
def test_mergers_one_after_the_other_lead_to_the_commune_of_today(done: Import, app: Flask, tmp_path: Path):
    a_zone_holding_a_commune_that_merges(done, tmp_path)
    last = written(tmp_path / "x.csv", FORMER, "84088,Pernes-les-Fontaines,COMD,84031\n")
    done("communes", "--former", last)
    with app.app_context():
        (found,) = replacements([CPTS])
        assert found.successors == (Place("84031", "Carpentras"),)


@SQLITE_ONLY
def test_a_former_commune_that_the_same_import_calls_a_commune_is_rejected(done: Import, app: Flask, tmp_path: Path):
    former = written(tmp_path / "anciennes.csv", FORMER, "84080,Monteux,COMD,84088\n")
    result = done("communes", COMMUNES, "--former", former)
    assert "ligne 2 : commune ancienne, mais présente dans le fichier des communes (« 84080 »)" in said(result)
    with app.app_context():
        assert db.session().get_one(Commune, "84080").ceased_at is None


@SQLITE_ONLY
def test_imported_zones_hold_a_city_or_its_arrondissements(done: Import, rows, tmp_path: Path):
    done("communes", COMMUNES)
    done("finess", ESTABLISHMENTS)
    zone = written(tmp_path / "zone.csv", "finess_eg,insee_code\n", f"{CPTS},13201\n{CPTS},13055\n")
    result = done("zones", zone)
    assert "ligne 3 : ville dont la zone tient déjà des arrondissements (« 13055 »)" in said(result)
    assert [row["insee"] for row in rows(UnitCommune)] == ["13201"]
    other = written(tmp_path / "autre.csv", "finess_eg,insee_code\n", "970100004,13055\n970100004,13201\n")
    told = counts(done("zones", other))
    assert (told["créées"], told["inchangées"]) == (1, 1)
    assert [row["insee"] for row in rows(UnitCommune)] == ["13201", "13055"]
