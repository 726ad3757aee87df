"""One case for each route that writes. A route without one fails test_unsafe_routes.py.

A case is the shortest true story of its route: who may, who may not, what is sent, what is wrong input, what makes it
too late. The tests are generated from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from app import clock
from app.models import Account, Mandate, OneTimeLink, SignInSession
from tests import factories
from tests.consistency.world import World
from tests.factories import PASSWORD

Fields = dict[str, str]
Change = Callable[[Session, World], None]

NOBODY = "nobody"
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


# ── what may happen meanwhile ───────────────────────────────────────────────


def request_cancelled(_session: Session, world: World) -> None:
    world.request.status = "cancelled"


def information_asked(_session: Session, world: World) -> None:
    world.request.status = "info_needed"


def nomination_cancelled(_session: Session, world: World) -> None:
    world.nomination.status, world.nomination.closed_at = "cancelled", clock.now()


def referent_ended(_session: Session, world: World) -> None:
    ended, by = held_by(world, "referent"), held_by(world, "president").id
    ended.ended_by_mandate_id, ended.ended_by_role = by, "president"
    ended.ended_at, ended.end_reason = clock.now(), "Changement d’équipe"


def presidency_ended(_session: Session, world: World) -> None:
    ended, by = held_by(world, "president"), world.people.agent.account.id
    ended.ended_by_account_id, ended.ended_at, ended.end_reason = by, clock.now(), "Fin de mandat"


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
    Case("accounts.confirm", "professional", NOBODY, good={"password": PASSWORD}, bad={"password": "un autre"}),
    Case("accounts.close_sessions", "professional", NOBODY, before=another_session_open),
    Case("accounts.listing", "professional", NOBODY),
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
CASES: tuple[Case, ...] = (*ACCOUNTS, *AFFILIATIONS, *ESTABLISHMENTS, *MANDATES)
