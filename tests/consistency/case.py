"""What a case is, and what several of them tell. The cases themselves: cases/<noun>.py.

A case is the shortest true story of a route that writes: who may, who may not, what is sent, what is wrong input, what
makes it too late. test_unsafe_routes.py and test_matrix.py are generated from them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app import clock, db
from app.credentials import challenges
from app.models import Mandate
from tests import factories
from tests.consistency.world import World
from tests.factories import PASSWORD

Fields = dict[str, str]
Change = Callable[[Session, World], None]

NOBODY = "nobody"
COMTAT = "840021281"


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
    reads: bool = False
    """A form that only asks, from anywhere: it holds no token and changes nothing."""
    cookie: Callable[[World], dict[str, Any]] | None = None
    """What this browser's signed cookie holds."""


def held_by(world: World, name: str) -> Mandate:
    mandate: Mandate | None = getattr(world.people, name).mandate
    assert mandate is not None
    return mandate


# ── what may happen meanwhile ───────────────────────────────────────────────


def request_cancelled(_session: Session, world: World) -> None:
    world.request.status = "cancelled"


def presidency_ended(_session: Session, world: World) -> None:
    ended, by = held_by(world, "president"), world.people.agent.account.id
    ended.ended_by_account_id, ended.ended_at, ended.end_reason = by, clock.now(), "Fin de mandat"


def unit_closed(_session: Session, world: World) -> None:
    world.people.comtat.unit.closed_on = clock.now().date()


# ── what is sent ────────────────────────────────────────────────────────────

WISH = {
    "nom": "Olivier",
    "prenom": "Margaux",
    "email": "margaux.olivier@essai.example",
    "telephone": "06 39 98 00 01",
    "profession": "60",
    "rpps": factories.new_rpps(),
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
READER = {"email": "lectrice@essai.example"}


def contact(world: World) -> Fields:
    """Of the CPTS of the world, whose box nobody has written."""
    return {
        "telephone": "04 65 71 99 02",
        "adresse": "2 rue des Essais",
        "code_postal": "84200",
        "ville": "Carpentras",
        "version": "0",
    }


def asked(purpose: challenges.Purpose, account_id: uuid.UUID | None = None) -> dict[str, str]:
    """What the cookie of a browser holds that was asked to prove something."""
    challenge = challenges.ask(purpose, account_id=account_id)
    db.session().commit()
    return {"challenge": challenge.id}
