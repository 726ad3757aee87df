"""Signing in with Pro Santé Connect, against a provider that is a process of its own."""

from __future__ import annotations

import logging
import time
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.journal.deliver import deliver_pending
from app.models import Account, Authentication, ExternalIdentity, JournalEntry, Person, SignInSession
from app.settings import Settings
from tests import factories, personas
from tests.personas import Personas
from tests.support.backends import on_both_engines
from tests.support.client import Visitor
from tests.support.mailbox import Mailbox
from tests.support.page import Page
from tests.support.psc import ProSanteConnect

backend = on_both_engines

START = "/connexion/pro-sante-connect"
MINE = "/mon-compte/pro-sante-connect"
NEW = "sophie.neuve@soins.example"
EXERCISE = {"codeProfession": "60", "nomDexercice": "MARCHAL", "prenomDexercice": "Sophie", "activities": []}


@pytest.fixture
def people(session: Session) -> Personas:
    return personas.build(session)


def subject_of(person: Person) -> str:
    return f"8{person.rpps}"


def there_and_back(client: Visitor, psc: ProSanteConnect, start: str = START, *, status: int = 303) -> Page:
    """To the provider by the portal's link, and back to the portal: its answer there."""
    sent = client.get(start, status=302)
    return client.get(psc.go(sent.location), status=status)


def identity(session: Session, account: Account, subject: str, psc: ProSanteConnect) -> ExternalIdentity:
    """A link made earlier."""
    at = account.created_at
    issuer = str(psc.settings["psc_issuer"])
    linked = ExternalIdentity(issuer=issuer, subject=subject, account_id=account.id, linked_at=at, last_used_at=at)
    session.add(linked)
    session.commit()
    return linked


def deliver(app: Flask, session: Session) -> None:
    session.commit()
    with app.app_context():
        while deliver_pending():
            pass


# ── known identities ────────────────────────────────────────────────────────


def test_a_linked_identity_signs_in_with_two_factors(
    client: Visitor, session: Session, people: Personas, psc: ProSanteConnect
) -> None:
    identity(session, people.professional.account, subject_of(people.professional.person), psc)
    psc.expect(subject_of(people.professional.person))
    page = client.follow(there_and_back(client, psc, f"{START}?next=/mon-compte"))
    assert page.path == "/mon-compte"
    opened = session.scalars(sa.select(SignInSession)).one()
    proof = session.scalars(sa.select(Authentication).where(Authentication.session_id == opened.id)).one()
    assert (opened.strong, proof.method, proof.person_id) == (True, "psc", people.professional.person.id)


def test_the_portal_asks_as_pro_sante_connect_wants_it(client: Visitor, people: Personas, psc: ProSanteConnect) -> None:
    asked = parse_qs(urlsplit(client.get(START, status=302).location).query)
    assert asked["acr_values"] == ["eidas1"]
    assert asked["scope"] == ["openid scope_all"]
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    assert asked["redirect_uri"] == ["http://127.0.0.1:5000/connexion/pro-sante-connect/retour"]


def test_an_agent_linked_works_at_once(
    client: Visitor, session: Session, people: Personas, psc: ProSanteConnect
) -> None:
    identity(session, people.agent.account, "ANS20210107161422", psc)
    psc.expect("ANS20210107161422", family_name="FERRERO", given_name="Nadia")
    assert client.follow(there_and_back(client, psc)).path == "/centre"


def test_a_closed_account_is_not_opened(
    client: Visitor, session: Session, people: Personas, psc: ProSanteConnect
) -> None:
    identity(session, people.stranger.account, "899700218896", psc)
    people.stranger.account.status = "suspended"
    session.commit()
    psc.expect("899700218896")
    assert "n’est plus ouvert" in there_and_back(client, psc, status=409).text
    client.get("/mon-compte", status=303)


# ── what proves nothing ─────────────────────────────────────────────────────

FAULTS = (
    "acr", "no_acr", "aud", "aud_azp", "iss", "nonce", "no_nonce", "expired", "alg_none", "alg_hs256", "key",
    "no_id_token", "no_subject", "userinfo_of_another",
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_an_answer_that_proves_nothing_is_refused(
    client: Visitor,
    session: Session,
    people: Personas,
    psc: ProSanteConnect,
    caplog: pytest.LogCaptureFixture,
    fault: str,
) -> None:
    identity(session, people.professional.account, "899700218896", psc)
    psc.expect("899700218896", fault=fault)
    with caplog.at_level(logging.WARNING):
        page = there_and_back(client, psc, status=403)
    assert page.h1 == "Identification refusée"
    assert "pro santé connect: Refused" in caplog.text
    assert "899700218896" not in caplog.text
    client.get("/mon-compte", status=303)


def test_without_the_fault_the_same_answer_signs_in(
    client: Visitor, session: Session, people: Personas, psc: ProSanteConnect
) -> None:
    identity(session, people.professional.account, "899700218896", psc)
    psc.expect("899700218896")
    there_and_back(client, psc)
    client.get("/mon-compte")


def test_an_answer_serves_once(client: Visitor, session: Session, people: Personas, psc: ProSanteConnect) -> None:
    identity(session, people.professional.account, "899700218896", psc)
    psc.expect("899700218896")
    back = psc.go(client.get(START, status=302).location)
    client.get(back, status=303)
    client.get(back, status=403)


def test_an_answer_to_another_browser_is_refused(
    app: Flask, client: Visitor, session: Session, people: Personas, psc: ProSanteConnect
) -> None:
    identity(session, people.professional.account, "899700218896", psc)
    psc.expect("899700218896")
    back = psc.go(client.get(START, status=302).location)
    thief = Visitor(app)
    thief.get(back, status=403)
    thief.get(START, status=302)
    thief.get(back, status=403)


def test_who_gives_up_is_back_at_the_sign_in_page(client: Visitor, people: Personas, psc: ProSanteConnect) -> None:
    psc.expect("899700218896", fault="denied")
    page = client.follow(there_and_back(client, psc))
    assert page.path == "/connexion"
    assert "abandonnée" in page.text


@pytest.mark.parametrize("fault", ["down", "garbage", "slow"])
def test_a_provider_in_trouble_is_said_within_ten_seconds(
    client: Visitor, people: Personas, psc: ProSanteConnect, fault: str
) -> None:
    psc.expect("899700218896", fault=fault)
    back = psc.go(client.get(START, status=302).location)
    started = time.monotonic()
    page = client.get(back, status=503)
    assert time.monotonic() - started < 10
    assert page.h1 == "Pro Santé Connect ne répond pas"
    assert page.response.headers["Retry-After"]


def test_the_portal_follows_no_redirect_of_the_provider(
    client: Visitor, people: Personas, psc: ProSanteConnect
) -> None:
    psc.expect("899700218896", fault="redirected")
    there_and_back(client, psc, status=503)


# ── identities without an account ───────────────────────────────────────────


def test_an_unknown_professional_opens_an_account_by_a_mailed_link(
    app: Flask, client: Visitor, session: Session, people: Personas, psc: ProSanteConnect, smtp: Mailbox
) -> None:
    rpps = factories.new_rpps()
    psc.expect(f"8{rpps}", SubjectRefPro={"codeCivilite": "MME", "exercices": [EXERCISE]})
    page = client.follow(there_and_back(client, psc))
    assert rpps in page.text
    client.submit("main form[method=post]", email="pas une adresse", status=422)
    client.submit("main form[method=post]", email=NEW)
    assert session.scalar(sa.select(Account).where(Account.email == NEW)) is None
    deliver(app, session)
    link = smtp.only(NEW).link("/confirmation/")
    elsewhere = Visitor(app)  # another browser: the mailed link and the identity are both asked
    page = elsewhere.get(urlsplit(link).path)
    page = elsewhere.follow(there_and_back(elsewhere, psc, page.one("main a.btn")["href"]))
    assert "Votre compte est ouvert" in page.text
    account = session.scalars(sa.select(Account).where(Account.email == NEW)).one()
    person = session.get_one(Person, account.person_id)
    assert (account.status, account.password_hash, person.rpps) == ("active", None, rpps)
    assert (person.full_name, person.profession_label) == ("Sophie MARCHAL", "Infirmier")
    assert account.terms_accepted_at is not None
    deliver(app, session)
    assert "ouvert avec Pro Santé Connect" in smtp.latest(NEW).text
    elsewhere.get(urlsplit(link).path, status=410)


def test_a_mailed_link_opens_nothing_to_another_identity(
    app: Flask, client: Visitor, session: Session, people: Personas, psc: ProSanteConnect, smtp: Mailbox
) -> None:
    """Whoever types the address of another gets no account under it: its owner's identity is not theirs."""
    psc.expect(f"8{factories.new_rpps()}")
    client.follow(there_and_back(client, psc))
    client.submit("main form[method=post]", email=NEW)
    deliver(app, session)
    link = smtp.only(NEW).link("/confirmation/")
    victim = Visitor(app)
    page = victim.get(urlsplit(link).path)
    psc.expect(f"8{factories.new_rpps()}")
    assert "autre identité" in there_and_back(victim, psc, page.one("main a.btn")["href"], status=409).text
    assert session.scalar(sa.select(Account).where(Account.email == NEW)) is None


def test_two_who_ask_at_once_keep_their_links(
    app: Flask, client: Visitor, session: Session, people: Personas, psc: ProSanteConnect, smtp: Mailbox
) -> None:
    for address in (NEW, "autre.neuve@soins.example"):
        psc.expect(f"8{factories.new_rpps()}")
        client.follow(there_and_back(client, psc))
        client.submit("main form[method=post]", email=address)
    deliver(app, session)
    for address in (NEW, "autre.neuve@soins.example"):
        client.get(urlsplit(smtp.only(address).link("/confirmation/")).path)


def test_the_address_of_an_account_gets_news_instead_of_a_link(
    app: Flask, client: Visitor, session: Session, people: Personas, psc: ProSanteConnect, smtp: Mailbox
) -> None:
    psc.expect(f"8{factories.new_rpps()}")
    client.follow(there_and_back(client, psc))
    known = client.submit("main form[method=post]", email=people.stranger.email)
    deliver(app, session)
    assert "déjà un compte" in smtp.only(people.stranger.email).subject
    client.follow(there_and_back(client, psc))
    assert client.submit("main form[method=post]", email=NEW).text == known.text


def test_a_professional_without_a_practice_is_welcome_too(
    client: Visitor, people: Personas, psc: ProSanteConnect
) -> None:
    psc.expect("ANS20210107161422", SubjectRole=[])
    page = client.follow(there_and_back(client, psc))
    assert page.h1 == "Votre compte"


# ── RPPS numbers (SECURITY.md, case 41) ─────────────────────────────────────


def test_a_number_typed_by_its_bearer_opens_nothing_to_who_proves_it(
    app: Flask, client: Visitor, session: Session, people: Personas, psc: ProSanteConnect, smtp: Mailbox
) -> None:
    """A stranger typed somebody's number; its holder opens an account of their own, and the number goes with them."""
    holder, stranger = subject_of(people.stranger.person), people.stranger
    number = stranger.person.rpps
    psc.expect(holder, family_name="TESSIER", given_name="Olivier")
    page = client.follow(there_and_back(client, psc))
    assert "Un compte porte déjà votre numéro RPPS" in page.text
    client.submit("main form[method=post]", email=NEW)
    deliver(app, session)
    page = client.get(urlsplit(smtp.only(NEW).link("/confirmation/")).path)
    client.follow(there_and_back(client, psc, page.one("main a.btn")["href"]))
    session.refresh(stranger.person)
    owner = session.scalars(sa.select(Person).where(Person.rpps == number)).one()
    assert stranger.person.rpps is None
    assert owner.id != stranger.person.id
    assert stranger.account.status == "active"
    deliver(app, session)
    assert "numéro RPPS a été retiré" in smtp.only(stranger.email).subject


def test_a_number_written_by_the_president_opens_the_account_of_the_same_name(
    app: Flask, client: Visitor, session: Session, people: Personas, psc: ProSanteConnect, smtp: Mailbox
) -> None:
    vouched = nominated_with_number(session, people)
    psc.expect(subject_of(vouched), family_name="DÉLAGE", given_name="Anne")
    client.follow(there_and_back(client, psc))
    account = session.scalars(sa.select(Account).where(Account.person_id == vouched.id)).one()
    assert session.scalars(sa.select(ExternalIdentity)).one().account_id == account.id
    deliver(app, session)
    assert "même nom de famille" in smtp.only(account.email).text


def test_a_number_mistyped_by_the_president_opens_nothing_to_its_holder(
    client: Visitor, session: Session, people: Personas, psc: ProSanteConnect
) -> None:
    vouched = nominated_with_number(session, people)
    psc.expect(subject_of(vouched), family_name="AUTREMENT", given_name="Anne")
    assert client.follow(there_and_back(client, psc)).h1 == "Votre compte"
    assert session.scalars(sa.select(ExternalIdentity)).all() == []


def nominated_with_number(session: Session, people: Personas) -> Person:
    """A référent whose president wrote their RPPS number."""
    person = factories.person(session, "Anne", "Delage", rpps=factories.new_rpps())
    factories.account(session, person)
    assert people.president.mandate is not None
    factories.referent_mandate(session, people.president.mandate, person)
    session.commit()
    return person


# ── linking and detaching ───────────────────────────────────────────────────


def test_somebody_signed_in_links_their_account_after_a_proof(
    app: Flask, client: Visitor, session: Session, people: Personas, psc: ProSanteConnect, smtp: Mailbox
) -> None:
    client.enter(people.stranger)
    psc.expect(subject_of(people.stranger.person))
    page = client.follow(client.get(f"{MINE}/relier", status=303))
    assert page.path.startswith("/connexion/confirmer?")
    sent = give_password(client)
    page = client.follow(there_and_back(client, psc, sent.location))
    assert "Votre compte est relié" in page.text
    linked = session.scalars(sa.select(ExternalIdentity)).one()
    assert linked.account_id == people.stranger.account.id
    deliver(app, session)
    assert "relié à Pro Santé Connect" in smtp.only(people.stranger.email).subject


def test_an_identity_opens_one_account_only(
    client: Visitor, session: Session, people: Personas, psc: ProSanteConnect
) -> None:
    identity(session, people.professional.account, "899700218896", psc)
    client.enter(people.stranger)
    psc.expect("899700218896")
    link_with_proof(client, psc, status=409)
    assert session.scalars(sa.select(ExternalIdentity)).one().account_id == people.professional.account.id


def test_an_account_with_another_number_is_not_linked(
    client: Visitor, session: Session, people: Personas, psc: ProSanteConnect
) -> None:
    client.enter(people.stranger)
    psc.expect(f"8{factories.new_rpps()}")
    assert "autre numéro RPPS" in link_with_proof(client, psc, status=409).text
    assert session.scalars(sa.select(ExternalIdentity)).all() == []


def test_a_link_without_a_proof_is_refused(
    client: Visitor, session: Session, people: Personas, psc: ProSanteConnect
) -> None:
    """The proof was used meanwhile: the errand of an old tab links nothing."""
    client.enter(people.stranger)
    psc.expect(subject_of(people.stranger.person))
    client.get(f"{MINE}/relier", status=303)
    page = client.follow(client.get(f"{MINE}/relier", status=303))
    sent = give_password(client)
    first = psc.go(client.get(sent.location, status=302).location)
    session.execute(
        sa.update(Authentication).where(Authentication.act.is_not(None)).values(used_at=sa.func.relais_now())
    )
    session.commit()
    client.get(first, status=303)
    assert session.scalars(sa.select(ExternalIdentity)).all() == []
    assert page.path.startswith("/connexion/confirmer?")


def test_somebody_detaches_their_account_after_a_proof(
    app: Flask, client: Visitor, session: Session, people: Personas, psc: ProSanteConnect, smtp: Mailbox
) -> None:
    identity(session, people.stranger.account, "899700218896", psc)
    client.enter(people.stranger)
    client.get(MINE)
    client.submit("#relie form", status=422)
    page = client.submit("main form[method=post]", mot_de_passe=factories.PASSWORD)
    assert "n’est plus relié" in page.text
    assert session.scalars(sa.select(ExternalIdentity)).all() == []
    deliver(app, session)
    assert "n’est plus relié" in smtp.only(people.stranger.email).subject


def test_the_last_way_in_is_not_detached(
    client: Visitor, session: Session, people: Personas, psc: ProSanteConnect
) -> None:
    identity(session, people.stranger.account, "899700218896", psc)
    people.stranger.account.password_hash = None
    session.commit()
    client.enter(people.stranger)
    client.get(MINE)
    assert "Choisissez d’abord un mot de passe" in client.submit("#relie form", status=409).text


def test_a_sensitive_act_is_proven_with_pro_sante_connect(
    client: Visitor, session: Session, people: Personas, psc: ProSanteConnect
) -> None:
    identity(session, people.stranger.account, "899700218896", psc)
    client.enter(people.stranger)
    psc.expect("899700218896")
    act = f"account:erase/{people.stranger.account.id.hex}"
    start = f"{MINE}/preuve?acte={act}&next=/mon-compte/donnees/effacer"
    asked = parse_qs(urlsplit(client.get(start, status=302).location).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["600"])
    page = client.follow(there_and_back(client, psc, start))
    assert page.path == "/mon-compte/donnees/effacer"
    proof = session.scalars(sa.select(Authentication).where(Authentication.act == act)).one()
    assert proof.method == "psc"


def test_a_link_from_another_site_shows_the_act_before_it_is_proven(
    client: Visitor, session: Session, people: Personas, psc: ProSanteConnect
) -> None:
    identity(session, people.stranger.account, "899700218896", psc)
    client.enter(people.stranger)
    act = f"account:erase/{people.stranger.account.id.hex}"
    answer = client.get(f"{MINE}/preuve?acte={act}", status=303, headers={"Sec-Fetch-Site": "cross-site"})
    assert "Fermer son compte" in client.follow(answer).text


@pytest.mark.parametrize("fault", ["auth_time", "no_auth_time"])
def test_an_old_authentication_is_no_fresh_proof(
    client: Visitor, session: Session, people: Personas, psc: ProSanteConnect, fault: str
) -> None:
    identity(session, people.stranger.account, "899700218896", psc)
    client.enter(people.stranger)
    psc.expect("899700218896", fault=fault)
    there_and_back(client, psc, f"{MINE}/preuve?acte=account:erase/x&next=/mon-compte", status=403)


def test_the_identity_of_somebody_else_is_no_proof(
    client: Visitor, session: Session, people: Personas, psc: ProSanteConnect
) -> None:
    identity(session, people.stranger.account, "899700218896", psc)
    client.enter(people.stranger)
    psc.expect(f"8{factories.new_rpps()}")
    there_and_back(client, psc, f"{MINE}/preuve?acte=account:erase/x&next=/mon-compte", status=409)


def give_password(client: Visitor) -> Page:
    """The answer of the proof page, which leads out of the portal."""
    form = client.current().form("main form[method=post]")
    return client._send(form, {"mot_de_passe": factories.PASSWORD}, None, 303)


def link_with_proof(client: Visitor, psc: ProSanteConnect, *, status: int) -> Page:
    client.follow(client.get(f"{MINE}/relier", status=303))
    sent = give_password(client)
    return there_and_back(client, psc, sent.location, status=status)


# ── leaving, and portals without it ─────────────────────────────────────────


def test_signing_out_ends_both_sessions(
    client: Visitor, session: Session, people: Personas, psc: ProSanteConnect
) -> None:
    identity(session, people.stranger.account, "899700218896", psc)
    psc.expect("899700218896")
    there_and_back(client, psc)
    page = client.post("/deconnexion", status=200)
    client.get("/mon-compte", status=303)
    back = psc.go(page.one("main a.btn")["href"])
    assert "de Pro Santé Connect" in client.follow(client.get(back, status=303)).text
    assert page.response.headers["Refresh"].endswith(page.one("main a.btn")["href"])


def test_signing_out_after_a_password_stays_here(client: Visitor, people: Personas, psc: ProSanteConnect) -> None:
    client.enter(people.stranger)
    client.post("/deconnexion", status=303)


@pytest.mark.parametrize(
    "path", [START, f"{START}/retour?code=x&state=y", f"{START}/deconnecte", f"{START}/ouverture/x"]
)
def test_without_settings_there_is_no_such_route(client: Visitor, path: str) -> None:
    client.get(path, status=404)


def test_without_settings_there_is_no_such_page_of_the_account(client: Visitor, people: Personas) -> None:
    client.enter(people.stranger)
    client.get(MINE, status=404)
    client.get(f"{MINE}/relier", status=404)
    assert "Pro Santé Connect" not in client.get("/connexion/confirmer?acte=account:erase/x").text


def test_without_settings_there_is_no_such_button(client: Visitor, session: Session) -> None:
    assert "Pro Santé Connect" not in client.get("/connexion").text


def test_the_button_is_a_link_that_keeps_where_one_goes(client: Visitor, psc: ProSanteConnect) -> None:
    page = client.get("/connexion?next=/mes-roles")
    assert page.one(f"main a[href^='{START}']")["href"] == f"{START}?next=/mes-roles"


def test_every_arrival_is_recorded_as_an_act_of_that_account(
    client: Visitor, session: Session, people: Personas, psc: ProSanteConnect
) -> None:
    vouched = nominated_with_number(session, people)
    psc.expect(subject_of(vouched), family_name="Delage", given_name="Anne")
    there_and_back(client, psc)
    account = session.scalars(sa.select(Account).where(Account.person_id == vouched.id)).one()
    entry = session.scalars(sa.select(JournalEntry).where(JournalEntry.event == "identity.linked")).one()
    assert entry.actor == f"account:{account.id}"


# ── settings ────────────────────────────────────────────────────────────────


def test_the_sandbox_and_production_have_their_addresses() -> None:
    known = {"psc_client_id": "x", "psc_client_secret": "y", "secret_key": "z" * 8}
    sandbox, production = Settings(psc_env="bas", **known).psc, Settings(psc_env="prod", **known).psc
    assert sandbox is not None
    assert production is not None
    assert sandbox.issuer == "https://auth.bas.psc.esante.gouv.fr/auth/realms/esante-wallet"
    assert production.authorize_url == "https://wallet.esw.esante.gouv.fr/auth"
    assert production.token_url == f"{production.issuer}/protocol/openid-connect/token"


@pytest.mark.parametrize(
    "wrong",
    [
        {"psc_client_id": "x"},
        {"psc_client_secret": "y"},
        {"psc_client_id": "x", "psc_client_secret": "y"},
        {"psc_client_id": "x", "psc_client_secret": "y", "psc_env": "recette"},
    ],
)
def test_half_the_settings_stop_the_start(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        Settings(secret_key="z" * 8, **wrong)
