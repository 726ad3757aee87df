"""The trust chain over HTTP, without JavaScript: nominate, remind, cancel, end; who may and who may not."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import JournalEntry, Mandate, Nomination, OneTimeLink
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY
from tests.support.client import HTMX, Visitor
from tests.support.time import FrozenClock

NOMINEE: dict[str, Any] = {
    "nom": "Arnaud",
    "prenom": "Lucie",
    "email": "lucie.arnaud@essai.example",
    "telephone": "04 65 71 00 12",
    "fonction": "Coordinatrice",
    "rpps": "",
    "declaration": "y",
    "mot_de_passe": factories.PASSWORD,
}
NOT_PRESIDENTS = ["referent", "professional", "other_president", "other_referent", "stranger", "agent"]


@pytest.fixture
def people(session: Session, frozen_clock: FrozenClock) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


@pytest.fixture
def chain(people: Personas) -> str:
    return f"/etablissements/{people.comtat.finess}/referents"


def nominations(session: Session) -> list[Nomination]:
    return list(session.scalars(sa.select(Nomination).where(Nomination.email_key == NOMINEE["email"])))


# ── nominate ────────────────────────────────────────────────────────────────


def test_a_president_nominates_and_sees_it_wait(
    client: Visitor, people: Personas, chain: str, session: Session
) -> None:
    client.enter(people.president)
    client.get(chain)
    page = client.submit("#nomination", **NOMINEE)
    (nomination,) = nominations(session)
    assert page.path == chain
    assert "Lucie Arnaud reçoit un courriel" in page.text
    assert "Invitation envoyée" in page.read(f"[data-nomination='{nomination.id}']")
    assert nomination.nominated_by_person_id == people.president.person.id
    assert "Lucie Arnaud : nomination comme référent établissement par vous" in page.read("#journal")


@pytest.mark.parametrize("who", NOT_PRESIDENTS)
def test_nobody_else_nominates(client: Visitor, people: Personas, chain: str, session: Session, who: str) -> None:
    client.enter(getattr(people, who))
    refused = client.post(chain, status=403, **NOMINEE)
    assert "Nommer un référent établissement" in refused.text
    assert nominations(session) == []
    tried = session.scalars(sa.select(JournalEntry.actor).where(JournalEntry.event == "access.refused"))
    assert list(tried) == [f"account:{getattr(people, who).account.id}"]


def test_a_visitor_is_refused(client: Visitor, people: Personas, chain: str, session: Session) -> None:
    client.post(chain, status=403, **NOMINEE)
    assert nominations(session) == []


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("nom", "", "Renseignez le nom"),
        ("prenom", "", "Renseignez le prénom"),
        ("email", "lucie", "Renseignez une adresse électronique complète"),
        ("telephone", "12", "Renseignez un numéro à 10 chiffres"),
        ("fonction", "", "Renseignez la fonction"),
        ("rpps", "10998765432", "Ce numéro RPPS n’est pas valable"),
        ("declaration", None, "Confirmez que vous souhaitez"),
    ],
)
def test_bad_input_is_shown_and_kept(
    client: Visitor, people: Personas, chain: str, session: Session, field: str, value: str | None, sentence: str
) -> None:
    client.enter(people.president)
    client.get(chain)
    page = client.submit("#nomination", status=422, **{**NOMINEE, field: value})
    assert sentence in page.read("#resume-erreurs")
    assert page.one("#nomination [name=fonction]")["value"] == (value if field == "fonction" else "Coordinatrice")
    assert nominations(session) == []


def test_a_president_cannot_nominate_oneself(client: Visitor, people: Personas, chain: str, session: Session) -> None:
    client.enter(people.president)
    client.get(chain)
    page = client.submit("#nomination", status=422, **{**NOMINEE, "email": people.president.email.upper()})
    assert "vous nommer vous-même" in page.read("#resume-erreurs")


def test_twice_at_once_is_refused(client: Visitor, people: Personas, chain: str, session: Session) -> None:
    client.enter(people.president)
    for status in (303, 409):
        client.get(chain)
        page = client.submit("#nomination", status=status, **NOMINEE)
    assert "Une nomination est déjà en attente pour cette adresse" in page.text
    assert len(nominations(session)) == 1


def test_the_password_is_asked_for_the_act_and_what_was_typed_is_kept(
    client: Visitor, people: Personas, chain: str, session: Session
) -> None:
    """Even when one has just signed in: a proof is given for one act."""
    client.sign_in(people.president)
    client.get(chain)
    page = client.submit("#nomination", status=422, **{**NOMINEE, "mot_de_passe": ""})
    assert "Saisissez votre mot de passe" in page.read("#resume-erreurs")
    assert page.one("#nomination [name=nom]")["value"] == "Arnaud"
    page = client.submit("#nomination", status=422, declaration="y", mot_de_passe="pas le bon")
    assert "Ce n’est pas votre mot de passe actuel" in page.read("#resume-erreurs")
    client.submit("#nomination", declaration="y", mot_de_passe=factories.PASSWORD)
    assert [each.status for each in nominations(session)] == ["proposed"]


def test_after_the_password_an_error_elsewhere_does_not_ask_it_again(
    client: Visitor, people: Personas, chain: str, session: Session, frozen_clock: FrozenClock
) -> None:
    client.enter(people.president)
    client.get(chain)
    page = client.submit("#nomination", status=422, **{**NOMINEE, "telephone": "12"})
    assert not page.has("#nomination [name=mot_de_passe]")
    mine = {"email": people.president.email, "telephone": NOMINEE["telephone"], "declaration": "y"}
    page = client.submit("#nomination", status=422, **mine)
    assert not page.has("#nomination [name=mot_de_passe]")
    client.submit("#nomination", email=NOMINEE["email"], telephone=NOMINEE["telephone"], declaration="y")
    assert len(nominations(session)) == 1
    assert client.get(chain).has("#nomination [name=mot_de_passe]"), "the next one needs its own proof"


def test_a_proof_that_waits_is_too_old_after_ten_minutes(
    client: Visitor, people: Personas, chain: str, session: Session, frozen_clock: FrozenClock
) -> None:
    client.enter(people.president)
    client.get(chain)
    client.submit("#nomination", status=422, **{**NOMINEE, "telephone": "12"})
    frozen_clock.advance(minutes=11)
    page = client.submit("#nomination", status=422, telephone=NOMINEE["telephone"], declaration="y")
    assert "Saisissez votre mot de passe" in page.read("#resume-erreurs")
    assert nominations(session) == []


# ── read ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["president", "referent", "agent"])
def test_those_of_the_chain_read_it(client: Visitor, people: Personas, chain: str, who: str) -> None:
    client.enter(getattr(people, who))
    page = client.get(chain)
    assert page.h1 == "Qui peut agir au nom de la CPTS ?"
    assert "Hélène Vasseur" in page.read("#presidence")
    assert "Claire Daumas" in page.read("#referents")
    assert page.has("#nomination") == (who == "president")


@pytest.mark.parametrize("who", ["professional", "other_president", "stranger"])
def test_others_do_not_read_it(client: Visitor, people: Personas, chain: str, who: str) -> None:
    client.enter(getattr(people, who))
    client.get(chain, status=403)


def test_a_visitor_is_sent_to_sign_in_and_back(client: Visitor, people: Personas, chain: str) -> None:
    assert client.get(chain, status=303).location.startswith("/connexion?next=")


def test_an_unknown_establishment_has_no_chain(client: Visitor, people: Personas) -> None:
    client.enter(people.president)
    client.get("/etablissements/999999999/referents", status=404)


def test_the_rights_shown_are_those_of_the_policy(client: Visitor, people: Personas, chain: str) -> None:
    client.enter(people.referent)
    rows = {
        row.th.get_text(): [bool(cell.select("svg")) for cell in row.select("td")]
        for row in client.get(chain).all("#droits-roles tbody tr")
    }
    assert rows["Nommer un référent établissement"] == [True, False]
    assert rows["Mettre fin à une présidence"] == [False, False]
    assert rows["Accepter, refuser ou faire compléter une demande de rattachement"] == [True, True]


def test_two_presidents_are_shown(client: Visitor, people: Personas, chain: str, session: Session) -> None:
    second = factories.person(session, "Paul", "Garnier")
    factories.presidency(session, people.comtat.establishment, second, people.agent.account, seat=2)
    client.enter(people.president)
    shown = client.get(chain).read("#presidence")
    assert "Paul Garnier" in shown
    assert "Coprésidence enregistrée" in shown


def test_without_a_president_the_chain_says_so_and_rights_end_after_the_grace(
    client: Visitor, people: Personas, chain: str, session: Session, frozen_clock: FrozenClock
) -> None:
    end_presidency(session, people)
    client.enter(people.agent)
    page = client.get(chain)
    assert "Aucune présidence enregistrée" in page.read("#presidence")
    assert page.read("#referents").count("Fiches seulement") == 2
    frozen_clock.advance(days=61)
    client.enter(people.agent)
    assert client.get(chain).read("#referents").count("Sans droits") == 2


def test_htmx_gets_the_chain_alone(client: Visitor, people: Personas, chain: str) -> None:
    client.enter(people.president)
    assert client.htmx.get(chain).has("#chain")


# ── remind and cancel ───────────────────────────────────────────────────────


@pytest.fixture
def waiting(people: Personas, session: Session) -> Nomination:
    assert people.president.mandate is not None
    nomination = factories.nomination(session, people.president.mandate)
    session.commit()
    return nomination


def test_a_reminder_replaces_the_link(
    client: Visitor, people: Personas, chain: str, waiting: Nomination, session: Session, frozen_clock: FrozenClock
) -> None:
    client.enter(people.president)
    client.get(chain)
    client.submit(f"form[action='/nominations/{waiting.id}/relancer']")
    frozen_clock.advance(days=6)
    client.enter(people.president)
    client.get(chain)
    page = client.submit(f"form[action='/nominations/{waiting.id}/relancer']")
    assert "Un nouveau lien est envoyé" in page.text
    links = session.scalars(sa.select(OneTimeLink).order_by(OneTimeLink.created_at)).all()
    assert [link.cancelled_at is None for link in links] == [False, True]
    session.refresh(waiting)
    assert waiting.expires_at == links[1].expires_at


def test_a_cancelled_nomination_leaves_the_chain(
    client: Visitor, people: Personas, chain: str, waiting: Nomination, session: Session
) -> None:
    client.enter(people.president)
    client.get(chain)
    page = client.submit(f"form[action='/nominations/{waiting.id}/annuler']")
    assert not page.has(f"[data-nomination='{waiting.id}']")
    session.refresh(waiting)
    assert waiting.status == "cancelled"


@pytest.mark.parametrize("act", ["relancer", "annuler"])
@pytest.mark.parametrize("who", NOT_PRESIDENTS)
def test_nobody_else_touches_a_nomination(
    client: Visitor, people: Personas, waiting: Nomination, session: Session, who: str, act: str
) -> None:
    client.enter(getattr(people, who))
    client.post(f"/nominations/{waiting.id}/{act}", status=403)
    session.refresh(waiting)
    assert waiting.status == "proposed"


@pytest.mark.parametrize("act", ["relancer", "annuler"])
def test_a_closed_nomination_stays_closed(client: Visitor, people: Personas, waiting: Nomination, act: str) -> None:
    client.enter(people.president)
    client.post(f"/nominations/{waiting.id}/annuler")
    assert "déjà annulée" in client.post(f"/nominations/{waiting.id}/{act}", status=409).text


@pytest.mark.parametrize("act", ["relancer", "annuler"])
def test_acts_on_nominations_are_posts_on_known_ones(
    client: Visitor, people: Personas, waiting: Nomination, act: str
) -> None:
    client.enter(people.president)
    client.get(f"/nominations/{waiting.id}/{act}", status=405)
    client.post(f"/nominations/{uuid.uuid4()}/{act}", status=404)
    client.post(f"/nominations/not-an-id/{act}", status=404)


# ── end ─────────────────────────────────────────────────────────────────────


@pytest.fixture
def ending(people: Personas) -> str:
    assert people.referent.mandate is not None
    return f"/mandats/{people.referent.mandate.id}/fin"


def test_rights_end_at_the_next_request(client: Visitor, people: Personas, ending: str, chain: str, app: Any) -> None:
    hers = Visitor(app)
    hers.sign_in(people.referent)
    hers.get(chain)
    client.enter(people.president)
    assert "Retirer ses droits à Claire Daumas" in client.get(ending).text
    page = client.submit("#fin-mandat", motif="Changement de coordination.", mot_de_passe=factories.PASSWORD)
    assert "Claire Daumas n’a plus de droits" in page.text
    assert "Claire Daumas" not in page.read("#referents")
    hers.get(chain, status=403)


def test_the_reason_is_required(client: Visitor, people: Personas, ending: str, session: Session) -> None:
    client.enter(people.president)
    client.get(ending)
    page = client.submit("#fin-mandat", status=422, motif="  ")
    assert "Indiquez pourquoi" in page.read("#resume-erreurs")
    assert still_open(session, people)


def test_ending_asks_the_password_for_that_act(
    client: Visitor, people: Personas, ending: str, session: Session
) -> None:
    client.enter(people.president)
    client.get(ending)
    page = client.submit("#fin-mandat", status=422, motif="Départ.")
    assert "Saisissez votre mot de passe" in page.text
    assert "Départ." in page.read("#fin-mandat textarea")
    assert still_open(session, people)
    client.submit("#fin-mandat", mot_de_passe=factories.PASSWORD)
    assert not still_open(session, people)


@pytest.mark.parametrize("who", ["referent", "second_referent", "professional", "other_president", "stranger", "agent"])
def test_nobody_else_ends_a_mandate(client: Visitor, people: Personas, ending: str, session: Session, who: str) -> None:
    client.enter(getattr(people, who))
    client.get(ending, status=403)
    client.post(ending, status=403, motif="Je le veux.")
    assert still_open(session, people)


def test_an_ended_mandate_ends_once(client: Visitor, people: Personas, ending: str) -> None:
    client.enter(people.president)
    client.post(ending, motif="Départ.", mot_de_passe=factories.PASSWORD)
    assert "a pris fin le" in client.get(ending).text
    assert "déjà pris fin" in client.post(ending, status=409, motif="Départ.", mot_de_passe=factories.PASSWORD).text


def test_a_presidency_does_not_end_here(client: Visitor, people: Personas) -> None:
    assert people.president.mandate is not None
    client.enter(people.president)
    client.post(f"/mandats/{people.president.mandate.id}/fin", status=404, motif="x")
    client.post(f"/mandats/{uuid.uuid4()}/fin", status=404, motif="x")


def test_the_confirmation_is_a_fragment_for_the_dialog(client: Visitor, people: Personas, ending: str) -> None:
    client.enter(people.president)
    assert client.request("GET", ending, status=200, headers=HTMX, fragment=True).has("#end")


def still_open(session: Session, people: Personas) -> bool:
    assert people.referent.mandate is not None
    return session.scalar(sa.select(Mandate.ended_at).where(Mandate.id == people.referent.mandate.id)) is None


def end_presidency(session: Session, people: Personas) -> None:
    mandate = people.president.mandate
    assert mandate is not None
    mandate.ended_at, mandate.end_reason = mandate.started_at, "Élection"
    mandate.ended_by_account_id = people.agent.account.id
    session.commit()


# ── what the journal of the page says ───────────────────────────────────────


@SQLITE_ONLY
def test_the_journal_says_which_boxes_were_published(client: Visitor, people: Personas, chain: str) -> None:
    client.enter(people.president)
    client.get(f"/unites/{people.comtat.unit.id}/encadres/conditions")
    client.submit("main form[method=post]", admission="Sur orientation.")
    assert "Fiche modifiée : conditions par vous" in client.get(chain).read("#journal")
