"""The extraction of the Annuaire Santé turned into professionals and activities."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.import_report import ImportReport, Severity
from app.domain.registers import ProfessionalRow
from app.integrations.registers.expansion import UnreadableFileError
from app.integrations.registers.source import inspect
from app.integrations.rpps import reader

FIXTURES = Path(__file__).parents[1] / "fixtures"
SHARED = Path("/work/shared/data")
LINES = list(inspect(FIXTURES / "ps-libreacces.txt").lines())


def read(lines: list[str]) -> tuple[list[ProfessionalRow], ImportReport]:
    report = ImportReport()
    return list(reader.read(lines, report)), report


def test_lines_of_one_person_make_one_professional():
    rows, report = read(LINES)
    assert [(row.rpps, row.lines, len(row.activities)) for row in rows] == [
        ("10999800013", 3, 2),
        ("10999800021", 1, 1),
        ("10999800039", 1, 0),
    ]
    assert (report.read, report.rejected, report.warned) == (5, 0, 0)


def test_professional_is_read_in_the_words_of_the_portal():
    person = read(LINES)[0][0]
    assert (person.family_name, person.given_name, person.title) == ("ESSAI", "ALIX", "Docteur")
    assert (person.profession_code, person.profession_label) == ("10", "Médecin")
    assert (person.speciality_code, person.speciality_label) == ("SM54", "Médecine générale")
    office, clinic = person.activities
    assert (office.site_name, office.postcode, office.commune_insee, office.mode_code) == (
        "CABINET DES ESSAIS",
        "84200",
        "84031",
        "L",
    )
    assert (clinic.site_finess, clinic.commune_name) == ("840000038", "Monteux")


def test_columns_go_by_name_whatever_their_number_and_spelling():
    """56 columns, in capitals and without accents: the same people."""
    header = LINES[0].upper().replace("É", "E").replace("È", "E").rstrip("\n") + "CODE FONCTION|LIBELLE FONCTION|A|B|\n"
    longer = [header, *(line.rstrip("\n") + "FON-01|Titulaire|||\n" for line in LINES[1:])]
    assert read(longer)[0] == read(LINES)[0]


def test_quotes_are_letters():
    lines = [LINES[0], LINES[1].replace("CABINET DES ESSAIS", 'CABINET "DES ESSAIS')]
    assert read(lines)[0][0].activities[0].site_name == 'CABINET "DES ESSAIS'


def test_profession_held_comes_before_the_one_studied():
    student = LINES[4].replace("|Infirmier|C|", "|Médecin|E|").replace("|60|", "|10|")
    person = read([LINES[0], student, LINES[4]])[0][0]
    assert (person.lines, person.profession_code) == (2, "60")


def test_activity_is_the_same_whatever_the_savoir_faire():
    first, second = (read([LINES[0], line])[0][0].activities for line in LINES[1:3])
    assert first[0].key == second[0].key


@pytest.mark.parametrize(
    ("before", "after", "reason", "value"),
    [
        ("10999800021|", "1099980002|", "numéro RPPS invalide", "1099980002"),
        ("8|10999800021", "0|10999800021", "identifiant qui n’est pas un RPPS", "10999800021"),
        ("ÉPREUVE", "", "nom d’exercice manquant", "10999800021"),
        ("|60|", "||", "profession manquante", "10999800021"),
    ],
)
def test_impossible_line_is_rejected(before: str, after: str, reason: str, value: str):
    rows, report = read([LINES[0], LINES[4].replace(before, after, 1)])
    assert rows == []
    (note,) = report.samples[Severity.REJECTED]
    assert (note.line, note.reason, note.value) == (2, reason, value)


def test_wrong_key_warns_and_keeps_the_person():
    rows, report = read([LINES[0], LINES[4].replace("10999800021", "10999800022")])
    assert rows[0].rpps == "10999800022"
    assert [note.reason for note in report.samples[Severity.WARNING]] == ["clé du numéro RPPS fausse"]


def test_doubtful_site_is_left_out_and_said():
    line = LINES[3].replace("840000038", "84000003").replace("|84080|", "|8408|")
    rows, report = read([LINES[0], line])
    assert (rows[0].activities[0].site_finess, rows[0].activities[0].commune_insee) == (None, None)
    assert len(report.samples[Severity.WARNING]) == 2


def test_file_of_another_kind_is_refused():
    with pytest.raises(UnreadableFileError, match="il manque « Identifiant PP »"):
        read(["insee_code,name\n"])


def test_cut_file_is_refused():
    with pytest.raises(UnreadableFileError, match="tronqué"):
        read([*LINES[:2], LINES[2][:90]])


def test_endless_person_is_cut_into_pieces():
    rows, _ = read([LINES[0], *LINES[1:2] * 1_200])
    assert [row.lines for row in rows] == [500, 500, 200]


@pytest.mark.skipif(not SHARED.exists(), reason="les données de référence du projet ne sont pas sur cette machine")
def test_real_layout_reads_whole():
    rows, report = read(list(inspect(SHARED / "ps-libreacces-paca.synthetic.txt").lines()))
    assert (len(rows), report.read, report.rejected, report.warned) == (3000, 3000, 0, 0)
