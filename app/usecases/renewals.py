"""A new presidency keeps the référents of those before it, on one page; each still accepts by a link of their own."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from app.domain.errors import ImpossibleNow, Invalid
from app.models import Establishment, Nomination
from app.policies.actor import Actor
from app.policies.permissions import Permission
from app.queries.renewals import Renewable, renewable
from app.usecases.base import usecase
from app.usecases.enrolment import Identity
from app.usecases.mandates import propose


@usecase(Permission.MANDATE_NOMINATE_REFERENT)
def renew_referents(
    actor: Actor, establishment: Establishment, *, mandate_ids: Collection[uuid.UUID], declared: bool
) -> list[Nomination]:
    """A nomination, a proof and a mail for each of those ticked: one declaration for all. Raises ProofNeeded."""
    if not mandate_ids:
        raise Invalid({"referents": "Cochez au moins une personne, ou quittez cette page sans rien changer."})
    if not declared:
        raise Invalid({"declaration": "Confirmez que vous souhaitez que ces personnes aient ce rôle."})
    known = {former.mandate_id: former for former in renewable(establishment.finess)}
    if not known.keys() >= set(mandate_ids):
        raise ImpossibleNow("La situation a changé : une de ces personnes a déjà été nommée. Rechargez la page.")
    return [
        propose(actor, establishment.finess, _identity(former), former.function)
        for id_, former in known.items()
        if id_ in mandate_ids
    ]


def _identity(former: Renewable) -> Identity:
    return Identity(
        family_name=former.family_name,
        given_name=former.given_name,
        email=former.email,
        phone=former.phone,
        rpps=former.rpps,
    )
