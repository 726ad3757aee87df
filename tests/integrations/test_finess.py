"""FINESS lines turned into establishments, legal entities and positions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.domain.import_report import ImportReport, Outcome, Severity
from app.domain.registers import EstablishmentRow, LegalEntityRow, PositionRow
from app.integrations.finess import reader
from app.integrations.registers.expansion import UnreadableFileError
from app.integrations.registers.source import inspect

FIXTURES = Path(__file__).parents[1] / "fixtures"
ESTABLISHMENTS = FIXTURES / "finess-etablissements.csv"
SHARED = Path("/work/shared/data")


def lines(path: Path = ESTABLISHMENTS) -> list[str]:
    return list(inspect(path).lines())


def read(content: list[str]) -> tuple[list[reader.FinessRow], ImportReport]:
    report = ImportReport()
    return list(reader.read(content, report)), report


def reasons(report: ImportReport, severity: Severity) -> list[tuple[int, str, str]]:
    return [(note.line, note.reason, note.value) for note in report.samples[severity]]


def edited(before: str, after: str, at: int = 1) -> list[str]:
    """The fixture with one line changed."""
    content = lines()
    assert before in content[at]
    content[at] = content[at].replace(before, after, 1)
    return content


def test_establishment_is_read_in_the_words_of_the_portal():
    rows, report = read(lines())
    assert rows[0] == EstablishmentRow(
        line=2,
        finess="840000012",
        legal_entity_finess="840000004",
        name="CPTS DES ESSAIS",
        long_name="CPTS DES ESSAIS",
        category_code="604",
        category_label="Communautés professionnelles territoriales de santé (CPTS)",
        category_group_label=None,
        siret=None,
        street="584 BIS AV VICTOR HUGO",
        address_extra=None,
        postcode="84200",
        city="CARPENTRAS",
        commune_insee="84031",
        departement="84",
        phone="+33465710001",
        opened_on=date(2022, 1, 18),
        closed_on=None,
        register_updated_on=date(2026, 5, 4),
    )
    assert (report.read, report.rejected) == (3, 0)


def test_quotes_inside_quotes_are_kept():
    rows, _ = read(lines())
    assert rows[1].name == 'CLINIQUE "LES ÉPREUVES"'


def test_overseas_establishment_has_its_insee_codes_and_its_phone_is_doubted():
    rows, report = read(lines())
    assert (rows[2].departement, rows[2].commune_insee, rows[2].phone) == ("971", "97105", "059000")
    assert reasons(report, Severity.WARNING) == [(4, "téléphone invalide, gardé tel quel", "059000")]


def test_overseas_phone_is_international():
    rows, report = read(edited("059000", "0590820963", at=3))
    assert (rows[2].phone, report.warned) == ("+590590820963", 0)


def test_wrong_key_warns_and_keeps_the_line():
    rows, report = read(edited("840000012", "840000013"))
    assert rows[0].finess == "840000013"
    assert (2, "clé du numéro FINESS fausse", "840000013") in reasons(report, Severity.WARNING)


def test_impossible_legal_entity_does_not_cost_the_line():
    rows, report = read(edited("840000004", "84000000"))
    assert rows[0].legal_entity_finess is None
    assert (2, "numéro FINESS de l’entité juridique invalide, ignoré", "84000000") in reasons(report, Severity.WARNING)


@pytest.mark.parametrize(
    ("before", "after", "reason", "value"),
    [
        ("840000012", "84000001", "numéro FINESS invalide", "84000001"),
        (";84;VAUCLUSE", ";99;VAUCLUSE", "département inconnu", "99"),
        (";604;", ";;", "catégorie manquante", "840000012"),
        ("CPTS DES ESSAIS;CPTS DES ESSAIS", ";", "raison sociale manquante", "840000012"),
        ("84200 CARPENTRAS;", "", "", ""),
        (";CPTS DES ESSAIS;", ';"CPTS DES ESSAIS;', "guillemet jamais fermé", ""),
    ],
    ids=["number", "departement", "category", "name", "shifted", "quote"],
)
def test_impossible_line_is_rejected_alone(before: str, after: str, reason: str, value: str):
    rows, report = read(edited(before, after))
    assert report.rejected == 1 or not reason
    assert len(rows) == report.read - report.rejected == 3 - bool(reason)
    if reason:
        assert reasons(report, Severity.REJECTED) == [(2, reason, value)]


def test_short_line_is_rejected():
    content = lines()
    content[1] = "structureet;840000012;840000004;CPTS DES ESSAIS\n"
    _, report = read(content)
    assert reasons(report, Severity.REJECTED) == [(2, "ligne incomplète", "4 colonnes au lieu de 20")]


def test_file_cut_in_its_last_line_is_refused():
    """Anywhere in the line, up to its last separator."""
    whole = "".join(lines())
    last = whole.rindex("structureet")
    for end in range(last + len("structureet;"), len(whole) - 2, 7):
        with pytest.raises(UnreadableFileError, match="tronqué"):
            read(whole[:end].splitlines(keepends=True))


def test_doubtful_values_are_said_and_left_out():
    changed = edited(";9499Z;", ";1234;9499Z;"[5:])
    changed[1] = changed[1].replace(";2103;;;", ";2103;;123;").replace("2022-01-18", "18/13/2022")
    rows, report = read(changed)
    assert (rows[0].siret, rows[0].opened_on) == (None, None)
    assert {reason for _, reason, _ in reasons(report, Severity.WARNING)} >= {
        "SIRET invalide, ignoré",
        "date illisible, ignorée",
    }


def test_blank_cells_say_nothing():
    rows, _ = read(edited("584;AV;VICTOR HUGO;B", ";;;").copy())
    assert rows[0].street is None


def test_header_row_moves_the_columns_and_is_no_line():
    header = "section;nofinesset;nofinessej;rs;categetab;departement;commune;datefermeture\n"
    line = "structureet;840000012;840000004;CPTS;604;84;031;2026-01-31" + ";" * 12 + "\n"
    rows, report = read([header, line])
    assert report.read == 1
    assert (rows[0].name, rows[0].commune_insee, rows[0].closed_on) == ("CPTS", "84031", date(2026, 1, 31))


def test_other_categories_are_counted_and_not_looked_at():
    """Nor doubted: a warning about an establishment that nobody asked for helps nobody."""
    report = ImportReport()
    content = edited("840000038", "84000003", at=2)
    rows = list(reader.read(content, report, category="604"))
    assert [row.finess for row in rows] == ["840000012", "970100004"]
    assert (report.read, report.rejected, report.outcomes[Outcome.IGNORED]) == (3, 0, 1)


@pytest.mark.parametrize(("written", "read_as"), [("18/01/2022", date(2022, 1, 18)), ("20220118", date(2022, 1, 18))])
def test_dates_are_read_as_files_write_them(written: str, read_as: date):
    rows, report = read(edited("2022-01-18", written))
    assert (rows[0].opened_on, report.warned) == (read_as, 1)  # the warning is the island's phone


def test_other_sections_and_extra_columns_are_left_alone():
    content = [*lines()[:2], "equipementsocial;840000012;x\n"]
    content[1] = content[1].rstrip("\n") + ";en;plus\n"
    rows, report = read(content)
    assert (len(rows), report.read) == (1, 1)


def test_legal_entity_is_read():
    rows, report = read(lines(FIXTURES / "finess-entites-juridiques.csv"))
    assert report.rejected == 0
    assert rows[0] == LegalEntityRow(
        line=2,
        finess="840000004",
        name="ASSOCIATION DES ESSAIS",
        long_name="ASSOCIATION DES ESSAIS",
        legal_status_code="60",
        legal_status_label="Association Loi 1901 non Reconnue d'Utilité Publique",
        siren=None,
        street="584 AV VICTOR HUGO",
        postcode="84200",
        city="CARPENTRAS",
        phone="+33465710001",
        created_on=date(2020, 1, 1),
    )


def test_kind_is_told_by_the_content():
    assert reader.kind(lines()) == reader.ESTABLISHMENT
    assert reader.kind(lines(FIXTURES / "finess-geolocalisation.csv")) == reader.ESTABLISHMENT
    assert reader.kind(lines(FIXTURES / "finess-entites-juridiques.csv")) == reader.LEGAL_ENTITY
    with pytest.raises(UnreadableFileError, match="pas un fichier FINESS"):
        reader.kind(lines(FIXTURES / "communes.csv"))


# ── positions ───────────────────────────────────────────────────────────────

OFFICIAL = "geolocalisation;010000024;870262.2;6571540.8;1,ATLASANTE,96,BAN,{};2026-05-04\n"


def position(line: str) -> PositionRow | None:
    rows, _ = read([line])
    return rows[0] if rows else None


@pytest.mark.parametrize(
    "source", ["EPSG:2154 RGF93 / Lambert-93 (Métropole)", "BD_ADRESSE;V2.1;LAMBERT_93", "sans projection"]
)
def test_lambert_93_becomes_degrees(source: str):
    """The hospital of Bourg-en-Bresse, at Viriat: 46,222 N 5,209 E."""
    found = position(OFFICIAL.format(source))
    assert (found.latitude, found.longitude) == pytest.approx((46.2223, 5.2092), abs=1e-4)


@pytest.mark.parametrize("source", ["EPSG:5490 RGAF09/UTM Zone 20N (Antilles)", "UTM_N20"])
def test_overseas_projection_is_the_one_named(source: str):
    """Les Abymes, Guadeloupe."""
    found = position(f"geolocalisation;970100012;657242,9;1795384,4;2,ATLASANTE,96,BAN,{source};2026-05-04\n")
    assert (found.latitude, found.longitude) == pytest.approx((16.234, -61.5287), abs=1e-3)


@pytest.mark.parametrize(
    ("x", "y", "source", "reason"),
    [
        ("abc", "6571540.8", "EPSG:2154", "coordonnées invalides"),
        ("1e300", "1e300", "EPSG:2154", "coordonnées invalides"),
        ("nan", "6571540.8", "EPSG:2154", "coordonnées invalides"),
        ("870262.2", "6571540.8", "EPSG:999999", "projection inconnue"),
    ],
)
def test_impossible_position_is_rejected(x: str, y: str, source: str, reason: str):
    rows, report = read([f"geolocalisation;010000024;{x};{y};1,{source};2026-05-04\n"])
    assert rows == []
    assert [reason for _, reason, _ in reasons(report, Severity.REJECTED)] == [reason]


def test_position_without_coordinates_says_nothing():
    assert position("geolocalisation;010000024;;;;2026-05-04\n") is None


# ── the owner's real slice ──────────────────────────────────────────────────


@pytest.mark.skipif(not SHARED.exists(), reason="les données de référence du projet ne sont pas sur cette machine")
def test_real_slice_reads_alike_in_both_encodings():
    """Official lines of 2026-05 and PACA hospitals: every one is read, all keys are right."""
    both = []
    for name in ("finess-raw-slice.csv", "finess-raw-slice.latin1.csv"):
        rows, report = read(lines(SHARED / name))
        assert (report.read, report.rejected, report.warned) == (89, 0, 0)
        both.append(rows)
    assert both[0] == both[1]
    assert {row.departement for row in both[0]} >= {"01", "13", "83", "84", "971", "972", "973", "974", "976", "986"}
