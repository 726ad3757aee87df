"""The history of a CPTS, its past, what is taken up again, and the passport of each field (B-16, B-17)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app import db
from app.models import JournalEntry, Revision, Unit
from app.queries.sheets import SheetRef, read_sheet
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY, on_both_engines
from tests.support.client import Visitor
from tests.support.publishing import contact, publish
from tests.support.statements import recorded
from tests.support.time import FrozenClock

PHONE, FORMER = "+33465719955", "+33465719901"
RESTORE = "main form[action*=reprise]"
backend = on_both_engines


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    built = personas.build(session)
    for insee, name in (("84017", "Bédoin"), ("84030", "Caromb")):
        factories.commune(session, insee, name)
    session.commit()
    return built


@pytest.fixture
def page(people: Personas) -> SheetRef:
    return SheetRef(people.comtat.finess)


@pytest.fixture
def unit(people: Personas) -> SheetRef:
    return SheetRef(people.comtat.finess, people.comtat.unit.id)


@pytest.fixture
def here(people: Personas) -> str:
    return f"/etablissements/{people.comtat.finess}/historique"


@pytest.fixture
def story(session: Session, people: Personas, page: SheetRef, unit: SheetRef, frozen_clock: FrozenClock) -> None:
    """20 November: the phone and two communes; 22 November: one commune goes, a restricted contact comes."""
    place = people.comtat.establishment
    frozen_clock.move_to(datetime(2026, 11, 20, 9, tzinfo=UTC))
    publish(session, place, people.referent, page, "coordonnees", phone=PHONE)
    zone = read_sheet(unit)["zone"]["communes"]
    publish(session, place, people.referent, unit, "zone", communes=[*zone, "84017", "84030"])
    publish(session, place, people.referent, unit, "contacts", contacts=[contact("+33465719911")])
    frozen_clock.move_to(datetime(2026, 11, 22, 9, tzinfo=UTC))
    publish(session, place, people.president, unit, "zone", communes=[*zone, "84017"])
    kept = [contact("+33465719911", level=2), contact("+33465719922", level=3)]
    publish(session, place, people.president, unit, "contacts", contacts=kept)
    frozen_clock.move_to(datetime(2026, 11, 25, 9, 30, tzinfo=UTC))


# ── history ─────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("story")
def test_a_referent_reads_who_changed_what_before_and_after(client: Visitor, people: Personas, here: str) -> None:
    client.enter(people.referent)
    found = client.get(here)
    assert found.read_all("ol.memoire > li h2")[0].startswith("Publication n° 5")
    first = found.read("#publication-1")
    for said in ("04 65 71 99 01", "04 65 71 99 55", "Téléphone standard", people.referent.person.full_name):
        assert said in first
    assert "Ajouté : Bédoin, Caromb" in found.read("#publication-2")
    assert "Retiré : Caromb" in found.read("#publication-4")
    assert people.president.person.full_name in found.read("#publication-4")


@pytest.mark.usefixtures("story")
def test_a_referent_filters_by_person(client: Visitor, people: Personas, here: str) -> None:
    client.enter(people.referent)
    client.get(here)
    found = client.submit("main form:has(#personne)", personne=str(people.president.account.id), status=200)
    assert len(found.all("ol.memoire > li")) == 2
    assert "2 publications de cette personne" in found.text


@pytest.mark.usefixtures("story")
def test_a_visitor_reads_what_changed_and_nothing_of_anybody(client: Visitor, people: Personas, here: str) -> None:
    found = client.get(here)
    assert "2 communes ajoutées : Bédoin, Caromb" in found.text
    assert "1 commune retirée : Caromb" in found.text
    assert "téléphone standard : modification" in found.text
    secrets = [people.referent.person.family_name, people.president.person.family_name, "+334657199", "04 65 71 99"]
    assert not [secret for secret in secrets if secret in found.html]
    assert not found.has("select#personne")


@SQLITE_ONLY
def test_a_visitor_reads_nothing_of_a_unit_while_it_is_sensitive(
    client: Visitor, session: Session, people: Personas, here: str
) -> None:
    secret = factories.unit(session, people.comtat.establishment, name="REFUGE CACHE", sensitive=True)
    ref = SheetRef(people.comtat.finess, secret.id)
    publish(session, people.comtat.establishment, people.president, ref, "capacite", capacity=3)
    offre = read_sheet(ref)["offre"] | {"activity_field_code": "05", "care_mode_code": "58"}
    publish(session, people.comtat.establishment, people.president, ref, "offre", **offre)
    assert "Aucune publication" in client.get(here).text
    assert "REFUGE" not in client.get(f"{here}?au=2026-11-25").html.upper()
    publish(session, people.comtat.establishment, people.president, ref, "offre", sensitive=False)
    publish(session, people.comtat.establishment, people.president, ref, "capacite", capacity=4)
    shown = client.get(here)
    assert len(shown.all("ol.memoire > li")) == 1
    session.execute(sa.update(Unit).where(Unit.id == secret.id).values(sensitive=True))
    session.commit()
    assert not client.get(here).has("ol.memoire > li")


@SQLITE_ONLY
def test_a_long_history_takes_pages_and_few_statements(
    app: Flask, client: Visitor, session: Session, people: Personas, unit: SheetRef, here: str
) -> None:
    for number in range(1, 46):
        publish(session, people.comtat.establishment, people.referent, unit, "capacite", capacity=number)
    client.enter(people.referent)
    with recorded(db.engine()) as statements:
        last = client.get(f"{here}?page=3")
    assert len(statements.counted()) <= 30
    assert last.read_all("ol.memoire > li h2")[-1].startswith("Publication n° 1")
    assert len(last.all("ol.memoire > li")) == 5
    assert client.get(f"{here}?page=999").has("[aria-current=page]")


# ── the past ────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("story")
def test_a_visitor_sees_the_sheets_of_a_day_with_the_levels_of_that_day(
    client: Visitor, people: Personas, here: str
) -> None:
    before = client.get(f"{here}?au=2026-11-19")
    assert "04 65 71 99 01" in before.text
    assert "Bédoin" not in before.text
    then = client.get(f"{here}?au=2026-11-20")
    assert "Vous lisez une version passée" in then.text
    assert "04 65 71 99 55" in then.text
    assert "Caromb" in then.text
    assert "04 65 71 99 11" not in then.text, "free then, restricted today: stays restricted"
    client.enter(people.referent)
    assert "04 65 71 99 11" in client.get(f"{here}?au=2026-11-20").text
    later = client.get(f"{here}?au=2026-11-22")
    assert "Caromb" not in later.text
    assert "04 65 71 99 22" in later.text


@SQLITE_ONLY
@pytest.mark.usefixtures("story")
def test_a_day_ends_at_midnight_in_paris(
    client: Visitor, session: Session, people: Personas, page: SheetRef, frozen_clock: FrozenClock, here: str
) -> None:
    frozen_clock.move_to(datetime(2026, 11, 23, 22, 59, tzinfo=UTC))
    publish(session, people.comtat.establishment, people.referent, page, "coordonnees", phone="+33465719966")
    frozen_clock.move_to(datetime(2026, 11, 23, 23, 1, tzinfo=UTC))
    publish(session, people.comtat.establishment, people.referent, page, "coordonnees", phone="+33465719967")
    frozen_clock.move_to(datetime(2026, 11, 25, 9, tzinfo=UTC))
    assert "04 65 71 99 66" in client.get(f"{here}?au=2026-11-23").text
    assert "04 65 71 99 67" in client.get(f"{here}?au=2026-11-24").text


@SQLITE_ONLY
@pytest.mark.parametrize("typed", ["2026-11-26", "hier", "1999-12-31", "2026-02-30"])
def test_a_day_that_is_none_or_to_come_is_asked_again(client: Visitor, people: Personas, here: str, typed: str) -> None:
    found = client.get(f"{here}?au={typed}", status=422)
    assert found.one("#au")["aria-invalid"] == "true"


# ── taking up again ─────────────────────────────────────────────────────────


@pytest.mark.usefixtures("story")
def test_a_referent_takes_up_a_box_again_and_says_why(
    client: Visitor, session: Session, people: Personas, unit: SheetRef, here: str
) -> None:
    client.enter(people.referent)
    shown = client.get(f"{here}/reprise?publication=2&fiche={unit.key}&encadre=zone")
    assert "Revient : Caromb" in shown.text
    client.submit(RESTORE, motif=" ", status=422)
    client.submit(RESTORE, motif="Caromb a été retirée par erreur.")
    assert "84030" in read_sheet(unit)["zone"]["communes"]
    revision = session.scalars(sa.select(Revision).order_by(Revision.number.desc()).limit(1)).one()
    assert (revision.source, revision.reason, revision.number) == ("restore", "Caromb a été retirée par erreur.", 6)
    restored = session.get(Revision, revision.restores_id)
    assert restored is not None
    assert restored.number == 2
    assert session.scalar(sa.select(sa.func.count()).where(JournalEntry.event == "establishment.described")) == 1
    assert "Caromb a été retirée par erreur." in client.get(here).read("#publication-6")
    assert "Rien ne changerait" in client.get(f"{here}/reprise?publication=2&fiche={unit.key}&encadre=zone").text


@pytest.mark.usefixtures("story")
def test_a_whole_day_comes_back_but_what_the_sas_needs_stays(
    client: Visitor, people: Personas, page: SheetRef, unit: SheetRef, here: str
) -> None:
    client.enter(people.president)
    client.get(f"{here}/reprise?au=2026-11-19")
    client.submit(RESTORE, motif="Retour à la version du 19 novembre.")
    zone, contacts = read_sheet(unit)["zone"]["communes"], read_sheet(unit)["contacts"]["contacts"]
    assert not {"84017", "84030"} & set(zone)
    assert read_sheet(page)["coordonnees"]["phone"] == FORMER
    assert contacts, "there was none on that day: a unit keeps at least one"


@pytest.mark.usefixtures("story")
def test_what_moved_while_reading_is_shown_again(
    client: Visitor, session: Session, people: Personas, unit: SheetRef, here: str
) -> None:
    client.enter(people.referent)
    client.get(f"{here}/reprise?publication=2&fiche={unit.key}&encadre=zone")
    publish(session, people.comtat.establishment, people.president, unit, "zone", communes=["84017"])
    again = client.submit(RESTORE, motif="Erreur.", status=409)
    assert "modifiée entre-temps" in again.text
    client.submit(RESTORE, motif="Erreur.")
    assert "84030" in read_sheet(unit)["zone"]["communes"]


@SQLITE_ONLY
def test_an_address_of_nothing_is_not_found(client: Visitor, people: Personas, unit: SheetRef, here: str) -> None:
    client.enter(people.referent)
    odd = ["?publication=1", "?publication=99999999999", "?au=2027-01-01", "?au=x", "?au=2026-11-20&publication=1"]
    odd += [f"?au=2026-11-20&fiche={unit.key}", "?au=2026-11-20&fiche=uo-1&encadre=nulle"]
    for query in odd:
        client.get(f"{here}/reprise{query}", status=404)


# ── passports ───────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("story")
def test_a_visitor_reads_where_a_value_comes_from(client: Visitor, people: Personas) -> None:
    found = client.get(f"/etablissements/{people.comtat.finess}/encadres/coordonnees/phone/passeport")
    for said in ("04 65 71 99 55", "Modification directe, le 20 novembre 2026", "référent établissement", "SAS",
                 "20 mai 2027", "C’est le numéro que composent"):  # fmt: skip
        assert said in found.text, said
    assert people.referent.person.family_name not in found.html
    client.enter(people.president)
    named = client.get(f"/etablissements/{people.comtat.finess}/encadres/coordonnees/phone/passeport")
    assert people.referent.person.full_name in named.text


@SQLITE_ONLY
@pytest.mark.usefixtures("story")
def test_the_passport_of_what_is_restricted_is_for_insiders(
    client: Visitor, session: Session, people: Personas, unit: SheetRef
) -> None:
    publish(session, people.comtat.establishment, people.president, unit, "conditions", regulator_info="Composer le 9")
    secret = f"/unites/{unit.unit_id}/encadres/conditions/regulator_info/passeport"
    client.get(secret, status=404)
    for nothing in ("conditions/nulle", "nulle/phone"):
        client.get(f"/unites/{unit.unit_id}/encadres/{nothing}/passeport", status=404)
    assert "04 65 71 99" not in client.get(f"/unites/{unit.unit_id}/encadres/contacts/contacts/passeport").text
    client.enter(people.referent)
    assert "Composer le 9" in client.get(secret).text
