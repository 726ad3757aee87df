"""Second factors, the proof of an act and sessions, as a browser without JavaScript goes through them; passkeys with a
device in Python."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.journal.deliver import deliver_pending
from app.models import Authentication, Challenge, CodeGenerator, FactorReset, Passkey, SignInSession
from app.usecases.factor_reset import remove_lost_factors
from tests import factories, personas
from tests.consistency.world import address, rules
from tests.consistency.world import build as build_world
from tests.factories import PASSWORD
from tests.personas import Personas
from tests.support.authenticator import HOST, PRESENT, Authenticator, encoded
from tests.support.backends import SQLITE_ONLY
from tests.support.client import Visitor, settle
from tests.support.mailbox import Mailbox
from tests.support.time import FrozenClock

SECOND = "main form[action='/connexion/second-facteur']"
GENERATOR, PREPARE = "#generateur", "form[action='/mon-compte/codes/preparer']"
REMOVE = "form[action='/mon-compte/codes/retirer']"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0"


@pytest.fixture
def people(session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


@pytest.fixture
def device() -> Authenticator:
    return Authenticator()


def drain() -> None:
    settle()
    while deliver_pending():
        pass


# ── a generator of codes ────────────────────────────────────────────────────


def test_a_person_adds_a_generator_and_signs_in_with_it(
    client: Visitor, people: Personas, smtp: Mailbox, session: Session
) -> None:
    client.sign_in(people.professional)
    client.get("/mon-compte")
    page = client.submit(PREPARE)
    image = page.one("img.qr")
    drawn = client.request("GET", str(image["src"]), status=200)
    assert drawn.response.mimetype == "image/svg+xml"
    assert drawn.response.headers["Cache-Control"] == "no-store"
    secret = "".join(page.read("#secret").split())
    page = client.submit(GENERATOR, status=422, code="000000", mot_de_passe=PASSWORD)
    assert "Ce code ne convient pas" in page.read("#resume-erreurs")
    assert not page.has(f"{GENERATOR} [name=mot_de_passe]"), "the proof that was given waits"
    page = client.submit(GENERATOR, status=200, code=client.app_code(secret))
    assert page.h1 == "Vos codes de secours"
    recovery = [item.get_text() for item in page.all("ol.codes-secours li")]
    assert len(recovery) == 10
    assert recovery[0] not in client.get("/mon-compte").text
    drain()
    assert "générateur de codes" in smtp.only(people.professional.email).subject

    client.sign_out()
    client.get("/connexion")
    page = client.submit("main form[method=post]", email=people.professional.email, password=PASSWORD)
    assert page.path == "/connexion/second-facteur"
    client.request("GET", "/mon-compte", status=303)
    assert client.give_code(secret).path == "/mes-roles"

    client.sign_out()
    client.get("/connexion")
    client.submit("main form[method=post]", email=people.professional.email, password=PASSWORD)
    client.submit(SECOND, code=recovery[0])
    assert "Il vous en reste 9 sur 10" in client.get("/mon-compte").read("#second-facteur")
    drain()
    assert "code de secours" in smtp.latest(people.professional.email).subject


def test_the_place_one_was_going_to_is_kept(client: Visitor, people: Personas) -> None:
    client.get("/connexion?next=/centre/seconds-facteurs")
    client.submit("main form[method=post]", email=people.agent.email, password=PASSWORD)
    assert client.give_code().path == "/centre/seconds-facteurs"


def test_a_code_serves_once(client: Visitor, app: Flask, people: Personas) -> None:
    client.get("/connexion")
    client.submit("main form[method=post]", email=people.agent.email, password=PASSWORD)
    typed = client.app_code()
    client.submit(SECOND, code=typed)
    other = Visitor(app)
    other.get("/connexion")
    other.submit("main form[method=post]", email=people.agent.email, password=PASSWORD)
    page = other.submit(SECOND, status=422, code=typed)
    assert "Ce code ne convient pas" in page.read("#resume-erreurs")


def test_without_a_first_factor_the_second_is_not_asked(client: Visitor, people: Personas) -> None:
    assert client.follow(client.request("GET", "/connexion/second-facteur", status=303)).path == "/connexion"
    assert client.post("/connexion/second-facteur", code="123456").location == "/connexion"
    client.get("/connexion/second-facteur/perdu", status=303)
    assert client.post("/connexion/second-facteur/perdu/demander").location == "/connexion"


def test_the_page_of_the_secret_is_gone_once_in_service(client: Visitor, people: Personas, session: Session) -> None:
    factories.generator(session, people.professional.account)
    client.enter(people.professional)
    client.get("/mon-compte/codes", status=303)
    client.get("/mon-compte/codes/qr.svg", status=404)


def test_removing_asks_for_a_proof_of_that_act(client: Visitor, people: Personas, session: Session) -> None:
    factories.generator(session, people.professional.account)
    client.enter(people.professional)
    client.get("/mon-compte")
    page = client.submit(REMOVE, status=422)
    assert "Retirer votre générateur de codes" in page.read("#prove")
    page = client.submit("#prove form", status=422, mot_de_passe="pas le bon")
    assert "Ce n’est pas votre mot de passe actuel" in page.read("#resume-erreurs")
    page = client.submit("#prove form", mot_de_passe=PASSWORD)
    assert "n’est plus demandé" in page.text
    assert page.has(PREPARE)


# ── agents ──────────────────────────────────────────────────────────────────


@SQLITE_ONLY
def test_no_page_of_an_agent_answers_before_the_second_factor(app: Flask, client: Visitor, session: Session) -> None:
    """Every route that is not public nor one's own: led to enrol, or refused."""
    world = build_world(session)
    remove_generator_of(session, world.people)
    client.sign_in(world.people.agent)
    assert client.current().path == "/mon-compte"
    centre = [rule for rule in rules(app, unsafe=False) if rule.rule.startswith("/centre")]
    assert len(centre) > 5
    for rule in centre:
        try:
            path = address(app, world, rule)
        except KeyError:  # somebody else's new route, whose world is still to be said
            path = rule.rule.replace("<uuid:", "<").split("<")[0] + str(uuid.uuid4())
        page = client._open(path, method="GET")
        assert page.status_code in {303, 404, 405}, f"{path}: {page.status_code}"
        if page.status_code == 303:
            assert page.location.startswith("/mon-compte"), path
    client.post("/centre/comptes/" + str(world.people.professional.account.id) + "/second-facteur", status=403)
    secret = client.enrol()
    assert secret
    assert client.get("/centre/seconds-facteurs").status == 200


def test_an_agent_keeps_a_second_factor(client: Visitor, people: Personas) -> None:
    client.enter(people.agent)
    client.post("/mon-compte/codes/retirer", status=409, mot_de_passe=PASSWORD)


def remove_generator_of(session: Session, people: Personas) -> None:
    session.delete(session.get_one(CodeGenerator, people.agent.account.id))
    session.commit()


# ── passkeys ────────────────────────────────────────────────────────────────


def asked(client: Visitor, path: str, **fields: Any) -> dict[str, Any]:
    """What the device is asked, as the script receives it."""
    page = client.post(path, status=200, **fields)
    options: dict[str, Any] = json.loads(page.response.text)
    return options


def with_key(client: Visitor, people: Personas, device: Authenticator) -> None:
    client.enter(people.president)
    client.post("/mon-compte/cles/nouvelle", mot_de_passe=PASSWORD)
    options = asked(client, "/mon-compte/cles/defi")
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["rp"]["id"] == HOST
    page = client.post("/mon-compte/cles/nouvelle", status=200, nom="Téléphone", appareil=device.create(options))
    assert page.h1 == "Vos codes de secours"


def test_a_key_is_added_and_signs_in(
    client: Visitor, app: Flask, people: Personas, device: Authenticator, session: Session, smtp: Mailbox
) -> None:
    with_key(client, people, device)
    assert "Téléphone" in client.get("/mon-compte").read("#second-facteur")
    drain()
    assert "clé d’accès" in smtp.only(people.president.email).subject
    visitor = Visitor(app)
    options = asked(visitor, "/connexion/cle/defi")
    assert "allowCredentials" not in options or not options["allowCredentials"]
    answer = device.get(options)
    page = visitor.post("/connexion/cle", appareil=answer)
    assert page.location == f"/etablissements/{people.comtat.finess}"
    opened = session.scalars(sa.select(SignInSession).order_by(SignInSession.created_at.desc()).limit(1)).one()
    assert opened.strong
    assert visitor.post("/connexion/cle", status=422, appareil=answer).path == "/connexion/cle"
    assert session.scalars(sa.select(Passkey)).one().sign_count == 1


Twist = Callable[[Authenticator, dict[str, Any]], str]


def other_origin(device: Authenticator, options: dict[str, Any]) -> str:
    device.origin = "http://relais.example.evil"
    return device.get(options)


def other_host(device: Authenticator, options: dict[str, Any]) -> str:
    device.host = "evil.example"
    return device.get(options)


def other_challenge(device: Authenticator, options: dict[str, Any]) -> str:
    return device.get({"challenge": encoded(b"x" * 32)})


def owner_not_verified(device: Authenticator, options: dict[str, Any]) -> str:
    device.flags = PRESENT
    return device.get(options)


def a_copy_that_lags(device: Authenticator, options: dict[str, Any]) -> str:
    device.count = 0
    return device.get(options)


def another_key(device: Authenticator, options: dict[str, Any]) -> str:
    forged = Authenticator()
    forged.id = device.id
    return forged.get(options)


def nobody_s_key(_device: Authenticator, options: dict[str, Any]) -> str:
    return Authenticator().get(options)


def not_json(_device: Authenticator, _options: dict[str, Any]) -> str:
    return "pas du JSON"


def empty(_device: Authenticator, _options: dict[str, Any]) -> str:
    return "{}"


@pytest.mark.parametrize(
    "twist",
    [
        other_origin,
        other_host,
        other_challenge,
        owner_not_verified,
        a_copy_that_lags,
        another_key,
        nobody_s_key,
        not_json,
        empty,
    ],
)
def test_an_answer_that_is_not_quite_right_opens_nothing(
    client: Visitor, people: Personas, device: Authenticator, session: Session, twist: Twist
) -> None:
    device.count = 5
    factories.passkey(session, people.president.account, device)
    options = asked(client, "/connexion/cle/defi")
    client.post("/connexion/cle", status=422, appareil=twist(device, options))
    assert session.scalar(sa.select(sa.func.count()).select_from(SignInSession)) == 0


def test_the_challenge_of_another_browser_is_refused(
    client: Visitor, app: Flask, people: Personas, device: Authenticator, session: Session
) -> None:
    factories.passkey(session, people.president.account, device)
    answer = device.get(asked(client, "/connexion/cle/defi"))
    stranger = Visitor(app)
    stranger.post("/connexion/cle", status=422, appareil=answer)
    asked(stranger, "/connexion/cle/defi")
    stranger.post("/connexion/cle", status=422, appareil=answer)
    client.post("/connexion/cle", appareil=answer)


def test_an_old_challenge_is_refused(
    client: Visitor, people: Personas, device: Authenticator, session: Session, frozen_clock: FrozenClock
) -> None:
    factories.passkey(session, people.president.account, device)
    options = asked(client, "/connexion/cle/defi")
    frozen_clock.advance(minutes=6)
    client.post("/connexion/cle", status=422, appareil=device.get(options))


@pytest.mark.parametrize("status", ["suspended", "closed"])
def test_the_key_of_a_closed_account_opens_nothing(
    client: Visitor, people: Personas, device: Authenticator, session: Session, status: str
) -> None:
    factories.passkey(session, people.president.account, device)
    people.president.account.status = status
    session.commit()
    client.post("/connexion/cle", status=422, appareil=device.get(asked(client, "/connexion/cle/defi")))


def test_a_key_proves_the_act_it_was_asked_for_and_no_other(
    client: Visitor, people: Personas, device: Authenticator, session: Session
) -> None:
    factories.passkey(session, people.president.account, device)
    client.enter(people.president)
    act, other = (f"mandate:{name}/{people.comtat.finess}" for name in ("nominate_referent", "register_president"))
    for asked_for in (other, act):
        options = asked(client, "/connexion/confirmer/defi", acte=asked_for)
        sent = {"acte": act, "appareil": device.get(options)}
        client.post("/connexion/confirmer", status=303 if asked_for == act else 409, **sent)
    proofs = session.scalars(sa.select(Authentication.act).where(Authentication.method == "passkey")).all()
    assert sorted(proof or "" for proof in proofs) == ["", act]


def test_the_key_of_somebody_else_proves_nothing(
    client: Visitor, people: Personas, device: Authenticator, session: Session
) -> None:
    theirs = Authenticator()
    factories.passkey(session, people.president.account, device)
    factories.passkey(session, people.referent.account, theirs)
    client.enter(people.president)
    act = f"mandate:nominate_referent/{people.comtat.finess}"
    options = asked(client, "/connexion/confirmer/defi", acte=act)
    client.post("/connexion/confirmer", status=422, acte=act, appareil=theirs.get(options))


def test_a_key_is_removed_by_its_owner_only(
    client: Visitor, people: Personas, device: Authenticator, session: Session, smtp: Mailbox
) -> None:
    key = factories.passkey(session, people.president.account, device)
    session.commit()
    path = f"/mon-compte/cles/{key.id}/retirer"
    client.enter(people.referent)
    client.post(path, status=404, mot_de_passe=PASSWORD)
    client.enter(people.president)
    client.post(path, status=422)
    client.post(path, mot_de_passe=PASSWORD)
    assert session.scalar(sa.select(sa.func.count()).select_from(Passkey)) == 0
    client.sign_out()
    client.post("/connexion/cle", status=422, appareil=device.get(asked(client, "/connexion/cle/defi")))


def test_a_challenge_is_kept_on_the_server_and_only_named_in_the_cookie(
    client: Visitor, people: Personas, session: Session
) -> None:
    options = asked(client, "/connexion/cle/defi")
    (challenge,) = session.scalars(sa.select(Challenge)).all()
    assert encoded(challenge.value) == options["challenge"]
    with client.browser.session_transaction() as cookie:
        assert cookie["challenge"] == challenge.id
        assert options["challenge"] not in json.dumps(dict(cookie))


# ── a lost factor ───────────────────────────────────────────────────────────


def test_a_lost_factor_from_the_sign_in_page_to_a_new_one(
    client: Visitor,
    app: Flask,
    people: Personas,
    session: Session,
    smtp: Mailbox,
    frozen_clock: FrozenClock,
) -> None:
    factories.generator(session, people.professional.account)
    client.get("/connexion")
    client.submit("main form[method=post]", email=people.professional.email, password=PASSWORD)
    client.get("/connexion/second-facteur/perdu")
    page = client.submit("main form[method=post]")
    assert "Votre demande est enregistrée" in page.text
    drain()
    assert "demande" in smtp.latest(people.professional.email).subject

    agent = Visitor(app)
    agent.enter(people.agent)
    page = agent.get("/centre/seconds-facteurs")
    assert "Sophie Marchal" in page.text
    agent.get(page.link("Enregistrer la perte pour Sophie Marchal"))
    page = agent.submit("main form[method=post]", status=422, justificatif=" ", mot_de_passe=PASSWORD)
    assert "Indiquez le numéro rappelé" in page.read("#resume-erreurs")
    page = agent.submit("main form[method=post]", justificatif="Rappelée au 06 39 98 00 01, a confirmé sa CPTS.")
    assert "sauf refus" in page.read("#facteurs-perdus")
    drain()
    mail = smtp.latest(people.professional.email)
    assert "/second-facteur/refus/" in mail.text

    frozen_clock.advance(hours=24)
    assert remove_lost_factors() == 1
    drain()
    assert "a été retiré" in smtp.latest(people.professional.email).subject
    client.sign_in(people.professional)
    assert client.current().path == "/mes-roles"
    gone = mail.link("/second-facteur/refus/").removeprefix("http://127.0.0.1:5000")
    Visitor(app).get(gone, status=410)


def test_the_owner_refuses_by_the_link_alone(
    client: Visitor, app: Flask, people: Personas, session: Session, smtp: Mailbox
) -> None:
    factories.generator(session, people.professional.account)
    client.enter(people.agent)
    path = f"/centre/comptes/{people.professional.account.id}/second-facteur"
    client.post(path, justificatif="Rappelée.", mot_de_passe=PASSWORD)
    client.post(path, status=409, justificatif="Encore.", mot_de_passe=PASSWORD)
    drain()
    refuse = smtp.only(people.professional.email).link("/second-facteur/refus/").removeprefix("http://127.0.0.1:5000")
    owner = Visitor(app)
    for method in ("HEAD", "GET") * 5:
        assert owner._open(refuse, method=method).status_code == 200
    owner.get(refuse)
    page = owner.submit("main form[method=post]", status=200)
    assert page.h1 == "Votre second facteur est gardé"
    assert session.scalars(sa.select(FactorReset)).one().refused_at is not None
    owner.get(refuse, status=410)
    owner.get("/second-facteur/refus/inconnu", status=404)


@pytest.mark.parametrize("who", ["president", "referent", "professional"])
def test_nobody_else_records_a_lost_factor(client: Visitor, people: Personas, session: Session, who: str) -> None:
    factories.generator(session, people.stranger.account)
    client.enter(getattr(people, who))
    client.get("/centre/seconds-facteurs", status=403)
    path = f"/centre/comptes/{people.stranger.account.id}/second-facteur"
    client.get(path, status=403)
    client.post(path, status=403, justificatif="Je le veux.")


# ── sessions ────────────────────────────────────────────────────────────────


def test_sessions_are_listed_with_their_device_and_closed_one_by_one(
    client: Visitor, app: Flask, people: Personas, session: Session
) -> None:
    other = Visitor(app)
    other.browser.environ_base.update({"HTTP_USER_AGENT": WINDOWS, "REMOTE_ADDR": "203.0.113.77"})
    for visitor in (client, other):
        visitor.sign_in(people.professional)
    page = client.get("/mon-compte")
    listed = page.read("#sessions")
    assert "Firefox, Windows" in listed
    assert "203.0.113.0/24" in listed
    assert "203.0.113.77" not in page.text
    assert listed.count("Cette session") == 1
    assert all(opened.id not in page.html for opened in session.scalars(sa.select(SignInSession)))
    page = client.submit("#sessions form[action$=fermer]")
    assert "Cette session est fermée" in page.text
    assert "Firefox, Windows" not in page.read("#sessions")
    other.get("/mon-compte", status=303)
    client.get("/mon-compte")


def test_nobody_closes_the_session_of_somebody_else(client: Visitor, app: Flask, people: Personas) -> None:
    other = Visitor(app)
    for visitor in (client, other):
        visitor.sign_in(people.professional)
    client.get("/mon-compte")
    path = client.current().one("#sessions form[action$=fermer]")["action"]
    thief = Visitor(app)
    thief.sign_in(people.stranger)
    thief.post(str(path), status=404)
    other.get("/mon-compte")


def test_a_session_is_seen_now_and_then(
    client: Visitor, people: Personas, session: Session, frozen_clock: FrozenClock
) -> None:
    client.sign_in(people.professional)
    first = seen(session)
    frozen_clock.advance(minutes=4)
    client.get("/mon-compte")
    assert seen(session) == first
    frozen_clock.advance(minutes=2)
    client.get("/mon-compte")
    assert (seen(session) - first).total_seconds() == 360


def seen(session: Session) -> Any:
    session.rollback()
    session.expire_all()
    return session.scalars(sa.select(SignInSession.seen_at).where(SignInSession.ended_at.is_(None))).one()
