"""A doctor declares their participation on one page, without JavaScript; the CPTS reads who takes part; the mails."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import clock
from app.journal.catalogue import AccountIdleNoticed
from app.journal.deliver import deliver_pending
from app.journal.record import record
from app.models import Affiliation, Participation, ParticipationPlace, ProfessionalActivity
from app.search.index import rebuild
from app.usecases.participation_clock import keep_participations
from app.working_days import day_of
from tests import factories, personas
from tests.personas import Personas
from tests.support.client import Visitor
from tests.support.mailbox import Mailbox
from tests.support.publishing import make_shown
from tests.support.time import FrozenClock

MINE = "/ma-participation"
FORM = "main form[method=post]"


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    """The professional is a doctor with one office in the register; the SAS shows their CPTS."""
    built = personas.build(session)
    known = factories.doctor(session, built.professional.person)
    office = session.scalars(
        sa.select(ProfessionalActivity).where(ProfessionalActivity.professional_id == known.id)
    ).one()
    office.site_name, office.postcode = "CABINET DES TILLEULS", "84200"
    make_shown(session, built.comtat.unit)
    rebuild(session)
    session.commit()
    return built


@pytest.fixture
def doctor(client: Visitor, people: Personas) -> Visitor:
    client.enter(people.professional)
    return client


def page_of(people: Personas) -> str:
    return f"/etablissements/{people.comtat.finess}/participation"


def list_of(people: Personas) -> str:
    return f"/etablissements/{people.comtat.finess}/participants"


def held(session: Session) -> Participation:
    session.expire_all()
    return session.scalars(sa.select(Participation).where(Participation.ended_at.is_(None))).one()


def declared(session: Session, people: Personas, **values: Any) -> Participation:
    own = sa.select(Affiliation).where(Affiliation.person_id == people.professional.person.id)
    made = factories.participation(session, session.scalars(own).one(), **values)
    session.commit()
    return made


def delivered(smtp: Mailbox, address: str) -> list[str]:
    while deliver_pending():
        pass
    return [mail.subject for mail in smtp.to(address)]


# ── the doctor ──────────────────────────────────────────────────────────────


def test_a_doctor_declares_from_their_roles_in_two_answers(doctor: Visitor, session: Session, people: Personas) -> None:
    """The only office of the register is ticked, today is the first day: what is left is the software."""
    doctor.get("/mes-roles")
    page = doctor.get(doctor.current().link("Ma participation au SAS"))
    assert "ne sont pas liés" in page.text
    page = doctor.get(page.link("Déclarer ma participation par la CPTS du Comtat Venaissin"))
    page = doctor.submit(FORM, logiciel="oui")
    assert (page.path, "Vous participez" in page.text) == (MINE, True)
    assert "Cabinet des Tilleuls, 84200 Carpentras" in page.text
    one = held(session)
    assert (one.has_software, one.gives_hours, one.starts_on) == (True, False, day_of(clock.now()))
    assert [place.name for place in one.places] == ["CABINET DES TILLEULS"]


def test_an_empty_form_says_everything_at_once(doctor: Visitor, people: Personas) -> None:
    doctor.get(page_of(people))
    page = doctor.submit(FORM, status=422, lieux=[], debut="")
    for sentence in (
        "Veuillez indiquer au moins un lieu d’activité.",
        "Indiquez si vos créneaux sont dans un logiciel",
        "Indiquez le premier jour",
    ):
        assert sentence in page.read("#resume-erreurs")
    page = doctor.submit(FORM, status=422, logiciel="non", debut="2026-01-01", fin="2025-12-31")
    told = page.read("#resume-erreurs")
    assert "au moins deux heures par semaine" in told
    assert "votre rattachement à la CPTS commence ce jour-là" in told
    assert "ne précède pas le début" in told


def test_a_place_that_the_register_does_not_have_is_typed(doctor: Visitor, session: Session, people: Personas) -> None:
    doctor.get(page_of(people))
    typed = {"lieu_nom": "Maison de santé", "lieu_code_postal": "84000", "lieu_commune": "Pernes"}
    page = doctor.submit(FORM, status=422, logiciel="non", deux_heures="y", **typed)
    assert "Aucune commune n’a ce nom et ce code postal" in page.read("#resume-erreurs")
    assert page.has("#autre-lieu[open]")
    doctor.submit(FORM, lieu_code_postal="84210", lieu_commune="pernes les fontaines")
    assert [(place.name, place.commune_insee) for place in held(session).places] == [
        ("CABINET DES TILLEULS", "84031"),
        ("Maison de santé", "84088"),
    ]


def test_half_a_place_says_what_is_missing(doctor: Visitor, people: Personas) -> None:
    doctor.get(page_of(people))
    told = doctor.submit(FORM, status=422, logiciel="oui", lieu_adresse="3 rue des Essais").read("#resume-erreurs")
    for sentence in ("Donnez un nom à ce lieu", "cinq chiffres du code postal", "Renseignez la commune"):
        assert sentence in told


def test_a_doctor_without_any_place_in_the_register_types_the_first(
    doctor: Visitor, session: Session, people: Personas
) -> None:
    session.execute(sa.delete(ProfessionalActivity))
    session.commit()
    page = doctor.get(page_of(people))
    assert not page.has("#autre-lieu")
    page = doctor.submit(FORM, status=422, logiciel="oui")
    assert page.has("#resume-erreurs a[href='#lieu_nom']")
    doctor.submit(FORM, lieu_nom="Cabinet", lieu_code_postal="84200", lieu_commune="Carpentras")
    assert len(held(session).places) == 1


@pytest.mark.parametrize(
    ("change", "key", "remedy"),
    [("nurse", "profession", "/contact?"), ("unseen", "published", "/etablissements/840021281")],
)
def test_who_cannot_take_part_reads_why_and_what_to_do(
    doctor: Visitor, session: Session, people: Personas, change: str, key: str, remedy: str
) -> None:
    if change == "nurse":
        people.professional.person.rpps = factories.professional(session).rpps
    else:
        people.comtat.unit.sensitive = True
    session.commit()
    for path in (page_of(people), MINE):
        page = doctor.get(path)
        assert page.has(f"[data-obstacle={key}] a[href^='{remedy}']")
        assert not page.has(f"form[action='{page_of(people)}']")
    page = doctor.post(page_of(people), status=409, **sendable(session))
    assert page.has(f"[data-obstacle={key}]")


def test_somebody_attached_to_nothing_is_told_where_to_begin(client: Visitor, people: Personas) -> None:
    client.enter(people.stranger)
    assert "rattaché à aucune CPTS" in client.get(MINE).text
    page = client.get(page_of(people))
    assert page.has("[data-obstacle=attached] a[href$='/rattachement']")
    client.post(page_of(people), status=403)


def sendable(session: Session) -> dict[str, str]:
    key = session.scalars(sa.select(ProfessionalActivity.key).order_by(ProfessionalActivity.id)).first()
    return {"lieux": f"annuaire-{key}", "logiciel": "oui", "debut": day_of(clock.now()).isoformat()}


def test_what_is_declared_is_changed_on_the_same_form(doctor: Visitor, session: Session, people: Personas) -> None:
    doctor.get(page_of(people))
    doctor.submit(
        FORM, logiciel="oui", lieu_nom="Maison de santé", lieu_code_postal="84210", lieu_commune="Pernes-les-Fontaines"
    )
    page = doctor.get(page_of(people))
    boxes = [box["value"] for box in page.all("[name=lieux][checked]")]
    assert len(boxes) == 2
    doctor.submit(FORM, lieux=[boxes[1]], logiciel="non", deux_heures="y", fin="2027-06-30")
    one = held(session)
    assert (one.version, one.gives_hours, [place.name for place in one.places]) == (2, True, ["Maison de santé"])
    kept = session.scalars(sa.select(ParticipationPlace.name).where(ParticipationPlace.removed_at.is_not(None))).all()
    assert kept == ["CABINET DES TILLEULS"]


def test_the_second_tab_keeps_what_was_typed_and_shows_what_is_recorded(
    doctor: Visitor, session: Session, people: Personas
) -> None:
    one = declared(session, people)
    doctor.get(page_of(people))
    doctor.post(f"/participations/{one.id}", **late(one), fin="2027-03-31")
    page = doctor.submit(FORM, status=409, fin="2027-09-30")
    assert "modifiée entre-temps" in page.text
    assert "31 mars 2027" in page.read("#enregistre")
    assert page.one("[name=fin]")["value"] == "2027-09-30"
    doctor.submit(FORM)
    assert f"{held(session).ends_on}" == "2027-09-30"


def late(one: Participation) -> dict[str, str]:
    (place,) = one.places
    return {"version": "1", "lieux": f"lieu-{place.id}", "logiciel": "oui", "debut": one.starts_on.isoformat()}


def test_a_form_sent_twice_is_one_participation(doctor: Visitor, session: Session, people: Personas) -> None:
    doctor.get(page_of(people))
    form = doctor.current()
    doctor.submit(FORM, logiciel="oui")
    doctor.page = form
    page = doctor.submit(FORM, status=409, logiciel="oui")
    assert "déjà déclarée" in page.text
    assert page.has(f"form[action='/participations/{held(session).id}']")


def test_a_doctor_withdraws_at_once(doctor: Visitor, session: Session, people: Personas, smtp: Mailbox) -> None:
    one = declared(session, people)
    page = doctor.get(f"/participations/{one.id}/retrait")
    assert "ne sont pas liés" in page.text
    page = doctor.submit(FORM)
    assert "Participations terminées (1)" in page.text
    doctor.get(f"/participations/{one.id}/retrait", status=303)
    page = doctor.post(f"/participations/{one.id}/retrait", status=409)
    assert "déjà pris fin" in page.text
    page = doctor.post(f"/participations/{one.id}", status=409, **sendable(session), version="1")
    assert "Ma déclaration" in page.text


# ── the CPTS ────────────────────────────────────────────────────────────────


def test_those_in_office_and_agents_read_who_takes_part_and_nobody_else(
    client: Visitor, session: Session, people: Personas
) -> None:
    for who in (people.president, people.referent, people.agent):
        client.enter(who)
        assert "Aucun médecin ne participe" in client.get(list_of(people)).text
    one = declared(session, people, has_software=False, gives_hours=True)
    row = client.get(list_of(people)).read(f"[data-participation='{one.id}']")
    for told in ("Sophie Marchal", "Médecine générale", "3 rue des Essais", "2 h par semaine", f"Inscrit le {today()}"):
        assert told in row
    for who in (people.professional, people.other_president, people.stranger):
        client.enter(who)
        client.get(list_of(people), status=403)
        client.get(f"{list_of(people)}.csv", status=403)


def test_the_export_reads_in_a_spreadsheet_and_no_cell_is_a_formula(
    client: Visitor, session: Session, people: Personas
) -> None:
    one = declared(session, people)
    session.execute(sa.update(Participation).where(Participation.id == one.id).values(ends_on=day_of(clock.now())))
    place = ParticipationPlace(
        participation_id=one.id, position=2, name="=2+2", commune_insee="84031", added_at=clock.now()
    )
    session.add(place)
    session.commit()
    client.enter(people.president)
    text = client.get(f"{list_of(people)}.csv").response.get_data(as_text=True)
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";")
    assert row["Nom"] == "Sophie Marchal"
    assert row["Numéro RPPS"] == people.professional.person.rpps
    assert row["Lieux d’activité"].endswith("84200 Carpentras ; =2+2, Carpentras")
    assert (row["Depuis le"], row["Jusqu’au"], row["Inscrit le"]) == (today(), today(), today())
    assert (row["Logiciel de rendez-vous"], row["Transmis au SAS"]) == ("oui", "oui")


def test_the_list_says_when_the_sas_does_not_show_the_cpts(client: Visitor, session: Session, people: Personas) -> None:
    declared(session, people)
    people.comtat.unit.sensitive = True
    session.commit()
    client.enter(people.president)
    page = client.get(list_of(people))
    assert "Le SAS n’affiche pas la CPTS" in page.text
    assert page.has("main a[href$='/sas']")


def test_the_list_reads_as_many_statements_with_one_doctor_or_ten(
    client: Visitor, session: Session, people: Personas
) -> None:
    assert people.president.mandate is not None
    for _ in range(10):
        other = factories.person(session)
        factories.doctor(session, other)
        own = factories.affiliation(session, other, people.comtat.unit, people.president.mandate)
        factories.participation(session, own)
    session.commit()
    client.enter(people.president)
    assert len(client.get(list_of(people)).all("[data-participation]")) == 10


def today() -> str:
    return f"{day_of(clock.now()):%d/%m/%Y}"


# ── the mails ───────────────────────────────────────────────────────────────


def test_the_doctor_gets_a_confirmation_and_the_cpts_is_told(
    doctor: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    doctor.get(page_of(people))
    doctor.submit(FORM, logiciel="non", deux_heures="y", fin="2027-06-30")
    subject = "Votre participation au SAS est déclarée"
    assert delivered(smtp, people.professional.email) == [subject]
    receipt = smtp.only(people.professional.email)
    for body in (receipt.text, receipt.html):
        for told in (
            "au 30 juin 2027",
            "Cabinet des Tilleuls, 84200 Carpentras",
            "deux heures par semaine",
            "ne sont pas liés",
        ):
            assert told in body.replace("\u00a0", " ")
    assert receipt.link("/ma-participation")
    for who in (people.president, people.referent, people.second_referent):
        mail = smtp.only(who.email)
        assert mail.subject == "Sophie Marchal participe au SAS par votre CPTS"
        assert mail.link("/participants")
    assert smtp.to(people.agent.email) == []


def test_a_withdrawal_is_told_to_both(doctor: Visitor, session: Session, people: Personas, smtp: Mailbox) -> None:
    one = declared(session, people)
    doctor.post(f"/participations/{one.id}/retrait")
    assert delivered(smtp, people.professional.email) == ["Votre participation au SAS a pris fin"]
    assert "Vous avez retiré" in smtp.only(people.professional.email).text
    mail = smtp.only(people.president.email)
    assert mail.subject == "Sophie Marchal ne participe plus au SAS par votre CPTS"
    assert "retrait par le médecin" in mail.text


def test_the_end_of_the_rattachement_tells_both_in_one_mail(
    client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    one = declared(session, people)
    client.enter(people.president)
    own = session.scalars(sa.select(Affiliation.id).where(Affiliation.person_id == one.person_id)).one()
    client.get(f"/rattachements/{own}/fin")
    assert "participation au SAS" in client.current().text
    client.submit(FORM, motif="Départ en retraite")
    assert delivered(smtp, people.professional.email) == ["Votre rattachement à la CPTS du Comtat Venaissin a pris fin"]
    assert "Votre participation au SAS" in smtp.only(people.professional.email).text
    assert "Sa participation au SAS" in smtp.only(people.referent.email).text


def test_a_known_end_is_told_with_what_may_be_done(
    doctor: Visitor, session: Session, people: Personas, smtp: Mailbox, frozen_clock: FrozenClock
) -> None:
    declared(session, people, ends_on=day_of(clock.now()).replace(year=2027))
    frozen_clock.advance(days=340)
    keep_participations()
    (subject,) = delivered(smtp, people.professional.email)
    assert "prend fin le" in subject
    assert "Changez cette date, ou effacez-la." in smtp.only(people.professional.email).text
    frozen_clock.advance(days=30)
    keep_participations()
    smtp.clear()
    assert "a pris fin" in delivered(smtp, people.professional.email)[0]
    assert "date de fin atteinte" in smtp.only(people.professional.email).text
    assert "ne participe plus" in smtp.only(people.president.email).subject


def test_the_closing_of_an_idle_account_is_a_known_end(session: Session, people: Personas, smtp: Mailbox) -> None:
    """Told a month before, by the mail that announces it."""
    declared(session, people)
    for who in (people.professional, people.stranger):
        record(AccountIdleNoticed(actor="system", subject=f"account:{who.account.id}"))
    session.commit()
    delivered(smtp, people.professional.email)
    told = "Votre participation au SAS par votre CPTS prendrait fin en même temps."
    assert told in smtp.only(people.professional.email).text
    assert told not in smtp.only(people.stranger.email).text


def test_a_doctor_reads_that_the_sas_does_not_show_their_cpts(
    doctor: Visitor, session: Session, people: Personas
) -> None:
    declared(session, people)
    assert "Vous participez" in doctor.get(MINE).text
    people.comtat.unit.sensitive = True
    session.commit()
    page = doctor.get(MINE)
    assert "Le SAS n’affiche pas cette CPTS" in page.text
    assert "Vous participez" not in page.text
