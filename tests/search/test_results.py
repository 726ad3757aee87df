"""Order, counts, tabs, pages, widenings, close spellings."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.models import Establishment, LegalEntity
from app.search.expression import Word
from app.search.find import answer
from app.search.index import rebuild
from app.search.names import Candidate
from app.search.places import Places
from app.search.question import understand
from app.search.ranking import Ranking, Term, Terms
from app.search.results import PAGE, TABS, Asked, Results, find_results, only_finess
from app.search.suggest import suggest
from tests import factories
from tests.support.reading import reading

REGION = "93"
HOSPITAL = {"category_code": "355", "category_label": "Centre Hospitalier (C.H.)"}


@pytest.fixture
def world(session: Session) -> dict[str, Establishment]:
    """Four CPTS and two hospitals around Carpentras, with homonyms."""
    carpentras = factories.commune(
        session, "84031", "Carpentras", "84200", population=30000, latitude=44.05, longitude=5.05
    )
    avignon = factories.commune(session, "84007", "Avignon", "84000", population=90000, latitude=43.95, longitude=4.81)
    south = factories.commune(session, "84076", "Mirabeau", "84120", population=1200, latitude=43.70, longitude=5.66)
    north = factories.commune(session, "04122", "Mirabeau", "04510", population=500, latitude=44.06, longitude=6.08)
    seyne = factories.commune(session, "04205", "Seyne", "04140", population=1400)
    la_seyne = factories.commune(session, "83126", "La Seyne-sur-Mer", "83500", population=60000)
    factories.commune(session, "29019", "Brest", "29200", population=140000, region="53")
    made = {
        "comtat": factories.establishment(session, "CPTS DU COMTAT VENAISSIN", commune=carpentras),
        "avignon": factories.establishment(session, "CPTS GRAND AVIGNON", commune=avignon, postcode="84000"),
        "lub": factories.establishment(session, "CPTS SANTÉ LUB", commune=south, postcode="84120"),
        "bleone": factories.establishment(session, "CPTS ALPES BLÉONE", commune=north, postcode="04510"),
        "hospital": factories.establishment(session, "CH DE CARPENTRAS", commune=carpentras, **HOSPITAL),
        "street": factories.establishment(
            session, "CLINIQUE DU PONT", commune=avignon, postcode="84000", street="3 RUE DU COMTAT", **HOSPITAL
        ),
    }
    for name, zone in {
        "comtat": (carpentras,),
        "avignon": (avignon,),
        "lub": (south, la_seyne),
        "bleone": (north, seyne),
    }.items():
        factories.unit(session, made[name], *zone)
    rebuild(session)
    return made


def names(session: Session, world: dict[str, Establishment], text: str, **asked: object) -> list[str]:
    """Keys of the establishments found, in order."""
    by_number = {place.finess: name for name, place in world.items()}
    results = find_results(reading(session), Asked(text, **{"tab": "etablissements", **asked}))  # type: ignore[arg-type]
    return [by_number[row.id] for row in results.rows]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("comtat", ["comtat", "street"]),  # a name outranks an address
        ("carpentras", ["comtat", "hospital"]),  # a commune leads to its CPTS, then to those that bear its name
        ("84200", ["comtat", "hospital"]),
        ("mirabeau", ["lub", "bleone"]),  # homonyms: the larger one first
        ("mirabeau 04", ["bleone"]),
        ("mirabeau alpes de haute provence", ["bleone"]),
        ("04510 mirabeau", ["bleone"]),
        ("la seyne", ["lub", "bleone"]),  # La Seyne-sur-Mer before Seyne
        ("seyne", ["bleone"]),
        ("venaissin comtat", ["comtat"]),
        ("comt venai", ["comtat"]),
        ("ch carpentras", ["hospital"]),
        ("centre hospitalier carpentras", ["hospital"]),
        ("hospitalier", ["hospital", "street"]),
    ],
)
def test_the_order_of_results(
    session: Session, world: dict[str, Establishment], text: str, expected: list[str]
) -> None:
    assert names(session, world, text)[: len(expected)] == expected


@pytest.mark.parametrize(
    "text", ["contat venaisin", "ctps comtat", "comtatvenaissin", "comtat venaissan", "CPTS di Comtat"]
)
def test_slips_are_understood_and_said(session: Session, world: dict[str, Establishment], text: str) -> None:
    assert names(session, world, text) == ["comtat"]
    assert find_results(reading(session), Asked(text)).answer.close


@pytest.mark.parametrize(
    "text", ["cpts de brest", "comtat brest", "upega", "999999999", "comtat zzyzx", "qqqq", "§§", ""]
)
def test_a_word_without_a_close_one_is_never_dropped(
    session: Session, world: dict[str, Establishment], text: str
) -> None:
    results = find_results(reading(session), Asked(text))
    assert (results.total, results.rows) == (0, [])


@pytest.mark.parametrize(
    "text", ["pharmacie de sarrian", "sarrians pharmacie", "pharmaciesarrians", "pharmassie sarrians"]
)
def test_the_name_of_a_place_counts_more_than_that_of_its_legal_entity(session: Session, text: str) -> None:
    """However it is typed; the shorter name, and the one registered first, is the other one."""
    category = {"category_code": "620", "category_label": "Pharmacie d’officine"}
    other = factories.establishment(session, "PHARMACIE LAC", **category)
    legal_entity = session.get_one(LegalEntity, other.legal_entity_finess)
    legal_entity.name = "SELARL DE SARRIANS"
    meant = factories.establishment(session, "PHARMACIE DES LAVANDES DE SARRIANS", **category)
    rebuild(session)
    assert [row.id for row in find_results(reading(session), Asked(text)).rows] == [meant.finess, other.finess]


def test_the_last_of_many_readings_still_answers() -> None:
    """The tenth way to write a word is still the word."""
    readings = tuple(Word(f"vignac{letter}") for letter in "abcdefghij")
    ranking = Ranking(Terms((Term("vygnac", readings),)), "vygnac", Places())
    holding, without = Candidate(2, " vignacj ", " vignacj "), Candidate(1, " autre ", " autre ")
    assert ranking.sort([without, holding]) == [2, 1]


def test_a_typo_in_a_commune_leads_to_its_cpts(session: Session, world: dict[str, Establishment]) -> None:
    assert names(session, world, "mirabaeu")[:2] == ["lub", "bleone"]


def test_cpts_alone_gives_every_cpts(session: Session, world: dict[str, Establishment]) -> None:
    assert set(names(session, world, "CPTS")) == {"comtat", "avignon", "lub", "bleone"}


def test_a_single_register_number_is_recognised(session: Session, world: dict[str, Establishment]) -> None:
    comtat = world["comtat"]
    for number in (comtat.finess, comtat.legal_entity_finess or ""):
        assert only_finess(find_results(reading(session), Asked(number))) == comtat.finess
    assert only_finess(find_results(reading(session), Asked(comtat.finess, "unites"))) is None
    assert only_finess(find_results(reading(session), Asked(f"CPTS - {comtat.finess}"))) is None
    assert only_finess(find_results(reading(session), Asked("comtat"))) is None


def test_the_tabs_share_the_results_between_them(session: Session, world: dict[str, Establishment]) -> None:
    for text in ("comtat", "cpts", "carpentras", "contat", "mirabeau"):
        by_tab = {tab: find_results(reading(session), Asked(text, tab)) for tab in TABS}
        every = by_tab.pop("tous")
        assert every.total == sum(results.total for results in by_tab.values())
        assert every.total == len(every.rows)
        shown = {(row.type, row.id) for results in by_tab.values() for row in results.rows}
        assert shown == {(row.type, row.id) for row in every.rows}


def test_suggestions_and_results_agree_on_the_total(session: Session, world: dict[str, Establishment]) -> None:
    for text in ("comtat", "cpts", "carp", "contat", "mirabeau", "brest", world["comtat"].finess):
        suggested = suggest(reading(session), text, REGION)
        assert suggested.total == find_results(reading(session), Asked(text)).total
        lines = [(row.type, row.id) for rows in suggested.rows.values() for row in rows]
        assert len(lines) == len(set(lines)) <= 8


def test_communes_are_suggested_when_the_portal_covers_them(session: Session, world: dict[str, Establishment]) -> None:
    suggested = {
        text: [one.name for one in suggest(reading(session), text, REGION).communes] for text in ("carp", "brest", "c")
    }
    assert suggested == {"carp": ["Carpentras"], "brest": [], "c": []}


@pytest.mark.parametrize(
    ("text", "sort", "expected"),
    [
        ("carpentras", "pertinence", ["comtat", "hospital"]),
        ("carpentras", "nom", ["hospital", "comtat"]),
        ("mirabeau", "pertinence", ["lub", "bleone"]),
        ("mirabeau", "departement", ["bleone", "lub"]),
        ("cpts", "nom", ["bleone", "comtat", "avignon", "lub"]),  # « CPTS du » does not count
    ],
)
def test_results_are_sorted_as_asked(
    session: Session, world: dict[str, Establishment], text: str, sort: str, expected: list[str]
) -> None:
    assert names(session, world, text, sort=sort) == expected


def test_the_most_recent_comes_first(session: Session, world: dict[str, Establishment]) -> None:
    world["lub"].updated_at += timedelta(days=3)
    world["avignon"].updated_at += timedelta(days=5)
    rebuild(session)
    assert names(session, world, "cpts", sort="recent")[:2] == ["avignon", "lub"]


def test_distance_is_offered_when_there_is_a_place_to_start_from(
    session: Session, world: dict[str, Establishment]
) -> None:
    assert "distance" not in find_results(reading(session), Asked("comtat")).sorts
    assert "distance" in find_results(reading(session), Asked("carpentras")).sorts
    world["street"].street = "3 RUE DE CARPENTRAS"
    rebuild(session)
    assert names(session, world, "carpentras", sort="distance")[-1] == "street"


def test_leaving_out_a_word_is_a_widening(session: Session, world: dict[str, Establishment]) -> None:
    assert names(session, world, "cpts comtat avignon") == []
    assert set(names(session, world, "cpts comtat avignon", widened=("mots",))) == {"comtat", "avignon"}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(
        st.sampled_from(
            [
                "cpts",
                "comtat",
                "contat",
                "venaissin",
                "avignon",
                "carpentras",
                "ch",
                "lub",
                "mirabeau",
                "84",
                "84200",
                "du",
            ]
        ),
        min_size=1,
        max_size=4,
    )
)
@example(words=["comtat", "ch", "84200"])
def test_widening_only_adds(session: Session, world: dict[str, Establishment], words: list[str]) -> None:
    question = understand(" ".join(words))
    plain = answer(reading(session), question)
    for widened in (("orthographe",), ("mots",), ("orthographe", "mots")):
        wide = answer(reading(session), question, widened)
        assert all(more >= some for more, some in zip(wide.counts, plain.counts, strict=True)), widened
        assert identifiers(session, question.text) <= identifiers(session, question.text, widened)


def identifiers(session: Session, text: str, widened: tuple[str, ...] = ()) -> set[str]:
    return {row.id for row in find_results(reading(session), Asked(text, widened=widened)).rows}


@pytest.fixture
def crowd(session: Session) -> int:
    """More matches than are counted: 1,030 practices, one of them named exactly as searched."""
    seat = factories.commune(session)
    shared = {"category_code": "124", "category_label": "Centre de Santé", "departement": "84", "updated_at": None}
    template = factories.establishment(session, "CENTRE DE SANTE 0", commune=seat, **HOSPITAL)
    rows = [
        {**shared, "updated_at": template.updated_at, "finess": f"84{number:07d}", "name": f"CENTRE DE SANTE {number}"}
        for number in range(1_030)
    ]
    session.execute(Establishment.__table__.insert(), rows)
    rebuild(session)
    return len(rows) + 1


def test_counts_are_honest_beyond_a_thousand(session: Session, crowd: int) -> None:
    results = find_results(reading(session), Asked("centre"))
    assert results.total == 1_000 < crowd
    assert results.is_capped("tous")
    assert results.is_capped("etablissements")
    assert not results.is_capped("unites")
    assert suggest(reading(session), "centre", REGION).is_capped


def test_pages_never_repeat_nor_forget_a_line(session: Session, crowd: int) -> None:
    pages: list[Results] = [find_results(reading(session), Asked("centre sante", page=page)) for page in range(1, 51)]
    lines = [row.id for results in pages for row in results.rows]
    assert len(lines) == len(set(lines)) == 1_000
    assert all(len(results.rows) == PAGE for results in pages)
    assert find_results(reading(session), Asked("centre sante", page=51)).rows == []


def test_an_exact_name_comes_first_in_a_crowd(session: Session, crowd: int) -> None:
    for number in (7, 1029):
        first = find_results(reading(session), Asked(f"centre de santé {number}")).rows[0]
        assert first.id == f"84{number:07d}"


def test_a_commune_that_no_cpts_serves_is_named_however_it_is_told_apart(
    session: Session, world: dict[str, Establishment]
) -> None:
    for text in ("brest", "brest 29", "29200 brest"):
        results = find_results(reading(session), Asked(text))
        assert (results.total, [commune.name for commune in results.communes]) == (0, ["Brest"]), text
