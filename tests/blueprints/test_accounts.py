"""Signing in, invitations, passwords and the pages about oneself, as a browser without JavaScript goes through them."""

from __future__ import annotations

import re
import statistics
import time

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.credentials import links
from app.credentials.links import Purpose
from app.domain.terms import TERMS_VERSION
from app.journal.deliver import deliver_pending
from app.models import Account, Affiliation, Mandate, OneTimeLink, SignInSession
from tests import factories, personas
from tests.factories import PASSWORD
from tests.personas import Personas
from tests.support.client import HTMX, Visitor
from tests.support.mailbox import Mailbox
from tests.support.page import Page
from tests.support.time import FrozenClock

NEW_PASSWORD = "quatre cyprès bleus dansent"
WRONG = "ce n’est pas celui-là"
SIGN_IN, RESET = "main form[action='/connexion']", "main form[action^='/mot-de-passe/']"
INVITATION = "main form[action^='/invitations/']"


@pytest.fixture
def people(session: Session) -> Personas:
    return personas.build(session)


@pytest.fixture
def invited(session: Session) -> Account:
    """Somebody whose account waits to be activated."""
    account = factories.account(session, factories.person(session, "Margaux", "Olivier"), "margaux@essai.example")
    account.status, account.password_hash, account.activated_at = "invited", None, None
    session.flush()
    return account


def drain() -> None:
    while deliver_pending():
        pass


def link_for(session: Session, purpose: Purpose, **owner: object) -> str:
    issued = links.issue(purpose, **owner)  # type: ignore[arg-type]
    session.commit()
    return links.token_of(issued.id, purpose)


def without_the_typed(page: Page) -> str:
    """The page, apart from what differs between any two visits."""
    html = re.sub(r'name="csrf_token" value="[^"]*"', "", page.html)
    return re.sub(r'(id="email" name="email" value=")[^"]*', r"\1", html)


# ── signing in ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("who", "lands"),
    [("president", "/etablissements/840021281"), ("professional", "/mes-roles"), ("stranger", "/mes-roles")],
)
def test_a_person_signs_in_and_lands_where_their_work_is(
    client: Visitor, session: Session, people: Personas, who: str, lands: str
) -> None:
    somebody = getattr(people, who)
    assert client.sign_in(somebody).path == lands
    session.refresh(somebody.account)
    assert somebody.account.terms_version == TERMS_VERSION


def test_an_agent_lands_at_the_service_centre(client: Visitor, people: Personas) -> None:
    assert client.sign_in(people.agent).path == "/centre"


def test_the_page_asked_for_is_kept_through_a_mistake(client: Visitor, people: Personas) -> None:
    client.get("/connexion?next=/mon-compte")
    client.submit(SIGN_IN, email=people.stranger.email, password=WRONG, status=422)
    assert client.submit(SIGN_IN, email=people.stranger.email, password=PASSWORD).path == "/mon-compte"


def test_who_is_signed_in_does_not_sign_in_again(client: Visitor, people: Personas) -> None:
    client.sign_in(people.stranger)
    assert client.get("/connexion", status=303).location == "/mes-roles"
    assert client.get("/connexion?next=/mon-compte", status=303).location == "/mon-compte"


def test_the_sign_in_page_says_what_one_accepts_and_whom_to_call(client: Visitor) -> None:
    page = client.get("/connexion")
    assert "conditions générales d’utilisation" in page.read("main")
    assert "Pas encore d’identifiants ?" in page.text
    assert page.has("a[href^='tel:']")
    assert page.has("a[href^='mailto:']")
    assert "/contact" in page.links()
    assert page.link("Mot de passe oublié") == "/mot-de-passe-oublie"
    assert page.one("#email")["autocomplete"] == "username"
    assert page.one("#password")["autocomplete"] == "current-password"


def test_nothing_tells_a_known_address_from_an_unknown_one(
    client: Visitor, session: Session, people: Personas, invited: Account
) -> None:
    people.second_referent.account.status = "suspended"
    addresses = ["inconnue@essai.example", people.president.email, people.second_referent.email, invited.email]
    answers = [client.post("/connexion", status=422, email=email, password=WRONG) for email in addresses]
    assert len({without_the_typed(answer) for answer in answers}) == 1
    assert "L’adresse ou le mot de passe ne convient pas" in answers[0].text


def test_neither_does_the_time_it_takes(client: Visitor, people: Personas) -> None:
    """Both hash once: an unknown address that skipped it would answer several times sooner."""

    def durations(email: str) -> float:
        taken = []
        for _ in range(9):
            start = time.perf_counter()
            client._open("/connexion", method="POST", data={**token, "email": email, "password": WRONG})
            taken.append(time.perf_counter() - start)
        return statistics.median(taken)

    token = {"csrf_token": client.csrf_token()}
    durations("echauffement@essai.example")
    known, unknown = durations(people.president.email), durations("inconnue@essai.example")
    assert 0.5 < known / unknown < 2, f"{known:.3f} s and {unknown:.3f} s"


@pytest.mark.parametrize("status", ["suspended", "closed"])
def test_an_account_that_is_not_open_does_not_sign_in(
    client: Visitor, session: Session, people: Personas, status: str
) -> None:
    people.referent.account.status = status
    client.post("/connexion", status=422, email=people.referent.email, password=PASSWORD)
    assert client.get("/mes-roles", status=303).location.startswith("/connexion")


def test_bad_input_is_explained_and_kept(client: Visitor) -> None:
    client.get("/connexion")
    page = client.submit(SIGN_IN, email="pas une adresse", password="", status=422)
    assert page.title.startswith("Erreur : ")
    assert page.one("#email")["value"] == "pas une adresse"
    assert not page.one("#password").get("value")
    assert page.has("#resume-erreurs a[href='#email']")
    assert page.has("#resume-erreurs a[href='#password']")


# ── a new password ──────────────────────────────────────────────────────────


def test_asking_for_a_link_says_the_same_to_everybody(
    client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    people.second_referent.account.status = "suspended"
    pages = []
    for email in ("inconnue@essai.example", people.president.email, people.second_referent.email):
        client.get("/mot-de-passe-oublie")
        pages.append(without_the_typed(client.submit("main form[method=post]", email=email)))
    assert len(set(pages)) == 1
    drain()
    assert [mail.recipients for mail in smtp.mails] == [(people.president.email,)]


def test_a_forgotten_password_is_replaced_by_a_mailed_link(
    app: Flask, client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    elsewhere = Visitor(app)
    elsewhere.sign_in(people.president)
    client.post("/mot-de-passe-oublie", email=people.president.email.upper())
    drain()
    address = smtp.only(people.president.email).link("/mot-de-passe/")
    assert address.startswith("http://127.0.0.1:5000/"), "the link comes from PUBLIC_URL, not from the Host header"
    client.get(address.removeprefix("http://127.0.0.1:5000"))
    page = client.submit(RESET, password=NEW_PASSWORD)
    assert "Votre mot de passe est changé" in page.text
    assert page.path == "/etablissements/840021281"

    assert elsewhere.get("/mes-roles", status=303)
    elsewhere.post("/connexion", status=422, email=people.president.email, password=PASSWORD)
    elsewhere.post("/connexion", email=people.president.email, password=NEW_PASSWORD)
    drain()
    assert smtp.latest(people.president.email).subject == "Votre mot de passe Relais a été changé"


def test_the_host_header_never_reaches_a_mail(app: Flask, client: Visitor, people: Personas, smtp: Mailbox) -> None:
    client.post("/mot-de-passe-oublie", email=people.president.email, headers={"X-Forwarded-Host": "evil.example"})
    drain()
    mail = smtp.only(people.president.email)
    assert "evil.example" not in mail.text + mail.html


def test_a_mail_scanner_that_opens_the_link_fifty_times_does_not_use_it(
    app: Flask, client: Visitor, session: Session, people: Personas, invited: Account
) -> None:
    reset = link_for(session, Purpose.PASSWORD_RESET, account_id=people.stranger.account.id)
    activation = link_for(session, Purpose.ACTIVATION, account_id=invited.id)
    for path in (f"/mot-de-passe/{reset}", f"/invitations/{activation}"):
        scanner = Visitor(app)
        for method in ("HEAD", "GET") * 25:
            assert scanner._open(path, method=method).status_code == 200
    client.get(f"/mot-de-passe/{reset}")
    client.submit(RESET, password=NEW_PASSWORD)
    client.sign_out()
    client.get(f"/invitations/{activation}")
    client.submit(INVITATION, password=NEW_PASSWORD)


def test_a_link_serves_once(client: Visitor, session: Session, people: Personas) -> None:
    token = link_for(session, Purpose.PASSWORD_RESET, account_id=people.stranger.account.id)
    client.get(f"/mot-de-passe/{token}")
    client.submit(RESET, password=NEW_PASSWORD)
    client.sign_out()
    page = client.get(f"/mot-de-passe/{token}", status=410)
    assert page.link("Recevoir un nouveau lien") == "/mot-de-passe-oublie"
    client.post(f"/mot-de-passe/{token}", status=410, password="un autre mot de passe long")


@pytest.mark.parametrize("page", ["/mot-de-passe/", "/invitations/"])
@pytest.mark.parametrize("token", ["x", "InR1IjoxfQ.aaaa", "é" * 50, "a" * 5000])
def test_a_link_that_is_not_ours_is_unknown(client: Visitor, page: str, token: str) -> None:
    assert "n’est pas reconnu" in client.get(page + token, status=404).text
    client.post(page + token, status=404, password=NEW_PASSWORD)


def test_a_link_for_one_thing_does_not_serve_for_another(
    client: Visitor, session: Session, people: Personas, invited: Account
) -> None:
    activation = link_for(session, Purpose.ACTIVATION, account_id=invited.id)
    reset = link_for(session, Purpose.PASSWORD_RESET, account_id=people.stranger.account.id)
    client.get(f"/mot-de-passe/{activation}", status=404)
    client.get(f"/invitations/{reset}", status=404)


def test_an_old_link_is_gone(client: Visitor, session: Session, people: Personas, frozen_clock: FrozenClock) -> None:
    token = link_for(session, Purpose.PASSWORD_RESET, account_id=people.stranger.account.id)
    frozen_clock.advance(minutes=61)
    client.get(f"/mot-de-passe/{token}", status=410)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "Choisissez un mot de passe."),
        ("court", "12 caractères"),
        ("123456789012", "trop facile à deviner"),
        ("aaaaaaaaaaaaaaaaaaaa", "trop facile à deviner"),
        ("marseille-provence", "mots faciles à deviner"),
        ("Tessier-Olivier-84", "mots faciles à deviner"),
        ("x" * 129, "au plus 128 caractères"),
    ],
)
def test_a_weak_password_is_refused_and_the_link_still_serves(
    client: Visitor, session: Session, people: Personas, password: str, why: str
) -> None:
    token = link_for(session, Purpose.PASSWORD_RESET, account_id=people.stranger.account.id)
    client.get(f"/mot-de-passe/{token}")
    page = client.submit(RESET, password=password, status=422)
    assert why in page.read("#password-erreur")
    client.submit(RESET, password=NEW_PASSWORD)


def test_a_page_whose_address_is_a_key_is_kept_by_no_cache(client: Visitor, session: Session, people: Personas) -> None:
    token = link_for(session, Purpose.PASSWORD_RESET, account_id=people.stranger.account.id)
    headers = client.get(f"/mot-de-passe/{token}").response.headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"


# ── invitations: an account ─────────────────────────────────────────────────


def test_an_invited_person_activates_their_account(client: Visitor, session: Session, invited: Account) -> None:
    token = link_for(session, Purpose.ACTIVATION, account_id=invited.id)
    page = client.get(f"/invitations/{token}")
    assert "Bienvenue, Margaux Olivier" in page.text
    assert page.one("#password")["autocomplete"] == "new-password"
    page = client.submit(INVITATION, password=NEW_PASSWORD)
    assert page.path == "/mes-roles"
    assert "Votre compte est activé" in page.text
    session.refresh(invited)
    assert (invited.status, invited.terms_version) == ("active", TERMS_VERSION)
    client.sign_out()
    page = client.get(f"/invitations/{token}", status=410)
    assert "déjà activé" in page.text
    assert page.link("Se connecter") == "/connexion"


def test_an_expired_invitation_is_replaced_on_demand(
    client: Visitor, session: Session, invited: Account, smtp: Mailbox, frozen_clock: FrozenClock
) -> None:
    token = link_for(session, Purpose.ACTIVATION, account_id=invited.id)
    frozen_clock.advance(days=8)
    client.get(f"/invitations/{token}", status=410)
    client.post(f"/invitations/{token}", status=410, password=NEW_PASSWORD)
    client.get(f"/invitations/{token}", status=410)
    client.submit(INVITATION)
    drain()
    address = smtp.only(invited.email).link("/invitations/")
    client.get(address.removeprefix("http://127.0.0.1:5000"))
    client.submit(INVITATION, password=NEW_PASSWORD)


def test_a_link_that_still_works_is_not_replaced(client: Visitor, session: Session, invited: Account) -> None:
    token = link_for(session, Purpose.ACTIVATION, account_id=invited.id)
    client.post(f"/invitations/{token}/renvoyer", status=409)
    client.post("/invitations/inconnu/renvoyer", status=404)
    client.request("GET", f"/invitations/{token}/renvoyer", status=405)


def test_who_was_invited_and_forgets_receives_an_activation_link(
    client: Visitor, session: Session, invited: Account, smtp: Mailbox
) -> None:
    client.post("/mot-de-passe-oublie", email=invited.email)
    drain()
    assert "/invitations/" in smtp.only(invited.email).link("/invitations/")


# ── invitations: a nomination ───────────────────────────────────────────────


def nominated(session: Session, people: Personas, **values: object) -> tuple[str, str]:
    """Token and address of a nomination by the president of comtat."""
    assert people.president.mandate is not None
    nomination = factories.nomination(session, people.president.mandate, **values)
    return link_for(session, Purpose.NOMINATION, nomination_id=nomination.id), nomination.email


def test_a_nominee_without_account_accepts_and_is_signed_in(
    client: Visitor, session: Session, people: Personas
) -> None:
    token, email = nominated(session, people)
    page = client.get(f"/invitations/{token}")
    assert "Hélène Vasseur" in page.text
    assert "CPTS du Comtat Venaissin" in page.text
    assert "/aide/role-referent" in page.links()
    page = client.submit(INVITATION, status=422, button="[value=accepter]")
    assert "Choisissez un mot de passe." in page.read("#password-erreur")
    page = client.submit(INVITATION, button="[value=accepter]", password=NEW_PASSWORD)
    assert page.path == "/mes-roles"
    row = page.one("[data-role=referent]")
    assert "Hélène Vasseur" in row.get_text()
    account = session.scalars(sa.select(Account).where(Account.email == email)).one()
    assert session.scalars(sa.select(Mandate).where(Mandate.person_id == account.person_id)).one().role == "referent"
    client.sign_out()
    assert "a été acceptée" in client.get(f"/invitations/{token}", status=410).text


def test_a_nominee_accepts_by_default(client: Visitor, session: Session, people: Personas) -> None:
    """CONTRACT.md: POST with `password` alone."""
    token, _ = nominated(session, people)
    assert client.post(f"/invitations/{token}", password=NEW_PASSWORD).location == "/mes-roles"


def test_a_nominee_with_an_account_needs_no_new_password(client: Visitor, session: Session, people: Personas) -> None:
    token, _ = nominated(session, people, email=people.professional.email)
    assert not client.get(f"/invitations/{token}").has("#password")
    page = client.submit(INVITATION, button="[value=accepter]")
    assert page.path == "/connexion?next=/mes-roles"
    page = client.submit(SIGN_IN, email=people.professional.email, password=PASSWORD)
    assert page.has("[data-role=referent]")


def test_a_nominee_declines_and_nothing_is_created(client: Visitor, session: Session, people: Personas) -> None:
    token, email = nominated(session, people)
    client.get(f"/invitations/{token}")
    page = client.submit(INVITATION, button="[value=decliner]")
    assert page.path == "/"
    assert "Vous avez décliné cette nomination" in page.text
    assert session.scalars(sa.select(Account).where(Account.email == email)).one_or_none() is None
    assert "a été déclinée" in client.get(f"/invitations/{token}", status=410).text


def test_an_answer_that_is_neither_is_refused(client: Visitor, session: Session, people: Personas) -> None:
    token, _ = nominated(session, people)
    client.post(f"/invitations/{token}", status=422, reponse="peut-être", password=NEW_PASSWORD)


def test_somebody_else_signed_in_cannot_take_a_nomination(client: Visitor, session: Session, people: Personas) -> None:
    token, _ = nominated(session, people, email=people.professional.email)
    client.sign_in(people.stranger)
    page = client.post(f"/invitations/{token}", status=409)
    assert "adressée à une autre personne" in page.text
    held = sa.select(Mandate).where(Mandate.person_id == people.stranger.person.id)
    assert session.scalars(held).one_or_none() is None


def test_a_nomination_that_expired_says_whom_to_ask(
    client: Visitor, session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    token, _ = nominated(session, people)
    frozen_clock.advance(days=8)
    page = client.get(f"/invitations/{token}", status=410)
    assert "demandez à Hélène Vasseur de vous nommer à nouveau" in page.text


# ── what I may do ───────────────────────────────────────────────────────────


def test_my_roles_say_who_gave_them_and_since_when(
    client: Visitor, session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    client.sign_in(people.referent)
    cells = client.get("/mes-roles").one("[data-role=referent]").get_text(" ")
    assert "Hélène Vasseur" in cells
    assert "Sans terme" in cells
    assert "Coordination" in cells
    client.sign_out()
    client.sign_in(people.president)
    assert "Centre de services" in client.get("/mes-roles").one("[data-role=president]").get_text(" ")


def test_a_president_of_two_cpts_sees_two_lines_and_a_chooser(
    client: Visitor, session: Session, people: Personas
) -> None:
    factories.presidency(session, people.other.establishment, people.president.person, people.agent.account, seat=2)
    factories.affiliation_request(session, people.other.unit)
    factories.affiliation_request(session, people.other.unit)
    client.sign_in(people.president)
    assert len(client.get("/mes-roles").all("[data-role=president]")) == 2
    page = client.get("/mon-etablissement")
    assert "2 demandes à traiter" in page.text
    assert "0 demande à traiter" in page.text
    assert f"/etablissements/{people.other.finess}/demandes" in page.links()


def test_a_referent_whose_president_left_reads_that_the_role_has_no_effect(
    client: Visitor, session: Session, people: Personas
) -> None:
    presidency = people.president.mandate
    assert presidency is not None
    end = {"ended_at": presidency.started_at, "end_reason": "Fin.", "ended_by_account_id": people.agent.account.id}
    session.execute(sa.update(Mandate).where(Mandate.id == presidency.id).values(**end))
    client.sign_in(people.referent)
    page = client.get("/mes-roles")
    assert not page.has("[data-role=referent]")
    assert "Sans effet : la présidence qui vous a nommé n’est plus en exercice" in page.text


def test_my_roles_show_pending_nominations_and_requests(client: Visitor, session: Session, people: Personas) -> None:
    nominated(session, people, email=people.professional.email)
    request = factories.affiliation_request(session, people.other.unit, people.professional.person)
    refused = factories.affiliation_request(
        session,
        people.other.unit,
        email=people.professional.email,
        status="refused",
        refusal_reason="Hors de la zone.",
        decided_at=request.submitted_at,
        decided_by_account_id=people.other_president.account.id,
        decided_as="president",
        deciding_mandate_id=people.other_president.mandate.id if people.other_president.mandate else None,
    )
    client.sign_in(people.professional)
    page = client.get("/mes-roles")
    assert "Proposé par Hélène Vasseur" in page.read("#nominations")
    assert "En attente" in page.read(f"[data-demande='{request.id}']")
    assert "Hors de la zone." in page.read(f"[data-demande='{refused.id}']")
    assert "Affiché" in page.read("#rattachements")
    answer = next(link for link in page.links() if link.startswith("/invitations/"))
    client.get(answer)


def test_a_stranger_reads_what_will_appear(client: Visitor, people: Personas) -> None:
    client.sign_in(people.stranger)
    assert "Aucun rôle en exercice" in client.get("/mes-roles").text
    assert "Vous n’agissez pour aucun établissement" in client.get("/mon-etablissement").text


# ── my account ──────────────────────────────────────────────────────────────


def test_a_person_changes_their_password_and_the_other_sessions_end(
    app: Flask, client: Visitor, session: Session, people: Personas, smtp: Mailbox
) -> None:
    other = Visitor(app)
    other.sign_in(people.professional)
    pending = link_for(session, Purpose.PASSWORD_RESET, account_id=people.professional.account.id)
    client.sign_in(people.professional)
    client.get("/mon-compte")
    form = "#mot-de-passe form"
    page = client.submit(form, actuel=WRONG, password=NEW_PASSWORD, status=422)
    assert "Ce n’est pas votre mot de passe actuel." in page.read("#actuel-erreur")
    page = client.submit(form, actuel=PASSWORD, password="court", status=422)
    assert "12 caractères" in page.read("#password-erreur")
    page = client.submit(form, actuel=PASSWORD, password=NEW_PASSWORD)
    assert "Votre mot de passe est changé" in page.text
    other.get("/mon-compte", status=303)
    client.get(f"/mot-de-passe/{pending}", status=410)
    drain()
    assert "changé" in smtp.only(people.professional.email).subject


def test_a_person_chooses_not_to_be_named(client: Visitor, session: Session, people: Personas) -> None:
    client.sign_in(people.professional)
    page = client.get("/mon-compte")
    assert page.one("#affiche").has_attr("checked")
    page = client.submit("#affichage form", affiche=False)
    assert "Votre nom n’est plus affiché" in page.text
    session.refresh(people.professional.person)
    assert people.professional.person.listed is False
    assert "Non affiché" in client.get("/mes-roles").text


def test_a_person_closes_their_other_sessions(app: Flask, client: Visitor, session: Session, people: Personas) -> None:
    other = Visitor(app)
    other.sign_in(people.stranger)
    client.sign_in(people.stranger)
    page = client.get("/mon-compte")
    assert page.read("#sessions").count("Ouverte le") == 2
    assert "1 session fermée" in client.submit("#fermer-sessions").text
    other.get("/mon-compte", status=303)
    client.get("/mon-compte")


def test_proving_oneself_again_renews_the_session(
    client: Visitor, session: Session, people: Personas, frozen_clock: FrozenClock
) -> None:
    client.sign_in(people.president)
    before = session.scalars(sa.select(SignInSession).where(SignInSession.ended_at.is_(None))).one()
    frozen_clock.advance(minutes=20)
    page = client.get(f"/connexion/confirmer?acte=mandate:nominate_referent/{people.comtat.finess}&next=/mon-compte")
    assert "Nommer un référent établissement" in page.read("#prove")
    client.submit("main form", mot_de_passe=WRONG, status=422)
    assert client.submit("main form", mot_de_passe=PASSWORD).path == "/mon-compte"
    after = session.scalars(sa.select(SignInSession).where(SignInSession.ended_at.is_(None))).one()
    assert after.id != before.id
    assert after.expires_at == before.expires_at, "a proof does not make a session longer"


@pytest.mark.parametrize("act", ["", "x", "nothing:known/1", "mandate:nominate_referent" + "/" * 200])
def test_a_proof_for_nothing_known_is_not_asked(client: Visitor, people: Personas, act: str) -> None:
    client.enter(people.president)
    client.get(f"/connexion/confirmer?acte={act}", status=404)
    client.post("/connexion/confirmer", status=404, acte=act, mot_de_passe=PASSWORD)


# ── everybody else ──────────────────────────────────────────────────────────

MINE = ["/mes-roles", "/mon-etablissement", "/mon-compte", "/connexion/confirmer"]
MINE_POSTED = ["/mon-compte/mot-de-passe", "/mon-compte/affichage", "/mon-compte/sessions", "/connexion/confirmer"]


@pytest.mark.parametrize("path", MINE)
def test_a_visitor_reads_nothing_of_anybody(client: Visitor, path: str) -> None:
    assert client.get(path, status=303).location.startswith("/connexion?next=")
    assert client._open(path, method="GET", headers=HTMX).status_code == 401


@pytest.mark.parametrize("path", MINE_POSTED)
def test_a_visitor_changes_nothing(client: Visitor, path: str) -> None:
    client.post(path, status=403)


@pytest.mark.parametrize("path", ["/deconnexion", "/mon-compte/mot-de-passe", "/mon-compte/affichage"])
def test_nothing_is_done_by_following_a_link(client: Visitor, people: Personas, path: str) -> None:
    client.sign_in(people.stranger)
    client.request("GET", path, status=405)


def test_links_leave_no_trace_of_who_read_them(session: Session, client: Visitor, people: Personas) -> None:
    """Reading pages changes no row of links or affiliations."""
    token, _ = nominated(session, people)
    before = session.scalar(sa.select(sa.func.count()).select_from(Affiliation))
    client.get(f"/invitations/{token}")
    link = session.scalars(sa.select(OneTimeLink)).one()
    assert (link.used_at, link.cancelled_at) == (None, None)
    assert session.scalar(sa.select(sa.func.count()).select_from(Affiliation)) == before
