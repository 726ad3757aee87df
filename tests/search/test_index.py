"""The index follows what it indexes, in the same transaction: found at the next keystroke, or not at all."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.models import Affiliation, Establishment, EstablishmentAlias, UnitCommune
from app.search.find import data_version
from app.search.index import (
    index_communes,
    index_establishment,
    index_professional,
    index_unit,
    rebuild,
    remove,
)
from app.search.results import Asked, find_results
from app.search.tables import deletion, document, place, word
from tests import factories, personas
from tests.support.reading import reading


def found(session: Session, text: str) -> list[tuple[str, str]]:
    """Type and id of each line of the first page."""
    return [(row.type, row.id) for row in find_results(reading(session), Asked(text)).rows]


def indexed_cpts(session: Session, name: str = "CPTS DES ALPILLES", **values: object) -> Establishment:
    place_ = factories.establishment(session, name, **values)
    index_establishment(session, place_.finess)
    return place_


def test_a_new_establishment_is_found_before_the_commit(session: Session) -> None:
    cpts = indexed_cpts(session)
    assert found(session, "alpilles") == [("etablissement", cpts.finess)]
    assert found(session, cpts.legal_entity_finess or "") == [("etablissement", cpts.finess)]


def test_what_is_rolled_back_is_not_found(session: Session) -> None:
    session.commit()
    indexed_cpts(session)
    session.rollback()
    assert found(session, "alpilles") == []


def test_a_new_name_replaces_the_former_one(session: Session) -> None:
    cpts = indexed_cpts(session)
    cpts.name = "CPTS DES BARONNIES"
    index_establishment(session, cpts.finess)
    assert found(session, "baronnies") == [("etablissement", cpts.finess)]
    # the legal entity keeps the old name: it is still found by it, once
    assert found(session, "alpilles") == [("etablissement", cpts.finess)]
    assert find_results(reading(session), Asked("alpilles")).answer.counts == (1, 0, 0)


def test_an_alias_is_found_and_never_shown(session: Session) -> None:
    cpts = indexed_cpts(session)
    session.add(EstablishmentAlias(finess=cpts.finess, alias="Synapse"))
    index_establishment(session, cpts.finess)
    results = find_results(reading(session), Asked("synapse"))
    assert [row.id for row in results.rows] == [cpts.finess]
    assert "ynapse" not in str(results.rows[0].card)


def test_a_closed_establishment_leaves_the_index_with_its_units(session: Session) -> None:
    cpts = indexed_cpts(session)
    unit = factories.unit(session, cpts, name="Unité des Alpilles")
    index_unit(session, unit.id)
    assert len(found(session, "alpilles")) == 2
    cpts.closed_on = clock.now().date() - timedelta(days=1)
    index_establishment(session, cpts.finess)
    assert found(session, "alpilles") == []


def test_a_removed_document_is_gone(session: Session) -> None:
    cpts = indexed_cpts(session)
    remove(session, 0, cpts.finess)
    assert found(session, "alpilles") == []


def test_a_commune_leads_to_the_cpts_once_it_is_in_the_zone(session: Session) -> None:
    cpts = indexed_cpts(session)
    unit = factories.unit(session, cpts)
    mazan = factories.commune(session, "84072", "Mazan", "84380")
    index_communes(session)
    index_unit(session, unit.id)
    assert found(session, "mazan") == found(session, "84380") == []
    session.add(UnitCommune(unit_id=unit.id, insee=mazan.insee))
    index_unit(session, unit.id)
    here = [("etablissement", cpts.finess), ("unite", str(unit.id))]
    assert found(session, "mazan") == found(session, "84380") == found(session, "cpts maza") == here


def test_a_sensitive_unit_is_never_found_nor_its_zone(session: Session) -> None:
    cpts = indexed_cpts(session)
    shelter = factories.commune(session, "84072", "Mazan", "84380")
    unit = factories.unit(session, cpts, shelter, name="Foyer tenu secret", sensitive=True)
    index_communes(session)
    index_unit(session, unit.id)
    assert found(session, "foyer secret") == found(session, "mazan") == []
    assert "secret" not in str(find_results(reading(session), Asked("alpilles")).rows[0].card)


def test_a_professional_is_found_while_listed_and_attached(session: Session) -> None:
    people = personas.build(session)
    person = people.professional.person
    index_professional(session, person.id)
    here = [("professionnel", str(person.id))]
    assert found(session, "marchal") == found(session, "sophie marchal") == found(session, "infirmier marchal") == here

    person.listed = False
    index_professional(session, person.id)
    assert found(session, "marchal") == []

    person.listed = True
    attachment = session.scalars(select(Affiliation).where(Affiliation.person_id == person.id)).one()
    attachment.ended_at, attachment.end_reason = clock.now(), "Départ en retraite"
    index_professional(session, person.id)
    assert found(session, "marchal") == []


def test_somebody_without_attachment_is_not_found(session: Session) -> None:
    people = personas.build(session)
    index_professional(session, people.stranger.person.id)
    assert found(session, "tessier") == []


def test_a_rebuild_writes_what_the_use_cases_wrote(session: Session) -> None:
    people = personas.build(session)
    index_communes(session)
    for cpts in (people.comtat, people.other):
        index_establishment(session, cpts.finess)
    index_professional(session, people.professional.person.id)
    texts = ["comtat", "carpentras", "cpts", "marchal", "84000", "comtatt", "840021273"]
    before = contents(session), [found(session, text) for text in texts]
    rebuild(session)
    assert (contents(session), [found(session, text) for text in texts]) == before


def contents(session: Session) -> list[list[tuple[object, ...]]]:
    """Every derived row but the version; words are only ever added between two rebuilds."""
    documents = select(document.c.rid, document.c.ref, document.c.name_key, document.c.all_words, document.c.card)
    statements = (documents.order_by(document.c.rid), select(place).order_by(place.c.key, place.c.full, place.c.insee))
    return [[tuple(row) for row in session.execute(statement)] for statement in statements]


def test_each_word_is_learnt_once(session: Session) -> None:
    for name in ("CPTS DES ALPILLES", "CPTS ALPILLES NORD"):
        indexed_cpts(session, name)
    assert session.scalars(select(word.c.word).where(word.c.word == "alpilles")).all() == ["alpilles"]
    assert len(session.scalars(select(deletion.c.deletion).where(deletion.c.word == "alpilles")).all()) == 8


def test_the_version_tells_every_change_and_no_reading(session: Session) -> None:
    before = data_version(reading(session))
    cpts = indexed_cpts(session)
    after = data_version(reading(session))
    found(session, "alpiles")
    assert data_version(reading(session)) == after > before
    index_establishment(session, cpts.finess)
    assert data_version(reading(session)) > after
