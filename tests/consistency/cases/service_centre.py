"""The desk: acting on behalf, assignment, notes, accounts."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from tests import factories
from tests.consistency.case import NO_REASON, NO_WORDS, QUESTION, REASON, WISH, Case, contact, request_cancelled
from tests.consistency.world import World


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


CASES = (
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
