"""Every event, past tense. `name` is stored and public: never renamed. Fields are ids and words, never secrets.

Common fields: `actor` (reference of who acts), `subject` (reference of the object), `concerned` (for whom),
`establishment_finess` (chooses the hash chain), `reason` (why, in the words given).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True)
class Event:
    name: ClassVar[str]
    announced: ClassVar[bool] = True
    """Whether somebody is told by mail (an outbox row is written with the entry)."""

    actor: str
    subject: str
    concerned: str | None = None
    establishment_finess: str | None = None
    reason: str | None = None

    @property
    def chain(self) -> str:
        return f"e:{self.establishment_finess}" if self.establishment_finess else "system"

    def body(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class PresidentRegistered(Event):
    name = "president.registered"
    mandate_id: str
    activation_link_id: str | None


@dataclass(frozen=True, kw_only=True)
class PresidentEnded(Event):
    name = "president.ended"
    mandate_id: str


@dataclass(frozen=True, kw_only=True)
class ReferentNominated(Event):
    name = "referent.nominated"
    nomination_id: str
    authentication_id: str
    link_id: str


@dataclass(frozen=True, kw_only=True)
class NominationReminded(Event):
    name = "nomination.reminded"
    nomination_id: str
    link_id: str


@dataclass(frozen=True, kw_only=True)
class NominationAccepted(Event):
    name = "nomination.accepted"
    nomination_id: str
    mandate_id: str


@dataclass(frozen=True, kw_only=True)
class NominationDeclined(Event):
    name = "nomination.declined"
    nomination_id: str


@dataclass(frozen=True, kw_only=True)
class NominationCancelled(Event):
    name = "nomination.cancelled"
    nomination_id: str


@dataclass(frozen=True, kw_only=True)
class NominationExpired(Event):
    name = "nomination.expired"
    nomination_id: str


@dataclass(frozen=True, kw_only=True)
class ReferentEnded(Event):
    name = "referent.ended"
    mandate_id: str
    authentication_id: str


@dataclass(frozen=True, kw_only=True)
class AffiliationRequested(Event):
    name = "affiliation.requested"
    request_id: str


@dataclass(frozen=True, kw_only=True)
class AffiliationAccepted(Event):
    name = "affiliation.accepted"
    request_id: str
    affiliation_id: str
    activation_link_id: str | None


@dataclass(frozen=True, kw_only=True)
class AffiliationRefused(Event):
    name = "affiliation.refused"
    request_id: str


@dataclass(frozen=True, kw_only=True)
class AffiliationInfoAsked(Event):
    name = "affiliation.info_asked"
    request_id: str


@dataclass(frozen=True, kw_only=True)
class AffiliationInfoGiven(Event):
    name = "affiliation.info_given"
    request_id: str


@dataclass(frozen=True, kw_only=True)
class AffiliationCancelled(Event):
    name = "affiliation.cancelled"
    request_id: str


@dataclass(frozen=True, kw_only=True)
class AffiliationExpired(Event):
    name = "affiliation.expired"
    request_id: str


@dataclass(frozen=True, kw_only=True)
class AffiliationLinkSent(Event):
    """The tracking link goes again to the address of a pending request, at somebody's demand."""

    name = "affiliation.link_sent"
    request_id: str


@dataclass(frozen=True, kw_only=True)
class AffiliationEnded(Event):
    name = "affiliation.ended"
    affiliation_id: str


@dataclass(frozen=True, kw_only=True)
class ContactConfirmed(Event):
    name = "establishment.confirmed"
    announced = False


@dataclass(frozen=True, kw_only=True)
class ContactUpdated(Event):
    name = "establishment.updated"
    announced = False
    before: dict[str, str | None]
    after: dict[str, str | None]


@dataclass(frozen=True, kw_only=True)
class AgentCreated(Event):
    name = "agent.created"
    activation_link_id: str


@dataclass(frozen=True, kw_only=True)
class AccountActivated(Event):
    name = "account.activated"
    announced = False


@dataclass(frozen=True, kw_only=True)
class PasswordResetAsked(Event):
    name = "account.reset_asked"
    link_id: str


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    name = "account.password_changed"


@dataclass(frozen=True, kw_only=True)
class ActivationResent(Event):
    name = "account.activation_resent"
    link_id: str


@dataclass(frozen=True, kw_only=True)
class ListingChosen(Event):
    name = "person.listing_chosen"
    announced = False
    listed: bool


@dataclass(frozen=True, kw_only=True)
class AccessRefused(Event):
    """A signed-in person tried what the policy refuses (S-059)."""

    name = "access.refused"
    announced = False
    permission: str
