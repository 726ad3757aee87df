"""Requests that are no rattachement."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.journal.catalogue.base import Event


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
    """An agent has taken it (`taken`), or given it back."""

    name = "request.assigned"
    announced = False
    taken: bool = True


@dataclass(frozen=True, kw_only=True)
class RequestNoted(RequestFact):
    """An internal note; its words stay in the timeline of the agents."""

    name = "request.noted"
    announced = False


@dataclass(frozen=True, kw_only=True)
class RequestRecognised(RequestFact):
    """The holder of a known account says that the request is theirs (B-09)."""

    name = "request.recognised"
    announced = False


@dataclass(frozen=True, kw_only=True)
class SasWelcomeSent(RequestFact):
    """The welcome mail of a SAS account goes again to its person."""

    name = "request.sas_welcome_sent"


@dataclass(frozen=True, kw_only=True)
class RequestSubmittedFor(RequestFact):
    """Written down by an agent for somebody (`on_behalf_of`), who is told, as whom it is about."""

    name = "request.submitted_for"
