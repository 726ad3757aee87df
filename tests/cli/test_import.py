"""`flask import …` end to end: idempotent, whole or not at all, and clear about what it did."""

from __future__ import annotations

import csv
import gzip
import os
import pty
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask

from app import clock, create_app, db
from app.integrations.registers import passes
from app.models import (
    Commune,
    CommuneContour,
    CommunePostcode,
    Contact,
    Establishment,
    FormerCommune,
    LegalEntity,
    Person,
    Professional,
    ProfessionalActivity,
    Telecom,
    Unit,
    UnitActivity,
    UnitCommune,
)
from tests.support.backends import SQLITE_ONLY

FIXTURES = Path(__file__).parents[1] / "fixtures"
COMMUNES = FIXTURES / "communes.csv"
ESTABLISHMENTS = FIXTURES / "finess-etablissements.csv"
ENTITIES = FIXTURES / "finess-entites-juridiques.csv"
POSITIONS = FIXTURES / "finess-geolocalisation.csv"
RPPS = FIXTURES / "ps-libreacces.txt"
SHARED = Path("/work/shared/data")
CPTS = "840000012"
SPACES = str.maketrans("\u00a0\u202f", "  ")

Import = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Import:
    """`run("communes", file, "--dry-run")`: the command, as typed."""

    def invoke(*args: object) -> Result:
        return app.test_cli_runner().invoke(args=["import", *map(str, args)], catch_exceptions=False)

    return invoke


@pytest.fixture
def done(run: Import) -> Import:
    """The same, for what must succeed."""

    def invoke(*args: object) -> Result:
        result = run(*args)
        assert result.exit_code == 0, result.output
        return result

    return invoke


@pytest.fixture
def rows(app: Flask) -> Callable[[type], list[dict[str, object]]]:
    """Every stored row of a model, in key order, without the time of its last change."""

    def read(model: type) -> list[dict[str, object]]:
        table = model.__table__
        with app.app_context():
            found = db.session().execute(sa.select(table).order_by(*table.primary_key)).mappings().all()
        return [{name: value for name, value in row.items() if name != "updated_at"} for row in found]

    return read


def said(result: Result) -> str:
    """Standard output, with the spaces of a keyboard."""
    return result.stdout.translate(SPACES)


def counts(result: Result) -> dict[str, int]:
    """`{"lues": 7, "créées": 7, …}`."""
    parts = (line.partition(" : ") for line in said(result).splitlines())
    return {name.split()[-1].lower(): int(value) for name, _, value in parts if value.isdigit()}


def refused(result: Result) -> str:
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Import impossible. ")
    assert result.stderr.count("\n") == 1
    assert "Rien n’a été écrit." in result.stderr
    return result.stderr.translate(SPACES)


# ── communes ────────────────────────────────────────────────────────────────


def test_communes_are_created_then_unchanged(done: Import, rows):
    first = counts(done("communes", COMMUNES))
    assert first == {"lues": 7, "créées": 7, "modifiées": 0, "inchangées": 0, "rejetées": 0}
    stored = rows(Commune), rows(CommunePostcode)
    second = counts(done("communes", COMMUNES))
    assert second == {"lues": 7, "créées": 0, "modifiées": 0, "inchangées": 7, "rejetées": 0}
    assert (rows(Commune), rows(CommunePostcode)) == stored
    assert [row["postcode"] for row in stored[1] if row["insee"] == "2A004"] == ["20000", "20090"]


def test_blank_says_nothing_and_values_replace(done: Import, rows, tmp_path: Path):
    done("communes", COMMUNES)
    later = tmp_path / "plus-tard.csv"
    later.write_text(
        "insee_code,name,departement,region,postcodes,population\n"
        "84031,Carpentras,84,93,84200|84201,\n84080,Monteux,84,93,,13300\n"
    )
    assert counts(done("communes", later))["modifiées"] == 2
    stored = {row["insee"]: row["population"] for row in rows(Commune)}
    assert (stored["84031"], stored["84080"]) == (30500, 13300)
    codes = [(row["insee"], row["postcode"]) for row in rows(CommunePostcode) if str(row["insee"]) > "84"]
    assert codes[:3] == [("84031", "84200"), ("84031", "84201"), ("84080", "84170")]


def test_former_names_and_contours_need_their_commune(done: Import, rows, tmp_path: Path):
    square = "[[[5,44],[5.1,44],[5.1,44.1],[5,44.1],[5,44]]]"
    features = ",".join(
        f'{{"type":"Feature","properties":{{"code":"{code}"}},"geometry":{{"type":"Polygon","coordinates":{square}}}}}'
        for code in ("84031", "84999")
    )
    contours = tmp_path / "contours.geojson"
    contours.write_text(f'{{"type":"FeatureCollection","features":[{features}]}}')
    former = FIXTURES / "communes-anciennes.csv"
    result = done("communes", COMMUNES, "--former", former, "--contours", contours)
    assert counts(result) | {"lues": 11, "créées": 9, "rejetées": 2} == counts(result)
    assert "communes-anciennes.csv, ligne 3 : commune inconnue (« 84999 »)" in said(result)
    assert [row["name"] for row in rows(FormerCommune)] == ["Serres-lès-Carpentras"]
    (contour,) = rows(CommuneContour)
    (commune,) = (row for row in rows(Commune) if row["insee"] == "84031")
    assert contour["path"].startswith("M")
    assert (commune["latitude"], commune["longitude"]) == pytest.approx((44.05, 5.05), abs=0.001)


# ── FINESS ──────────────────────────────────────────────────────────────────


def test_finess_files_make_establishments_and_cpts_units(done: Import, rows):
    done("communes", COMMUNES)
    assert counts(done("finess", ENTITIES, POSITIONS))["créées"] == 6
    cpts, clinic, island = rows(Establishment)
    assert (cpts["name"], cpts["phone"], cpts["commune_insee"]) == ("CPTS DES ESSAIS", "+33465710001", "84031")
    assert (clinic["latitude"], clinic["longitude"]) == (None, None)
    assert (cpts["latitude"], cpts["longitude"]) == pytest.approx((44.05, 5.1), abs=0.1)
    assert (island["latitude"], island["longitude"]) == pytest.approx((16.0, -61.7), abs=0.1)
    units = rows(Unit)
    assert [row["establishment_finess"] for row in units] == [CPTS, "970100004"]
    expected = {"name": "CPTS DES ESSAIS", "type_code": "255", "care_mode_code": "58", "activity_field_code": "05"}
    assert expected.items() <= units[0].items()
    assert (units[0]["min_age"], units[0]["max_age"]) == (0, 150)
    assert [row["code"] for row in rows(UnitActivity)] == ["475", "475"]
    (contact,) = rows(Contact)  # the island's phone is no valid number
    assert {"nature_code": "06", "confidentiality": 1}.items() <= contact.items()
    (telecom,) = rows(Telecom)
    assert {"channel_code": "2", "value": "+33465710001", "confidentiality": 1}.items() <= telecom.items()


def test_finess_again_changes_nothing(done: Import, rows):
    done("communes", COMMUNES)
    done("finess", ENTITIES, POSITIONS)
    stored = [rows(model) for model in (Establishment, LegalEntity, Unit, Contact, Telecom)]
    again = counts(done("finess", POSITIONS, ENTITIES))
    assert (again["lues"], again["inchangées"]) == (8, 8)
    assert [rows(model) for model in (Establishment, LegalEntity, Unit, Contact, Telecom)] == stored


@pytest.mark.parametrize("category", [(), ("--category", "604")], ids=["all", "cpts"])
def test_order_of_files_does_not_matter(done: Import, rows, app: Flask, category: tuple[str, ...]):
    """Establishments first: their legal entities are known by number until their own file comes."""
    done("communes", COMMUNES)
    result = done("finess", ESTABLISHMENTS, *category)
    numbers = [row["finess"] for row in rows(LegalEntity)]
    assert {row["name"] for row in rows(LegalEntity)} == {"Entité juridique"}
    assert f"par leur seul numéro : {len(numbers)}. Importez aussi le fichier cs1100501." in said(result)
    assert "cs1100501" not in said(done("finess", ENTITIES))
    entities = {row["finess"]: row for row in rows(LegalEntity)}
    assert entities["840000004"]["name"] == "ASSOCIATION DES ESSAIS"
    held = {row["legal_entity_finess"] for row in rows(Establishment)}
    assert held == set(numbers)


def test_category_keeps_its_establishments_and_their_legal_entities(done: Import, rows):
    done("communes", COMMUNES)
    result = done("finess", ENTITIES, POSITIONS, "--category", "604")
    assert "écartées (hors catégorie) : 2" in said(result)  # the clinic and its legal entity
    assert [row["finess"] for row in rows(Establishment)] == [CPTS, "970100004"]
    assert [row["name"] for row in rows(LegalEntity)] == ["ASSOCIATION DES ESSAIS", "ASSOCIATION DES ÎLES"]


def test_finess_in_cp1252_and_gz_is_the_same(done: Import, rows, tmp_path: Path):
    done("communes", COMMUNES)
    done("finess", ESTABLISHMENTS)
    packed = tmp_path / "etablissements.csv.gz"
    packed.write_bytes(gzip.compress(ESTABLISHMENTS.read_text(encoding="utf-8").encode("cp1252")))
    assert counts(done("finess", packed))["inchangées"] == 3


def test_unknown_commune_is_said_and_comes_with_the_communes(done: Import, rows):
    before = done("finess", ESTABLISHMENTS)
    assert "3 × commune de l’adresse inconnue, laissée vide" in said(before)
    done("communes", COMMUNES)
    assert counts(done("finess", ESTABLISHMENTS))["modifiées"] == 3
    assert [row["commune_insee"] for row in rows(Establishment)] == ["84031", "84080", "97105"]


def edited(tmp_path: Path, **changes: str) -> Path:
    content = ESTABLISHMENTS.read_text(encoding="utf-8").splitlines(keepends=True)[:2]
    for before, after in changes.items():
        assert before in content[1]
        content[1] = content[1].replace(before, after)
    path = tmp_path / "modifie.csv"
    path.write_text("".join(content), encoding="utf-8")
    return path


def stored_cpts(app: Flask, **values: object) -> dict[str, object]:
    """The CPTS after these values were set by hand."""
    with app.app_context():
        session = db.session()
        if values:
            session.execute(sa.update(Establishment).where(Establishment.finess == CPTS).values(**values))
            session.commit()
        return dict(session.execute(sa.select(Establishment.__table__).filter_by(finess=CPTS)).mappings().one())


def test_finess_updates_and_never_blanks(done: Import, app: Flask, tmp_path: Path):
    done("communes", COMMUNES)
    done("finess", ESTABLISHMENTS)
    changed = edited(tmp_path, **{"584;AV;VICTOR HUGO;B": ";;;", "0465710001": "0465710009"})
    assert counts(done("finess", changed))["modifiées"] == 1
    stored = stored_cpts(app)
    assert (stored["street"], stored["phone"]) == ("584 BIS AV VICTOR HUGO", "+33465710009")


def test_older_register_line_changes_nothing(done: Import, app: Flask, tmp_path: Path):
    done("communes", COMMUNES)
    done("finess", ESTABLISHMENTS)
    older = edited(tmp_path, **{"2026-05-04": "2025-05-04", "0465710001": "0465710009"})
    assert counts(done("finess", older))["inchangées"] == 1
    assert stored_cpts(app)["phone"] == "+33465710001"


def test_what_people_checked_since_stays(done: Import, app: Flask, tmp_path: Path):
    """A phone confirmed in the portal after the register's date is not undone; the official name still follows."""
    done("communes", COMMUNES)
    done("finess", ESTABLISHMENTS)
    stored_cpts(app, phone="+33465710099", verified_at=clock.now())
    done("finess", edited(tmp_path, **{"CPTS DES ESSAIS": "CPTS DES EPREUVES"}))
    stored = stored_cpts(app)
    assert (stored["name"], stored["phone"]) == ("CPTS DES EPREUVES", "+33465710099")


def test_closed_unit_is_not_opened_again(done: Import, app: Flask, rows):
    done("communes", COMMUNES)
    done("finess", ESTABLISHMENTS)
    with app.app_context():
        db.session().execute(sa.update(Unit).values(closed_on=clock.now().date()))
        db.session().commit()
    done("finess", ESTABLISHMENTS)
    assert len(rows(Unit)) == 2


# ── zones ───────────────────────────────────────────────────────────────────


def test_zones_are_added_and_never_removed(done: Import, rows, tmp_path: Path):
    done("communes", COMMUNES)
    done("finess", ESTABLISHMENTS)
    assert counts(done("zones", FIXTURES / "zones.csv"))["créées"] == 2
    more = tmp_path / "zones.csv"
    more.write_text(f"finess_eg,insee_code\n{CPTS},84088\n{CPTS},84088\n{CPTS},84031\n")
    assert counts(done("zones", more)) | {"créées": 1, "inchangées": 2} == counts(done("zones", more)) | {
        "créées": 1,
        "inchangées": 2,
    }
    assert [row["insee"] for row in rows(UnitCommune)] == ["84031", "84080", "84088"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("840000079,84031", "établissement inconnu (« 840000079 »)"),
        ("840000038,84031", "établissement sans unité CPTS (« 840000038 »)"),
        (f"{CPTS},84999", "commune inconnue (« 84999 »)"),
        (f"{CPTS},8403", "code commune invalide (« 8403 »)"),
        ("84000001,84031", "numéro FINESS invalide (« 84000001 »)"),
        (f'"{CPTS},84031', "guillemet jamais fermé"),
    ],
)
def test_impossible_zone_is_a_rejected_line(done: Import, rows, tmp_path: Path, line: str, reason: str):
    done("communes", COMMUNES)
    done("finess", ESTABLISHMENTS)
    file = tmp_path / "zones.csv"
    file.write_text(f"finess_eg,insee_code\n{line}\n{CPTS},84031\n")
    result = done("zones", file)
    assert f"zones.csv, ligne 2 : {reason}" in said(result)
    assert counts(result)["rejetées"] == 1
    assert len(rows(UnitCommune)) == 1


# ── RPPS ────────────────────────────────────────────────────────────────────


def test_professionals_are_created_then_unchanged(done: Import, rows):
    assert counts(done("rpps", RPPS)) == {"lues": 5, "créées": 5, "modifiées": 0, "inchangées": 0, "rejetées": 0}
    stored = rows(Professional), rows(ProfessionalActivity)
    assert [(row["rpps"], row["family_name"]) for row in stored[0]] == [
        ("10999800013", "ESSAI"),
        ("10999800021", "ÉPREUVE"),
        ("10999800039", "TÉMOIN"),
    ]
    assert [row["commune_name"] for row in stored[1]] == ["Carpentras", "Monteux", "Monteux"]
    assert counts(done("rpps", RPPS))["inchangées"] == 5
    assert (rows(Professional), rows(ProfessionalActivity)) == stored


def test_professional_of_the_register_gets_no_right_and_no_listing(done: Import, rows):
    done("rpps", RPPS)
    assert rows(Person) == []


def rpps_file(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "activites.txt"
    path.write_text("".join([RPPS.read_text(encoding="utf-8").splitlines(keepends=True)[0], *lines]), encoding="utf-8")
    return path


def test_activity_that_is_over_goes_and_others_stay(done: Import, rows, tmp_path: Path):
    done("rpps", RPPS)
    moved = RPPS.read_text(encoding="utf-8").splitlines(keepends=True)[3]
    assert "ne donne plus, retirées : 1." in said(done("rpps", rpps_file(tmp_path, moved)))
    assert [row["site_name"] for row in rows(ProfessionalActivity)] == ["CLINIQUE DES ÉPREUVES", None]


@pytest.mark.parametrize("batch", [1, 1000])
def test_person_who_comes_back_in_the_file_is_completed(done: Import, rows, tmp_path: Path, monkeypatch, batch: int):
    """Lines of one person apart from each other, in one batch or in several."""
    monkeypatch.setattr(passes, "BATCH", batch)
    _, first, _, clinic, other, last = RPPS.read_text(encoding="utf-8").splitlines(keepends=True)
    file = rpps_file(tmp_path, first, other, clinic.replace("ESSAI|", "ESSAI-AUTRE|"), last)
    done("rpps", file)
    assert [row["family_name"] for row in rows(Professional)] == ["ESSAI", "ÉPREUVE", "TÉMOIN"]
    assert len(rows(ProfessionalActivity)) == 3
    assert counts(done("rpps", file))["inchangées"] == 4


# ── whole or not at all ─────────────────────────────────────────────────────


def test_file_that_breaks_in_the_middle_leaves_nothing(run: Import, rows, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(passes, "BATCH", 2)
    content = COMMUNES.read_text(encoding="utf-8")
    (tmp_path / "coupe.csv").write_text(content[:-20], encoding="utf-8")
    assert "tronqué : sa dernière ligne (8)" in refused(run("communes", tmp_path / "coupe.csv"))
    assert rows(Commune) == []


def test_second_file_that_breaks_takes_the_first_with_it(run: Import, done: Import, rows, tmp_path: Path):
    done("communes", COMMUNES)
    (tmp_path / "coupe.csv").write_bytes(ESTABLISHMENTS.read_bytes()[:-60])
    assert "coupe.csv" in refused(run("finess", ENTITIES, tmp_path / "coupe.csv"))
    assert rows(LegalEntity) == []


def test_unusable_files_get_one_sentence(run: Import, tmp_path: Path):
    empty = tmp_path / "vide.csv"
    empty.touch()
    assert "vide.csv : Le fichier est vide." in refused(run("communes", empty))
    assert "absent.csv : Le fichier n’existe pas." in refused(run("zones", tmp_path / "absent.csv"))
    assert "Ce n’est pas un fichier FINESS" in refused(run("finess", COMMUNES))
    assert "il manque « Identifiant PP »" in refused(run("rpps", COMMUNES))
    assert "il manque « finess_eg »" in refused(run("zones", COMMUNES))
    assert "pas un fichier GeoJSON" in refused(run("communes", "--contours", COMMUNES))


def test_dry_run_tells_all_and_writes_nothing(done: Import, rows):
    result = done("communes", COMMUNES, "--dry-run")
    assert counts(result)["créées"] == 7
    assert "Essai à blanc" in said(result)
    assert rows(Commune) == []


def test_database_that_is_not_ready_is_said(template, tmp_path: Path):
    with template.empty() as url:
        bare = create_app(database_url=url, instance_path=tmp_path, secret_key="a secret of the tests, long enough")
        sentence = refused(bare.test_cli_runner().invoke(args=["import", "communes", str(COMMUNES)]))
        with bare.app_context():
            db.engine().dispose()
    assert "lancez d’abord « flask --app wsgi db upgrade »" in sentence


def test_nothing_to_import_is_a_usage_error(run: Import):
    assert run("communes").exit_code == 2


# ── the report ──────────────────────────────────────────────────────────────


def test_report_lists_every_rejected_line_and_warning(done: Import, tmp_path: Path):
    bad = "".join(f"=cmd{i},X,84,93,84200,1,COM,\n" for i in range(15))
    file, report = tmp_path / "communes.csv", tmp_path / "rapport.csv"
    file.write_text(COMMUNES.read_text(encoding="utf-8") + bad, encoding="utf-8")
    result = done("communes", file, "--report", report)
    assert "15 × code commune invalide" in said(result)
    assert said(result).count("communes.csv, ligne") == 10
    with report.open(encoding="utf-8", newline="") as opened:
        noted = list(csv.DictReader(opened))
    assert len(noted) == 15
    assert noted[0] == {
        "fichier": "communes.csv",
        "ligne": "9",
        "gravite": "rejet",
        "motif": "code commune invalide",
        "valeur": "'=cmd0",
    }


def test_report_that_cannot_be_written_stops_before_anything(run: Import, rows, tmp_path: Path):
    assert "ne peut pas être écrit" in refused(run("communes", COMMUNES, "--report", tmp_path / "nulle" / "part.csv"))
    assert rows(Commune) == []


def test_value_longer_than_its_column_is_cut_and_said(done: Import, rows, tmp_path: Path):
    file = tmp_path / "communes.csv"
    file.write_text(f"insee_code,name,departement,region,postcodes\n84031,{'Très' * 50},84,93,84200\n")
    assert "1 × valeur trop longue, coupée" in said(done("communes", file))
    assert len(rows(Commune)[0]["name"]) == 120


@SQLITE_ONLY
def test_progress_shows_on_a_terminal_and_nowhere_else(database_url: str, tmp_path: Path):
    """The real command on a real pseudo-terminal; the runs above, without one, had nothing but sentences."""
    settings = {"DATABASE_URL": database_url, "SECRET_KEY": "a secret of the tests, long enough"}
    child, terminal = pty.fork()
    if child == 0:
        os.execve(  # noqa: S606 - this is the command under test
            sys.executable,
            [sys.executable, "-m", "flask", "--app", "wsgi", "import", "communes", str(COMMUNES)],
            {**os.environ, **settings},
        )
    shown = b""
    with suppress(OSError):  # Linux ends the reading of a closed terminal with an error
        while piece := os.read(terminal, 4096):
            shown += piece
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert "communes.csv: 100%" in shown.decode()
    assert "8/8" in shown.decode()


# ── the search ──────────────────────────────────────────────────────────────


def test_what_is_imported_is_found_at_once(done: Import, client):
    done("communes", COMMUNES)
    done("finess", ENTITIES, ESTABLISHMENTS)
    done("zones", FIXTURES / "zones.csv")
    assert client.get("/recherche?q=cpts+essais").has(f'[data-type="etablissement"][data-id="{CPTS}"]')


# ── the owner's data ────────────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="les données de référence du projet ne sont pas sur cette machine")
def test_owners_data_loads_whole(done: Import, rows):
    communes = done("communes", SHARED / "communes.csv", "--former", SHARED / "communes-anciennes.csv")
    assert counts(communes)["créées"] == 34_920 + 2_576
    registers = [SHARED / name for name in ("finess-ej-cpts-paca.synthetic.csv", "finess-cpts-paca.synthetic.csv")]
    done("finess", *registers, SHARED / "finess-raw-slice.csv")
    latin = counts(done("finess", SHARED / "finess-raw-slice.latin1.csv"))
    assert (latin["lues"], latin["inchangées"]) == (89, 89)
    zones = counts(done("zones", SHARED / "zones-cpts-paca.csv"))
    assert (zones["lues"], zones["créées"]) == (915, 915)
    people = counts(done("rpps", SHARED / "ps-libreacces-paca.synthetic.txt"))
    assert (people["lues"], people["créées"]) == (3_000, 3_000)
    assert len(rows(Unit)) == 70
    assert counts(done("communes", SHARED / "communes.csv"))["inchangées"] == 34_920
