"""Every event, past tense. `name` is stored and public: never renamed. Fields are ids and words, never secrets.

Common fields: `actor` (reference of who acts), `subject` (reference of the object), `concerned` (for whom),
`establishment_finess` (chooses the hash chain), `reason` (why, in the words given).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
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
    on_behalf_of: str | None = None
    """Reference of the person or request for whom an agent acted (« pour le compte de »)."""

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
class RequestFact(Event):
    """What happened to a request that is not a rattachement; `kind` says what is asked."""

    request_id: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class RequestSubmitted(RequestFact):
    name = "request.submitted"


@dataclass(frozen=True, kw_only=True)
class RequestAccepted(RequestFact):
    """`made`: references of what the decision created or changed; `activation_link_id` when it opened an account."""

    name = "request.accepted"
    made: list[str] = field(default_factory=list)
    activation_link_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class RequestRefused(RequestFact):
    name = "request.refused"


@dataclass(frozen=True, kw_only=True)
class RequestInfoAsked(RequestFact):
    name = "request.info_asked"


@dataclass(frozen=True, kw_only=True)
class RequestInfoGiven(RequestFact):
    name = "request.info_given"


@dataclass(frozen=True, kw_only=True)
class RequestAciAwaited(RequestFact):
    name = "request.aci_awaited"


@dataclass(frozen=True, kw_only=True)
class RequestAciGiven(RequestFact):
    name = "request.aci_given"


@dataclass(frozen=True, kw_only=True)
class RequestCancelled(RequestFact):
    name = "request.cancelled"


@dataclass(frozen=True, kw_only=True)
class RequestExpired(RequestFact):
    name = "request.expired"


@dataclass(frozen=True, kw_only=True)
class RequestLinkSent(RequestFact):
    name = "request.link_sent"


@dataclass(frozen=True, kw_only=True)
class RequestMessageSent(RequestFact):
    """A word between who asks and who decides, of any kind of request; the state does not change.

    `to_requester`: from those who decide; otherwise from who asks.
    """

    name = "request.message_sent"
    to_requester: bool


@dataclass(frozen=True, kw_only=True)
class RequestAppealed(RequestFact):
    """Of any kind: the person refused asks the service centre to look again; `refused_id` is the first request."""

    name = "request.appealed"
    refused_id: str


@dataclass(frozen=True, kw_only=True)
class RequestReminded(RequestFact):
    """Of any kind: those who decide are reminded; `step` is 3, 7 or 14 (working days), or 0 at an agent's demand."""

    name = "request.reminded"
    step: int


@dataclass(frozen=True, kw_only=True)
class RequestAssigned(RequestFact):
    name = "request.assigned"
    announced = False


@dataclass(frozen=True, kw_only=True)
class RequestNoted(RequestFact):
    """An internal note; its words stay in the timeline of the agents."""

    name = "request.noted"
    announced = False


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


# ── what the service centre edits in the portal ─────────────────────────────


@dataclass(frozen=True, kw_only=True)
class ContentSaved(Event):
    """Only what changed: `before` is None for something new."""

    announced = False
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class TileSaved(ContentSaved):
    name = "portal.tile_saved"


@dataclass(frozen=True, kw_only=True)
class BannerSaved(ContentSaved):
    name = "portal.banner_saved"


@dataclass(frozen=True, kw_only=True)
class DocumentSaved(ContentSaved):
    name = "portal.document_saved"


@dataclass(frozen=True, kw_only=True)
class SupportHoursSaved(ContentSaved):
    name = "portal.support_hours_saved"


@dataclass(frozen=True, kw_only=True)
class HelpPageSaved(ContentSaved):
    name = "portal.help_page_saved"
