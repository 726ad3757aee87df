"""What changes in the répertoire: names, and where a structure hangs. Guards and locks: on both engines."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.models import (
    Affiliation,
    Contact,
    Establishment,
    EstablishmentAlias,
    JournalEntry,
    Revision,
    SheetBox,
    StructureMove,
    Unit,
)
from app.search.index import rebuild
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY, on_both_engines
from tests.support.client import Visitor

backend = on_both_engines

FINESS_FILE = Path(__file__).parents[1] / "fixtures" / "finess-etablissements.csv"
WHY = "Rangée par erreur sous le Comtat"


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    rebuild(session)
    session.commit()
    return built


@pytest.fixture
def empty(session: Session, people: Personas) -> Unit:
    """A unit of the Comtat with a contact and a written box, to which somebody was attached once."""
    assert people.president.mandate is not None
    unit = factories.unit(session, people.comtat.establishment, name="ANTENNE DU VENTOUX")
    session.add(Contact(establishment_finess=people.comtat.finess, unit_id=unit.id, nature_code="06"))
    box = {"sheet": f"uo-{unit.id}", "box": "offre", "establishment_finess": people.comtat.finess}
    session.add(SheetBox(**box, version=3, updated_at=clock.now()))
    left = factories.affiliation(session, factories.person(session), unit, people.president.mandate)
    session.flush()
    left.ended_at, left.end_reason = clock.now(), "Départ"
    session.commit()
    return unit


def events(session: Session, name: str) -> list[JournalEntry]:
    return list(session.scalars(sa.select(JournalEntry).where(JournalEntry.event == name).order_by(JournalEntry.chain)))


# ── names ───────────────────────────────────────────────────────────────────


def test_an_agent_renames_an_establishment_and_the_search_finds_both_names(
    client: Visitor, session: Session, people: Personas
) -> None:
    client.enter(people.agent)
    client.get(f"/repertoire/etablissements/{people.comtat.finess}/renommer")
    page = client.submit(nom="CPTS Ventoux et Sorgues")
    assert page.path == f"/etablissements/{people.comtat.finess}"
    assert page.h1 == "CPTS Ventoux et Sorgues"
    for words in ("ventoux sorgues", "comtat venaissin"):
        found = client.get(f"/recherche?q={words.replace(' ', '+')}&onglet=etablissements")
        assert f"/etablissements/{people.comtat.finess}" in " ".join(found.links()) + found.path
    (event,) = events(session, "structure.renamed")
    assert event.subject == f"establishment:{people.comtat.finess}"
    assert session.scalars(sa.select(EstablishmentAlias.alias)).all() == ["CPTS DU COMTAT VENAISSIN"]
    assert session.scalars(sa.select(Revision.source)).all() == ["direct"]


@SQLITE_ONLY
def test_a_name_is_refused_empty_too_long_or_unchanged(client: Visitor, people: Personas) -> None:
    client.enter(people.agent)
    for wrong in ("   ", "X" * 201, "CPTS DU COMTAT VENAISSIN"):
        client.get(f"/repertoire/etablissements/{people.comtat.finess}/renommer")
        page = client.submit(nom=wrong, status=422)
        assert page.has("#nom[aria-invalid=true]")
    client.get(f"/repertoire/etablissements/{people.comtat.finess}/renommer")
    assert client.submit(nom="X" * 200).h1 == "X" * 200


@SQLITE_ONLY
def test_a_name_taken_back_is_no_alias_any_more(client: Visitor, session: Session, people: Personas) -> None:
    client.enter(people.agent)
    for name in ("CPTS VENTOUX", "CPTS DU COMTAT VENAISSIN"):
        client.get(f"/repertoire/etablissements/{people.comtat.finess}/renommer")
        client.submit(nom=name)
    assert session.scalars(sa.select(EstablishmentAlias.alias)).all() == ["CPTS VENTOUX"]


@SQLITE_ONLY
def test_those_in_office_rename_their_units_and_no_other(client: Visitor, session: Session, people: Personas) -> None:
    unit = people.comtat.unit
    client.enter(people.referent)
    client.get(f"/repertoire/unites/{unit.id}/renommer")
    page = client.submit(nom="Unité de coordination du Ventoux")
    assert page.h1 == "Unité de coordination du Ventoux"
    assert session.scalars(sa.select(EstablishmentAlias.alias)).all() == ["CPTS DU COMTAT VENAISSIN"]
    client.get(f"/repertoire/unites/{people.other.unit.id}/renommer", status=403)
    client.get(f"/repertoire/etablissements/{people.comtat.finess}/renommer", status=403)


@SQLITE_ONLY
def test_a_register_keeps_the_name_and_the_entity_decided_here_until_it_says_something_new(
    app: Flask, client: Visitor, session: Session, people: Personas, tmp_path: Path
) -> None:
    def load(text: str) -> None:
        session.commit()
        file = tmp_path / "finess.csv"
        file.write_text(text)
        result = app.test_cli_runner().invoke(args=["import", "finess", str(file)])
        assert result.exit_code == 0, result.output
        session.expire_all()

    told = FINESS_FILE.read_text()
    load(told)
    client.enter(people.agent)
    client.get("/repertoire/etablissements/840000012/renommer")
    client.submit(nom="CPTS RENOMMÉE")
    entity = people.other.establishment.legal_entity_finess
    client.get(f"/repertoire/etablissements/840000012/deplacer?vers={entity}")
    client.submit(motif="Nouvelle association")
    load(told)
    kept = session.get_one(Establishment, "840000012")
    assert (kept.name, kept.legal_entity_finess) == ("CPTS RENOMMÉE", entity)
    load(told.replace("CPTS DES ESSAIS", "CPTS DES PREUVES"))
    assert session.get_one(Establishment, "840000012").name == "CPTS DES PREUVES"


# ── a unit under another CPTS ───────────────────────────────────────────────


def test_an_agent_moves_a_unit_reads_what_it_changes_and_undoes_it(
    client: Visitor, session: Session, people: Personas, empty: Unit
) -> None:
    client.enter(people.agent)
    page = client.get(f"/repertoire/unites/{empty.id}/deplacer?vers=avignon")
    page = client.get(page.link("CPTS Grand Avignon"))
    impact = page.read("section[aria-labelledby=impact-t]")
    assert "Inchangé (RG_EXP_042)" in impact
    lost, won = (page.read(f"ul[aria-labelledby={side}]") for side in ("perdent", "gagnent"))
    assert people.referent.person.full_name in lost
    assert people.other_president.person.full_name in won
    assert "motif" in client.submit(motif=" ", status=422).read("#resume-erreurs")
    page = client.submit(motif=WHY)
    assert page.path == "/repertoire/deplacements"
    assert WHY in page.text

    session.expire_all()
    assert session.get_one(Unit, empty.id).establishment_finess == people.other.finess
    for model in (Contact, SheetBox):
        assert session.scalars(sa.select(model.establishment_finess)).all() == [people.other.finess]
    past = session.scalars(sa.select(Affiliation).where(Affiliation.unit_id == empty.id)).one()
    assert past.establishment_finess == people.comtat.finess
    chains = [entry.chain for entry in events(session, "structure.moved")]
    assert chains == [f"e:{people.comtat.finess}", f"e:{people.other.finess}"]

    client.enter(people.referent)
    client.get(f"/repertoire/unites/{empty.id}/renommer", status=403)
    client.enter(people.other_referent)
    client.get(f"/repertoire/unites/{empty.id}/renommer")

    client.enter(people.agent)
    page = client.get("/repertoire/deplacements")
    client.get(str(page.one("[data-deplacement] a")["href"]))
    page = client.submit()
    assert "Annulé" in page.text
    assert not page.has("[data-deplacement] a")
    session.expire_all()
    assert session.get_one(Unit, empty.id).establishment_finess == people.comtat.finess
    assert len(events(session, "structure.move_undone")) == 2


def test_a_unit_stays_while_somebody_is_attached_or_waits(client: Visitor, session: Session, people: Personas) -> None:
    factories.affiliation_request(session, people.comtat.unit)
    client.enter(people.agent)
    address = f"/repertoire/unites/{people.comtat.unit.id}/deplacer"
    page = client.get(f"{address}?vers={people.other.finess}")
    assert "1 professionnel y est rattaché, 1 demande est en cours" in page.text
    assert not page.has("form[method=post] [name=motif]")
    there = {"destination": people.other.finess, "vu": people.comtat.finess, "motif": WHY}
    assert "ne peut pas être déplacée maintenant" in client.post(address, status=409, **there).text


@SQLITE_ONLY
def test_senseless_destinations_are_refused(client: Visitor, session: Session, people: Personas, empty: Unit) -> None:
    clinic = factories.establishment(session, "CLINIQUE", category_code="355", category_label="Centre hospitalier")
    closed = factories.establishment(session, "CPTS FERMEE", closed_on=clock.now().date())
    entity = people.comtat.establishment.legal_entity_finess
    client.enter(people.agent)
    for number, sentence in (
        (people.comtat.finess, "C’est déjà là"),
        (clinic.finess, "n’est pas une CPTS"),
        (closed.finess, "est fermé"),
        (entity, "Aucune fiche"),
    ):
        page = client.get(f"/repertoire/unites/{empty.id}/deplacer?vers={number}", status=422)
        assert sentence in page.read("#vers-erreur")
        client.post(
            f"/repertoire/unites/{empty.id}/deplacer",
            status=400 if number == entity else 422,
            destination=number,
            vu=people.comtat.finess,
            motif=WHY,
        )
    for number in (entity, people.comtat.finess, "840000012"):
        client.get(f"/repertoire/etablissements/{people.comtat.finess}/deplacer?vers={number}", status=422)
    assert session.scalar(sa.select(sa.func.count()).select_from(StructureMove)) == 0


# ── an establishment under another legal entity ─────────────────────────────


@SQLITE_ONLY
def test_an_establishment_changes_legal_entity_and_nobody_s_rights_do(
    client: Visitor, session: Session, people: Personas
) -> None:
    comtat, there = people.comtat.establishment, people.other.establishment.legal_entity_finess
    here = comtat.legal_entity_finess
    client.enter(people.agent)
    page = client.get(f"/repertoire/etablissements/{comtat.finess}/deplacer?vers={there}")
    assert "Personne ne gagne ni ne perd de droits" in page.text
    client.submit(motif="Dévolution à une nouvelle association")
    session.expire_all()
    assert session.get_one(Establishment, comtat.finess).legal_entity_finess == there
    tree = client.get(f"/repertoire?par=entite&branche={there}")
    assert len(tree.all(f"#branche-{there} [id^=eg-]")) == 2
    client.enter(people.referent)
    client.get(f"/repertoire/unites/{people.comtat.unit.id}/renommer")
    client.enter(people.agent)
    page = client.get("/repertoire/deplacements")
    client.get(str(page.one("[data-deplacement] a")["href"]))
    client.submit()
    session.expire_all()
    assert session.get_one(Establishment, comtat.finess).legal_entity_finess == here
