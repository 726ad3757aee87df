"""Files as they come: encodings, archives, and everything that can be wrong with them."""

from __future__ import annotations

import gzip
import tracemalloc
import zipfile
from contextlib import suppress
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.import_report import ImportReport
from app.integrations.communes import contours
from app.integrations.communes import reader as communes
from app.integrations.finess import reader as finess
from app.integrations.registers import expansion, source
from app.integrations.registers.expansion import UnreadableFileError
from app.integrations.registers.lines import OPEN_QUOTE, fold, records, split
from app.integrations.registers.source import inspect
from app.integrations.rpps import reader as rpps
from app.integrations.zones import reader as zones

TEXT = "nom;ville\nŒuvre de l’été;Cœur\n"


@pytest.fixture
def write(tmp_path: Path):
    def put(content: bytes, name: str = "registre.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return put


def sentence(path: Path, member: str = "") -> str:
    """Why the file cannot be used; the whole of it is read, as an import does."""
    with pytest.raises(UnreadableFileError) as refused:
        list(inspect(path, member=member).lines())
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8-sig"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("cp1252"), "cp1252"),
        (TEXT.replace("’", "'").encode("iso-8859-15"), "iso-8859-15"),
        (b"nom;ville\nA;B", "utf-8-sig"),
    ],
)
def test_encoding_is_recognised(write, content: bytes, encoding: str):
    file = inspect(write(content))
    assert file.encoding == encoding
    assert "".join(file.lines()) == content.decode(encoding)
    assert file.line_count == 2


def test_character_cut_by_a_chunk_is_still_utf8(write, monkeypatch):
    monkeypatch.setattr(source, "CHUNK", 7)
    assert list(inspect(write(TEXT.encode())).lines()) == TEXT.splitlines(keepends=True)


def test_windows_ends_and_stray_returns_are_no_lines(write):
    assert list(inspect(write(b"a\r\nb\rc\r\n")).lines()) == ["a\n", "b c\n"]


def test_gzip_and_zip_are_read_as_the_plain_file(write, tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "registre.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("PS_LibreAcces_SavoirFaire.txt", "autre")
        archive.writestr("PS_LibreAcces_Personne_activite.txt", TEXT)
    zipped = inspect(tmp_path / "registre.zip", member="personne_activite")
    gzipped = inspect(write(gzip.compress(TEXT.encode()), "registre.gz"))
    assert list(zipped.lines()) == list(gzipped.lines()) == TEXT.splitlines(keepends=True)


def test_archive_of_several_files_is_refused(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "classeur.xlsx", "w") as archive:
        archive.writestr("a.xml", "a")
        archive.writestr("b.xml", "b")
    assert "contient 2 fichiers" in sentence(tmp_path / "classeur.xlsx")


def test_broken_files_get_one_clear_sentence(write, tmp_path: Path):
    packed = gzip.compress(TEXT.encode() * 2000)
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("a.csv", TEXT)
    zipped = (tmp_path / "z.zip").read_bytes()
    assert "est vide" in sentence(write(b""))
    assert "est vide" in sentence(write(gzip.compress(b""), "vide.gz"))
    assert "n’existe pas" in sentence(tmp_path / "absent.csv")
    assert "pas un fichier" in sentence(tmp_path)
    assert "pas un fichier texte" in sentence(write(b"\x89PNG\r\n\x1a\n\x00\x00"))
    assert "pas un fichier texte" in sentence(write(TEXT.encode("utf-16")))
    assert "tronqué" in sentence(write(packed[: len(packed) // 2], "coupe.gz"))
    assert "abîmée" in sentence(write(packed[:-8] + b"\x00" * 8, "somme.gz"))
    assert "abîmée ou tronquée" in sentence(write(zipped[: len(zipped) // 2], "coupe.zip"))
    assert "milieu d’un caractère" in sentence(write(TEXT.encode() + "é".encode()[:1]))
    assert "mais la ligne 3 ne l’est pas" in sentence(write(TEXT.encode() + b"\xe9t\xe9\n"))
    assert "ni UTF-8 ni Windows-1252" in sentence(write(b"\x81\x8d\n"))
    assert "anormalement longue" in sentence(write(b"a\n" + b";" * 100_000))


def test_encrypted_archive_is_refused(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("a.csv", TEXT)
    content = bytearray((tmp_path / "z.zip").read_bytes())
    content[6] |= 1  # the flags of the local and of the central header
    content[content.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "z.zip").write_bytes(bytes(content))
    assert "chiffrée" in sentence(tmp_path / "z.zip")


@pytest.mark.parametrize("kind", ["gz", "zip"])
def test_bomb_is_stopped_early(tmp_path: Path, kind: str, monkeypatch):
    line = b"a;b;c;d;e;f;g;h\n" * 4096
    path = tmp_path / f"bombe.{kind}"
    if kind == "gz":
        with gzip.open(path, "wb") as bomb:
            for _ in range(1_000):
                bomb.write(line)
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.csv", "w") as bomb:
            for _ in range(1_000):
                bomb.write(line)
    read = 0
    real = expansion._Bounded.readinto

    def counted(self, buffer):
        nonlocal read
        size = real(self, buffer)
        read += size
        return size

    monkeypatch.setattr(expansion._Bounded, "readinto", counted)
    assert "anormalement grande" in sentence(path)
    assert read <= expansion.FREE_EXPANSION + 2**18


# ── lines and columns ───────────────────────────────────────────────────────


def test_open_quote_harms_its_own_line_only():
    cut = [line.cells for line in split(['a;"b;c\n', "\n", 'd;"e;f";g\n', 'h;"i ""j""";k\n'], ";")]
    assert cut == [[OPEN_QUOTE], ["d", "e;f", "g"], ["h", 'i "j"', "k"]]


def test_columns_go_by_name_in_any_order_and_case():
    report = ImportReport()
    found = list(records(["Ville ; NOM (usuel);autre\n", "Nice;Été;x\n", "seule\n"], report, required=("nom", "ville")))
    assert [(record["nom"], record["ville"], record["absente"]) for record in found] == [("Été", "Nice", "")]
    assert (report.read, report.rejected) == (2, 1)


def test_column_names_are_folded():
    assert fold("Numéro Voie (coord. structure)") == "numero voie"
    assert fold("Libellé civilité d’exercice") == fold("LIBELLE CIVILITE D'EXERCICE")


def test_file_cut_in_its_last_line_is_refused():
    lines = ["nom,ville,pays\n", "A,Nice,France\n", "B,Ni"]
    with pytest.raises(UnreadableFileError, match=r"tronqué.*3"):
        list(records(lines, ImportReport(), required=("nom",)))


def test_last_line_without_an_end_is_a_line():
    assert len(list(records(["nom,ville\n", "A,Nice"], ImportReport(), required=("nom", "ville")))) == 1


# ── anything at all ─────────────────────────────────────────────────────────

READERS = {
    "communes": communes.read_communes,
    "former": communes.read_former,
    "zones": zones.read,
    "finess": finess.read,
    "rpps": rpps.read,
}
STARTS = (
    b"",
    b"insee_code,name,departement,region,postcodes,parent_insee\n",
    b"finess_eg,insee_code\n",
    b"structureet;",
    b"geolocalisation;840000012;",
    b"Identifiant PP|Nom d'exercice|Pr\xc3\xa9nom d'exercice|Code profession|Libell\xc3\xa9 profession\n",
    b"PK\x03\x04",
    b"\x1f\x8b\x08",
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.sampled_from(STARTS), st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)))
def test_whatever_the_bytes_a_reader_reads_or_refuses(write, start: bytes, content: bytes):
    path = write(start + content)
    for read in READERS.values():
        report = ImportReport()
        rows = []
        with suppress(UnreadableFileError):
            rows = list(read(inspect(path).lines(), report))
        assert len(rows) + report.rejected <= report.read


@settings(max_examples=200)
@given(
    st.one_of(st.text(max_size=200), st.text(max_size=100).map('{{"type":"FeatureCollection","features":[{}]}}'.format))
)
def test_whatever_the_text_contours_are_read_or_refused(content: str):
    report = ImportReport()
    rows = []
    with suppress(UnreadableFileError):
        rows = list(contours.draw(contours.prepare(content, report), report, source="essai"))
    assert len(rows) + report.rejected <= report.read


def test_reading_stays_small_however_long_the_file(tmp_path: Path):
    """Twenty thousand lines go by without being kept."""
    path = tmp_path / "longue.txt"
    with path.open("w", encoding="utf-8") as file:
        file.write("finess_eg,insee_code\n")
        file.writelines(f"840000012,{84000 + i % 1000:05d}\n" for i in range(20_000))
    tracemalloc.start()
    rows = zones.read(inspect(path).lines(), ImportReport())
    list(islice(rows, 10))
    tracemalloc.reset_peak()
    count = sum(1 for _ in rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 19_990
    assert peak < 2**20
