"""One case for each route that writes. A route without one fails test_unsafe_routes.py.

A case is the shortest true story of its route: who may, who may not, what is sent, what is wrong input, what makes it
too late. The tests are generated from it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pyotp
from sqlalchemy.orm import Session

from app import clock, db
from app.credentials import challenges, links
from app.domain.terms import TERMS_VERSION
from app.models import (
    AccessReview,
    Account,
    Challenge,
    CodeGenerator,
    ExternalIdentity,
    FactorReset,
    Mandate,
    OneTimeLink,
    Passkey,
    Person,
    Request,
    SignInSession,
    SuccessionNotice,
    Suspension,
)
from app.queries.factors import handle_of
from tests import factories
from tests.consistency import content
from tests.consistency.world import World
from tests.factories import PASSWORD, TOTP_SECRET
from tests.support.authenticator import Authenticator, encoded

Fields = dict[str, str]
Change = Callable[[Session, World], None]

NOBODY = "nobody"
DEVICE = Authenticator()
COMTAT = "840021281"
NEW_PASSWORD = "mistral-sur-le-ventoux-84"


@dataclass(frozen=True)
class Case:
    """`may` and `may_not` are names of personas, or NOBODY for somebody without an account.

    `may_not` None: the route is open to everybody who holds its address. `bad` None: there is nothing to type wrong.
    `before`: what the world must hold for it to work. `too_late`: what happened meanwhile; None when the route has no
    wrong moment. `arguments`: of the URL, when they are not those of tests/consistency/world.py.
    """

    endpoint: str
    may: str
    may_not: str | None
    good: Fields | Callable[[World], Fields] = field(default_factory=dict)
    bad: Fields | None = None
    before: Change | None = None
    too_late: Change | None = None
    works: int = 303
    refused: int = 403
    late: int = 409
    arguments: Callable[[World], dict[str, Any]] | None = None
    cookie: Callable[[World], dict[str, Any]] | None = None
    """What this browser's signed cookie holds."""


# ── what may happen meanwhile ───────────────────────────────────────────────


def request_cancelled(_session: Session, world: World) -> None:
    world.request.status = "cancelled"


def request_refused(_session: Session, world: World) -> None:
    asked, by = world.request, held_by(world, "referent")
    asked.decided_at, asked.decided_by_account_id = clock.now(), world.people.referent.account.id
    asked.decided_as, asked.deciding_mandate_id = "referent", by.id
    asked.status, asked.refusal_reason = "refused", "Inconnu ici."


def already_appealed(session: Session, world: World) -> None:
    factories.affiliation_request(session, world.people.comtat.unit, appeal_of_id=world.request.id)


def information_asked(_session: Session, world: World) -> None:
    world.request.status = "info_needed"


def nomination_cancelled(_session: Session, world: World) -> None:
    world.nomination.status, world.nomination.closed_at = "cancelled", clock.now()


def referent_ended(session: Session, world: World) -> None:
    ended, by = held_by(world, "referent"), held_by(world, "president").id
    act = f"mandate:end_referent/{ended.id.hex}"
    ended.end_authentication_id = factories.authentication(session, world.people.president.person, act=act).id
    ended.ended_by_mandate_id, ended.ended_by_role = by, "president"
    ended.ended_at, ended.end_reason = clock.now(), "Changement d’équipe"


def presidency_ended(_session: Session, world: World) -> None:
    ended, by = held_by(world, "president"), world.people.agent.account.id
    ended.ended_by_account_id, ended.ended_at, ended.end_reason = by, clock.now(), "Fin de mandat"


def claim_too_old(_session: Session, world: World) -> None:
    world.claim.created_at -= timedelta(hours=2)


def identity_linked(session: Session, world: World) -> None:
    factories.external_identity(session, world.people.professional.account)


def identity_unlinked(session: Session, world: World) -> None:
    session.query(ExternalIdentity).filter_by(account_id=world.people.professional.account.id).delete()


def new_email_confirmed(_session: Session, world: World) -> None:
    world.new_email.used_at = clock.now()


def terms_changed(_session: Session, world: World) -> None:
    world.people.professional.account.terms_version = "2020-01"


def affiliation_ended(_session: Session, world: World) -> None:
    world.affiliation.ended_at, world.affiliation.end_reason = clock.now(), "Départ"


def second_seat_taken(session: Session, world: World) -> None:
    people = world.people
    factories.presidency(session, people.comtat.establishment, people.stranger.person, people.agent.account, seat=2)


def same_person_nominated(session: Session, world: World) -> None:
    factories.nomination(session, held_by(world, "president"), email=NOMINEE["email"])


def unit_closed(_session: Session, world: World) -> None:
    world.people.comtat.unit.closed_on = clock.now().date()


def corrected_by_a_colleague(_session: Session, world: World) -> None:
    world.people.comtat.establishment.updated_at += timedelta(seconds=1)


def used(link: Callable[[World], OneTimeLink]) -> Change:
    def use(_session: Session, world: World) -> None:
        link(world).used_at = clock.now()

    return use


def activation_expired(_session: Session, world: World) -> None:
    world.activation.expires_at = clock.now() - timedelta(minutes=1)


def activated(session: Session, world: World) -> None:
    account = session.get_one(Account, world.activation.account_id)
    account.status, account.password_hash, account.activated_at = "active", factories.password_hash(), clock.now()


def another_session_open(session: Session, world: World) -> None:
    now, owner = clock.now(), world.people.professional.account
    session.add(SignInSession(id="x" * 43, account_id=owner.id, created_at=now, expires_at=now + timedelta(hours=1)))


def a_passkey(session: Session, world: World) -> None:
    factories.passkey(session, world.people.professional.account, DEVICE)


def a_generator(session: Session, world: World) -> None:
    factories.generator(session, world.people.professional.account)


def a_generator_to_confirm(session: Session, world: World) -> None:
    a_generator(session, world)
    session.get_one(CodeGenerator, world.people.professional.account.id).confirmed_at = None


def generator_confirmed(session: Session, world: World) -> None:
    session.get_one(CodeGenerator, world.people.professional.account.id).confirmed_at = clock.now()


def generator_removed(session: Session, world: World) -> None:
    session.delete(session.get_one(CodeGenerator, world.people.professional.account.id))


def passkey_removed(session: Session, _world: World) -> None:
    session.delete(session.query(Passkey).filter_by(credential_id=DEVICE.id).one())


def a_factor_reset(session: Session, world: World) -> None:
    now, agent, account = clock.now(), world.people.agent.account.id, world.people.stranger.account.id
    recorded = {"recorded_at": now, "recorded_by_account_id": agent, "evidence": "Rappelée"}
    session.add(FactorReset(account_id=account, asked_at=now, asked_by_account_id=account, **recorded))


def factor_reset_done(session: Session, _world: World) -> None:
    session.query(FactorReset).one().done_at = clock.now()


def half_way(world: World) -> dict[str, str]:
    """The agent gave the password in this browser."""
    return asked(challenges.Purpose.SECOND_FACTOR, world.people.agent.account.id)


def asked(purpose: challenges.Purpose, account_id: uuid.UUID | None = None) -> dict[str, str]:
    challenge = challenges.ask(purpose, account_id=account_id)
    db.session().commit()
    return {"challenge": challenge.id}


def answer_of_the_device(_world: World) -> Fields:
    """To the challenge that was asked last."""
    latest = db.session().query(Challenge).order_by(Challenge.created_at.desc()).first()
    assert latest is not None
    return {"appareil": DEVICE.get({"challenge": encoded(latest.value)})}


def code_of_now(_world: World) -> Fields:
    return {"code": pyotp.TOTP(TOTP_SECRET).at(clock.now()), "mot_de_passe": PASSWORD}


def passkey_of(_world: World) -> dict[str, Any]:
    return {"passkey_id": db.session().query(Passkey).filter_by(credential_id=DEVICE.id).one().id}


def held_by(world: World, name: str) -> Mandate:
    mandate: Mandate | None = getattr(world.people, name).mandate
    assert mandate is not None
    return mandate


# ── what is sent ────────────────────────────────────────────────────────────

WISH = {
    "nom": "Olivier",
    "prenom": "Margaux",
    "email": "margaux.olivier@essai.example",
    "telephone": "06 39 98 00 01",
    "profession": "60",
    "rpps": factories.new_rpps(),
}
NOMINEE = {
    "nom": "Roumieux",
    "prenom": "Élise",
    "email": "elise.roumieux@essai.example",
    "telephone": "06 39 98 00 02",
    "fonction": "Coordination",
    "rpps": "",
    "declaration": "y",
    "mot_de_passe": PASSWORD,
}
PRESIDENT = {
    "nom": "Chauvet",
    "prenom": "Anne",
    "email": "anne.chauvet@essai.example",
    "telephone": "06 39 98 00 03",
    "profession": "60",
    "rpps": factories.new_rpps(),
    "justificatif": "Procès-verbal de l’assemblée générale",
    "siege": "2",
    "mot_de_passe": PASSWORD,
}
REASON = {"motif": "La personne n’exerce pas sur le territoire.", "mot_de_passe": PASSWORD}
NO_REASON = {"motif": "  "}
QUESTION = {"message": "Où exercez-vous ?"}
NO_WORDS = {"message": "  "}


def contact(world: World) -> Fields:
    establishment = world.people.comtat.establishment
    return {
        "telephone": "04 65 71 99 02",
        "adresse": "2 rue des Essais",
        "code_postal": "84200",
        "ville": "Carpentras",
        "version": establishment.updated_at.isoformat(),
    }


# ── the cases ───────────────────────────────────────────────────────────────

ACCOUNTS = (
    Case(
        "accounts.sign_in",
        NOBODY,
        None,
        good=lambda world: {"email": world.people.stranger.email, "password": PASSWORD},
        bad={"password": "ce n’est pas le bon"},
    ),
    Case("accounts.sign_out", "professional", None),
    Case(
        "accounts.confirm",
        "professional",
        NOBODY,
        good={"acte": f"mandate:nominate_referent/{COMTAT}", "mot_de_passe": PASSWORD},
        bad={"mot_de_passe": "un autre"},
    ),
    Case("accounts.check_second_factor", NOBODY, None, good=code_of_now, bad={"code": "000000"}, cookie=half_way),
    Case("accounts.ask_reset", NOBODY, None, cookie=half_way),
    Case(
        "accounts.refuse_reset",
        NOBODY,
        None,
        before=a_factor_reset,
        too_late=factor_reset_done,
        works=200,
    ),
    Case(
        "accounts.record_reset",
        "agent",
        "president",
        good={"justificatif": "Rappelée au 04 65 71 99 01, a confirmé sa CPTS.", "mot_de_passe": PASSWORD},
        bad={"justificatif": "  "},
        before=a_generator,
        too_late=generator_removed,
        arguments=lambda world: {"account_id": world.people.professional.account.id},
    ),
    Case("accounts.passkey_challenge", NOBODY, None, works=200),
    Case(
        "accounts.passkey_sign_in",
        NOBODY,
        None,
        good=answer_of_the_device,
        bad={"appareil": "{}"},
        before=a_passkey,
        cookie=lambda _world: asked(challenges.Purpose.SIGN_IN),
    ),
    Case(
        "accounts.proof_challenge",
        "professional",
        NOBODY,
        good={"acte": f"mandate:nominate_referent/{COMTAT}"},
        before=a_passkey,
        too_late=passkey_removed,
        works=200,
    ),
    Case("accounts.registration_challenge", "professional", NOBODY, works=200),
    Case(
        "accounts.new_passkey",
        "professional",
        NOBODY,
        good={"mot_de_passe": PASSWORD},
        bad={"mot_de_passe": "un autre"},
    ),
    Case(
        "accounts.remove_own_passkey",
        "professional",
        "stranger",
        good={"mot_de_passe": PASSWORD},
        bad={"mot_de_passe": "un autre"},
        before=a_passkey,
        refused=404,
        arguments=passkey_of,
    ),
    Case("accounts.prepare_codes", "professional", NOBODY, before=a_generator_to_confirm, too_late=generator_confirmed),
    Case(
        "accounts.new_generator",
        "professional",
        NOBODY,
        good=code_of_now,
        bad={"code": "000000"},
        before=a_generator_to_confirm,
        works=200,
    ),
    Case(
        "accounts.remove_own_generator",
        "professional",
        NOBODY,
        good={"mot_de_passe": PASSWORD},
        bad={"mot_de_passe": "un autre"},
        before=a_generator,
        too_late=generator_removed,
    ),
    Case(
        "accounts.new_recovery_codes",
        "professional",
        NOBODY,
        good={"mot_de_passe": PASSWORD},
        bad={"mot_de_passe": "un autre"},
        before=a_generator,
        too_late=generator_removed,
        works=200,
    ),
    Case(
        "accounts.close_session",
        "professional",
        NOBODY,
        before=another_session_open,
        arguments=lambda _world: {"handle": handle_of("x" * 43)},
    ),
    Case("accounts.close_sessions", "professional", NOBODY, before=another_session_open),
    Case("accounts.listing", "professional", NOBODY),
    Case(
        "identities.claim",
        NOBODY,
        None,
        good={"email": "neuve@essai.example"},
        bad={"email": "neuve"},
        too_late=claim_too_old,
        late=410,
    ),
    Case(
        "identities.mine",
        "professional",
        NOBODY,
        good={"mot_de_passe": PASSWORD},
        bad={"mot_de_passe": "un autre"},
        before=identity_linked,
        too_late=identity_unlinked,
    ),
    Case(
        "personal_data.correct",
        "professional",
        NOBODY,
        good={"nom": "Marchal-Roux", "prenom": "Sophie", "telephone": "04 90 00 00 00"},
        bad={"nom": ""},
    ),
    Case(
        "personal_data.new_email",
        "professional",
        NOBODY,
        good={"email": "sophie.neuve@essai.example", "mot_de_passe": PASSWORD},
        bad={"email": "sophie"},
    ),
    Case("personal_data.confirm_new_email", NOBODY, None, too_late=new_email_confirmed, late=410),
    Case(
        "personal_data.erase",
        "professional",
        NOBODY,
        good={"compris": "y", "mot_de_passe": PASSWORD},
        bad={"compris": ""},
    ),
    Case(
        "personal_data.accept",
        "professional",
        NOBODY,
        good={"version": TERMS_VERSION, "accepte": "y"},
        bad={"accepte": ""},
        before=terms_changed,
    ),
    Case(
        "accounts.new_password",
        "professional",
        NOBODY,
        good={"actuel": PASSWORD, "password": NEW_PASSWORD},
        bad={"actuel": "un autre"},
    ),
    Case(
        "accounts.forgot",
        NOBODY,
        None,
        good=lambda world: {"email": world.people.stranger.email},
        bad={"email": "sans arobase"},
    ),
    Case(
        "accounts.reset",
        NOBODY,
        None,
        good={"password": NEW_PASSWORD},
        bad={"password": "court"},
        too_late=used(lambda world: world.reset),
        late=410,
    ),
    Case(
        "accounts.invitation",
        NOBODY,
        None,
        good={"reponse": "accepter", "password": NEW_PASSWORD},
        bad={"password": "court"},
        too_late=used(lambda world: world.invitation),
        late=410,
    ),
    Case("accounts.send_again", NOBODY, None, before=activation_expired, too_late=activated),
)
AFFILIATIONS = (
    Case(
        "affiliations.send",
        NOBODY,
        None,
        good=lambda world: {**WISH, "unite": str(world.people.comtat.unit.id)},
        bad={"email": "sans arobase"},
        too_late=unit_closed,
        late=404,
    ),
    Case(
        "affiliations.accept_several",
        "referent",
        "other_referent",
        good=lambda world: {"demande": str(world.request.id)},
        bad={"demande": "pas une demande"},
        too_late=request_cancelled,
    ),
    Case("affiliations.accept", "referent", "other_referent", too_late=request_cancelled),
    Case(
        "affiliations.send_refusal",
        "president",
        "other_president",
        good=REASON,
        bad=NO_REASON,
        too_late=request_cancelled,
    ),
    Case(
        "affiliations.send_question",
        "referent",
        "other_referent",
        good=QUESTION,
        bad=NO_WORDS,
        too_late=request_cancelled,
    ),
    Case(
        "affiliations.confirm_end",
        "president",
        "other_president",
        good=REASON,
        bad=NO_REASON,
        too_late=affiliation_ended,
    ),
    Case(
        "requests.answer",
        NOBODY,
        None,
        good=QUESTION,
        bad=NO_WORDS,
        before=information_asked,
        too_late=request_cancelled,
    ),
    Case("requests.confirm_cancel", NOBODY, None, too_late=request_cancelled),
    Case("requests.message", NOBODY, None, good=QUESTION, bad=NO_WORDS, too_late=request_cancelled),
    Case(
        "requests.appeal",
        NOBODY,
        None,
        good=QUESTION,
        bad=NO_WORDS,
        before=request_refused,
        too_late=already_appealed,
    ),
    Case("requests.change_link", NOBODY, None),
    Case(
        "requests.send_link",
        NOBODY,
        None,
        good=lambda world: {"numero": world.request.number, "email": world.request.email},
        bad={"numero": " ", "email": "sans arobase"},
    ),
    Case(
        "to_do.rhythm",
        "referent",
        NOBODY,
        good={"requests": "daily", "corrections": "weekly"},
        bad={"requests": "hourly", "corrections": "weekly"},
    ),
)
ESTABLISHMENTS = (
    Case("establishments.confirm", "referent", "other_referent"),
    Case(
        "establishments.correct",
        "referent",
        "other_referent",
        good=contact,
        bad={"telephone": "pas un numéro"},
        too_late=corrected_by_a_colleague,
    ),
)
MANDATES = (
    Case(
        "mandates.nominate",
        "president",
        "referent",
        good=NOMINEE,
        bad={"declaration": ""},
        too_late=same_person_nominated,
    ),
    Case("mandates.cancel", "president", "referent", too_late=nomination_cancelled),
    Case("mandates.remind", "president", "referent", too_late=nomination_cancelled),
    Case("mandates.confirm_end", "president", "referent", good=REASON, bad=NO_REASON, too_late=referent_ended),
    Case(
        "service_centre.register",
        "agent",
        "president",
        good=PRESIDENT,
        bad={"rpps": "123"},
        too_late=second_seat_taken,
        arguments=lambda world: {"finess": world.people.comtat.finess},
    ),
    Case(
        "service_centre.confirm_end_presidency",
        "agent",
        "president",
        good=REASON,
        bad=NO_REASON,
        too_late=presidency_ended,
        arguments=lambda world: {"mandate_id": held_by(world, "president").id},
    ),
)
_EDITED = {"may": "agent", "may_not": "president"}
CONTENTS = (
    Case("portal.open_tile", "stranger", None, before=content.placed),
    Case("portal.close_banner", "stranger", None, before=content.placed),
    Case("portal_content.create_tile", **_EDITED, good=content.TILE, bad={"adresse": "javascript:alert(1)"}),
    Case(
        "portal_content.save_tile",
        **_EDITED,
        good=content.TILE | content.SEEN,
        bad={"libelle": ""},
        before=content.placed,
        too_late=content.tile_saved,
    ),
    Case("portal_content.create_banner", **_EDITED, good=content.BANNER, bad={"au": "2026-10-01"}),
    Case(
        "portal_content.save_banner",
        **_EDITED,
        good=content.BANNER | content.SEEN,
        bad={"texte": ""},
        before=content.placed,
        too_late=content.banner_saved,
    ),
    Case("portal_content.create_document", **_EDITED, good=content.document, bad={"titre": ""}),
    Case(
        "portal_content.save_document",
        **_EDITED,
        good=content.seen_document,
        bad={"titre": ""},
        before=content.placed,
        too_late=content.document_saved,
    ),
    Case(
        "portal_content.save_hours",
        **_EDITED,
        good=content.WEEK,
        bad={"lundi_1_ferme": "07:00"},
        too_late=content.week_saved,
    ),
    Case("portal_content.add_day", **_EDITED, good=content.SPECIAL, bad={"raison": ""}, too_late=content.day_added),
    Case("portal_content.remove_day", **_EDITED, before=content.placed, too_late=content.day_removed),
    Case("portal_content.create_help_page", **_EDITED, good=content.HELP, bad={"texte": ""}),
    Case(
        "portal_content.save_page",
        **_EDITED,
        good=content.HELP,
        bad={"texte": "[x](/perdu)"},
        too_late=content.help_saved,
    ),
)
# ── successions, renewals, reviews ──────────────────────────────────────────

NOTICE, REVIEW, PAUSE, FORMER, ITEM = (uuid.UUID(int=number) for number in range(1, 6))
SUCCESSOR = {name: PRESIDENT[name] for name in ("nom", "prenom", "email", "telephone", "profession")}
SUCCESSOR |= {
    "rpps": factories.new_rpps(),
    "date_assemblee": "2026-09-12",
    "declaration": "y",
    "mot_de_passe": PASSWORD,
}


def claimed(session: Session, world: World) -> None:
    request = factories.presidency_request(session, world.people.comtat.establishment, world.people.stranger.person)
    factories.succession_notice(session, request, held_by(world, "president"), id=NOTICE)


def claim_withdrawn(session: Session, _world: World) -> None:
    session.get_one(SuccessionNotice, NOTICE).request.status = "cancelled"


def same_successor_presented(session: Session, world: World) -> None:
    place, person = world.people.comtat.establishment, world.people.stranger.person
    factories.presidency_request(session, place, person, email=SUCCESSOR["email"])


def succeeded(session: Session, world: World) -> None:
    """The president follows another, whose référent is left."""
    people = world.people
    former = factories.presidency(
        session, people.comtat.establishment, people.stranger.person, people.agent.account, seat=2
    )
    owner = factories.account(session, factories.person(session, "Paul", "Avant"))
    factories.referent_mandate(session, former, session.get_one(Person, owner.person_id), id=FORMER)
    former.ended_at, former.end_reason, former.ended_by_account_id = clock.now(), "Fin", people.agent.account.id


def referent_nominated_meanwhile(session: Session, world: World) -> None:
    email = (
        session.query(Account).join(Person, Person.id == Account.person_id).filter(Person.family_name == "Avant").one()
    )
    factories.nomination(session, held_by(world, "president"), email=email.email)


def reviewed(session: Session, world: World) -> None:
    factories.access_review(session, world.affiliation, id=REVIEW)
    (item,) = session.get_one(AccessReview, REVIEW).items
    item.id = ITEM
    session.flush()


def review_closed(session: Session, _world: World) -> None:
    session.get_one(AccessReview, REVIEW).closed_at = clock.now()


def paused(session: Session, world: World) -> None:
    factories.suspension(session, held_by(world, "second_referent"), id=PAUSE)


def pause_lifted(session: Session, world: World) -> None:
    pause, by = session.get_one(Suspension, PAUSE), held_by(world, "president")
    pause.lifted_by_mandate_id, pause.lifted_by_role, pause.lifted_at = by.id, by.role, clock.now()


OFFICES = (
    Case(
        "mandates.present",
        "president",
        "referent",
        good=SUCCESSOR,
        bad={"rpps": "123"},
        too_late=same_successor_presented,
    ),
    Case(
        "mandates.answer",
        "president",
        "referent",
        good={"reponse": "opposition", "motif": "L’assemblée n’a pas eu lieu."},
        bad={"motif": " "},
        before=claimed,
        too_late=claim_withdrawn,
        arguments=lambda _world: {"notice_id": NOTICE},
    ),
    Case(
        "mandates.renew",
        "president",
        "referent",
        good={"referents": str(FORMER), "declaration": "y", "mot_de_passe": PASSWORD},
        bad={"declaration": ""},
        before=succeeded,
        too_late=referent_nominated_meanwhile,
    ),
    Case(
        "mandates.answer_access",
        "referent",
        "other_president",
        good={f"personne-{ITEM}": "retirer", "motif": "A quitté la CPTS."},
        bad={"motif": " "},
        before=reviewed,
        too_late=review_closed,
        arguments=lambda world: {"finess": world.people.comtat.finess, "review_id": REVIEW},
    ),
    Case(
        "mandates.lift",
        "president",
        "referent",
        good={"mot_de_passe": PASSWORD},
        bad={"mot_de_passe": "un autre"},
        before=paused,
        too_late=pause_lifted,
        arguments=lambda _world: {"suspension_id": PAUSE},
    ),
    Case(
        "service_centre.confirm_presidency",
        "agent",
        "president",
        good={"justificatif": "Procès-verbal de l’assemblée générale", "mot_de_passe": PASSWORD},
        bad={"justificatif": " "},
        too_late=presidency_ended,
        arguments=lambda world: {"mandate_id": held_by(world, "president").id},
    ),
)


def taken_by_a_colleague(session: Session, world: World) -> None:
    world.request.assigned_to_account_id = factories.agent(session).id


def taken_by_the_agent(_session: Session, world: World) -> None:
    world.request.assigned_to_account_id = world.people.agent.account.id


def account_suspended(_session: Session, world: World) -> None:
    world.people.stranger.account.status = "suspended"


def account_invited(_session: Session, world: World) -> None:
    account = world.people.stranger.account
    account.status, account.activated_at = "invited", None


def their_page(world: World) -> dict[str, Any]:
    return {"person_id": world.people.stranger.person.id}


def for_the_president(world: World) -> dict[str, Any]:
    return {"finess": world.people.comtat.finess, "pour": f"person:{world.people.president.person.id}"}


def without_the_account(_session: Session, world: World) -> None:
    world.people.president.account.status = "suspended"


DESK = (
    Case(
        "service_centre.correct_for",
        "agent",
        "president",
        good=lambda world: {**contact(world), "raison": "Appel du 12 mars."},
        bad={"raison": " "},
        too_late=without_the_account,
        arguments=for_the_president,
    ),
    Case(
        "service_centre.send_for",
        "agent",
        "president",
        good={
            **WISH,
            "fonction": "Infirmière",
            "genre": "affiliation",
            "raison": "Appel du 12 mars.",
            "cle": "9c6a8a3e-8a1f-4f0e-9a55-0d7c1e6b8f01",
        },
        bad={"raison": " "},
        too_late=without_the_account,
        arguments=for_the_president,
    ),
    Case("service_centre.remind", "agent", "president", good=lambda world: {"demande": str(world.request.id)}),
    Case("service_centre.take", "agent", "president", good={"vu": ""}, too_late=taken_by_a_colleague),
    Case("service_centre.release", "agent", "president", before=taken_by_the_agent, too_late=request_cancelled),
    Case("service_centre.remind_one", "agent", "president", too_late=request_cancelled),
    Case("service_centre.annotate", "agent", "president", good={"note": "Rappeler jeudi."}, bad={"note": " "}),
    Case("service_centre.write", "agent", "president", good=QUESTION, bad=NO_WORDS, too_late=request_cancelled),
    Case(
        "service_centre.resend",
        "agent",
        "president",
        before=account_invited,
        too_late=account_suspended,
        arguments=their_page,
    ),
    Case(
        "service_centre.suspend",
        "agent",
        "president",
        good=REASON,
        bad=NO_REASON,
        too_late=account_suspended,
        arguments=their_page,
    ),
    Case(
        "service_centre.reopen",
        "agent",
        "president",
        good=REASON,
        bad=NO_REASON,
        before=account_suspended,
        arguments=their_page,
    ),
)
SAS_REQUEST = uuid.UUID("5a5a5a5a-0000-4000-8000-000000000001")
READER = {"email": "lectrice@essai.example"}
SAS = {
    "profil": "SAS - Gestionnaire de structure",
    "sujet": "Je souhaite utiliser la plateforme SAS, comment faire ?",
    "nom": "Marchal",
    "prenom": "Sophie",
    "telephone": "01 22 33 44 55",
    "territoire": "84",
    **READER,
}


def asked_meanwhile(_session: Session, world: World) -> None:
    world.request.email = world.request.email_key = WISH["email"]


def sas_account_created(session: Session, world: World) -> None:
    now, agent = clock.now(), world.people.agent.account.id
    decision = {"status": "accepted", "decided_at": now, "decided_by_account_id": agent, "decided_as": "agent"}
    person = {"family_name": "Marchal", "given_name": "Sophie", "email": READER["email"], "email_key": READER["email"]}
    what = {"number": "R-SAS0-0001", "kind": "sas_account", "details": {"profil": SAS["profil"], "territoire": "84"}}
    session.add(Request(id=SAS_REQUEST, submitted_at=now, updated_at=now, **what, **person, **decision))
    session.flush()


ASKED = (
    Case(
        "professionals.register",
        "referent",
        "other_referent",
        good=lambda world: {**WISH, "fonction": "Infirmière", "unite": str(world.people.comtat.unit.id)},
        bad={"fonction": ""},
        too_late=asked_meanwhile,
    ),
    Case(
        "professionals.ask",
        NOBODY,
        None,
        good=lambda world: {**WISH, "finess": world.people.comtat.finess},
        bad={"rpps": "123"},
        too_late=unit_closed,
        late=404,
    ),
    Case(
        "professionals.answer_recognition",
        NOBODY,
        None,
        good={"moi": "y"},
        bad={"moi": ""},
        too_late=request_cancelled,
    ),
    Case("sas.ask", NOBODY, None, good=SAS, bad={"territoire": ""}),
    Case(
        "sas.welcome_again",
        "agent",
        "president",
        before=sas_account_created,
        arguments=lambda _world: {"request_id": SAS_REQUEST},
    ),
    Case(
        "corrections.send",
        NOBODY,
        None,
        good={"champ": "telephone", "telephone": "04 65 71 99 77", "pourquoi": "Affiché sur la porte.", **READER},
        bad={"telephone": "12"},
    ),
    Case(
        "pages.send_message",
        NOBODY,
        None,
        good={"sujet": "question", "message": "Quand ?", **READER},
        bad={"sujet": "inconnu"},
    ),
    Case("pages.send_report", NOBODY, None, good={"message": "La carte est vide.", **READER}, bad={"message": " "}),
)


# ── registrations ───────────────────────────────────────────────────────────

CPTS_REQUEST = uuid.UUID(int=604)
NEW_CPTS = {
    "nom": "CPTS du Pays d’Apt",
    "finess": "840029995",
    "adresse": "12 rue du Stade",
    "code_postal": "84400",
    "ville": "Apt",
    "telephone": "04 65 71 99 10",
    "zone": "84031",
    "aci": "oui",
    "aci_date": "2025-03-12",
    **READER,
}
PRESIDES = {name: value for name, value in WISH.items() if name != "unite"} | {"cpts": "840021281", "statut": "y"}
SIGNED, NOT_SIGNED = {"aci_date": "2025-03-12"}, {"aci_date": ""}


def registration_waiting(session: Session, _world: World) -> None:
    now = clock.now()
    what = {"number": "R-CPTS-0001", "kind": "cpts", "status": "aci_awaited", "details": {"name": "CPTS du Pays d’Apt"}}
    keys = {"email": READER["email"], "email_key": READER["email"]}
    session.add(Request(id=CPTS_REQUEST, submitted_at=now, updated_at=now, **what, **keys))
    session.flush()


def registration_withdrawn(session: Session, _world: World) -> None:
    session.get_one(Request, CPTS_REQUEST).status = "cancelled"


def registered_meanwhile(session: Session, world: World) -> None:
    factories.establishment(
        session, "CPTS DU PAYS D’APT", finess=NEW_CPTS["finess"], commune=world.people.comtat.communes[0]
    )


def cpts_closed(_session: Session, world: World) -> None:
    world.people.comtat.establishment.closed_on = clock.now().date() - timedelta(days=1)


REGISTRATIONS = (
    Case(
        "registrations.ask_cpts",
        NOBODY,
        None,
        good=NEW_CPTS,
        bad={"finess": "123"},
        too_late=registered_meanwhile,
        late=422,
    ),
    Case(
        "registrations.ask_presidency",
        NOBODY,
        None,
        good=PRESIDES,
        bad={"rpps": "123"},
        too_late=cpts_closed,
        late=422,
    ),
    Case(
        "registrations.give",
        NOBODY,
        None,
        good=SIGNED,
        bad=NOT_SIGNED,
        before=registration_waiting,
        too_late=registration_withdrawn,
        arguments=lambda _world: {"token": links.tracking_token(CPTS_REQUEST, 1)},
    ),
    Case(
        "registrations.record",
        "agent",
        "president",
        good=SIGNED,
        bad=NOT_SIGNED,
        before=registration_waiting,
        too_late=registration_withdrawn,
        arguments=lambda _world: {"request_id": CPTS_REQUEST},
    ),
)

CASES: tuple[Case, ...] = (
    *ACCOUNTS,
    *AFFILIATIONS,
    *ESTABLISHMENTS,
    *MANDATES,
    *CONTENTS,
    *OFFICES,
    *DESK,
    *ASKED,
    *REGISTRATIONS,
)
