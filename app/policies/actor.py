"""Who acts: derived from the database at each request, never cached in the cookie (SECURITY.md, trust rule 1)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa


class Role(StrEnum):
    PRESIDENT = "president"
    REFERENT = "referent"
    AGENT = "agent"


@dataclass(frozen=True)
class HeldMandate:
    """A mandate in office now; a référent's is only when the presidency that granted it still is."""

    id: uuid.UUID
    establishment_finess: str
    role: Role


@dataclass(frozen=True)
class Grace:
    """A référent whose presidency ended keeps the pages up to date until that moment, and does nothing else."""

    establishment_finess: str
    until: datetime


@dataclass(frozen=True)
class Actor:
    """`mandates`: those in office now. `proofs`: what a signed link shown in this request proves, `noun:id`.

    `is_agent`: an agent who signed in with two factors; `must_enrol`: one who did not, and has no power until then.
    """

    account_id: uuid.UUID | None = None
    person_id: uuid.UUID | None = None
    name: str = ""
    is_agent: bool = False
    mandates: tuple[HeldMandate, ...] = ()
    graces: tuple[Grace, ...] = ()
    session_id: str | None = None
    must_enrol: bool = False
    terms_accepted: bool = True
    proofs: frozenset[str] = field(default=frozenset())

    @property
    def reference(self) -> str:
        """Pseudonym used in the journal."""
        return f"account:{self.account_id}" if self.account_id else "anonymous"

    def mandate_in(self, finess: str, *roles: Role) -> HeldMandate | None:
        """The first mandate in office in that establishment, in the order of `roles`."""
        for role in roles:
            for mandate in self.mandates:
                if mandate.establishment_finess == finess and mandate.role is role:
                    return mandate
        return None

    def holding(self, obj: Any) -> Actor:
        """The same actor, who has shown the signed link of `obj`."""
        return replace(self, proofs=self.proofs | {reference(obj)})


ANONYMOUS = Actor()


def reference(obj: Any) -> str:
    """`noun:key` of a persistent object, as written in the journal and in proofs."""
    keys = sa.inspect(obj).identity or [getattr(obj, key.name) for key in sa.inspect(type(obj)).primary_key]
    return f"{obj.__tablename__}:{'/'.join(str(key) for key in keys)}"
