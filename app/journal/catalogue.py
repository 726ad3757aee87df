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
class PresidentConfirmed(Event):
    """The same person presides on: a new mandate after the former, on evidence; `former_id` has ended."""

    name = "president.confirmed"
    mandate_id: str
    former_id: str


@dataclass(frozen=True, kw_only=True)
class TermReminded(Event):
    """`days_before`: 60, 14 or 0 days before the end of the term."""

    name = "term.reminded"
    mandate_id: str
    days_before: int


@dataclass(frozen=True, kw_only=True)
class SuccessionPresented(Event):
    """By the president in office; `told`: mandates of the co-presidents who may object."""

    name = "succession.presented"
    request_id: str
    mandate_id: str
    authentication_id: str
    told: list[str]


@dataclass(frozen=True, kw_only=True)
class SuccessionClaimed(Event):
    """The presidents in office (`told`: their mandates) learn who asks to be registered."""

    name = "succession.claimed"
    request_id: str
    told: list[str]


@dataclass(frozen=True, kw_only=True)
class SuccessionAnswered(Event):
    name = "succession.answered"
    request_id: str
    mandate_id: str
    answer: str


@dataclass(frozen=True, kw_only=True)
class ReviewOpened(Event):
    name = "review.opened"
    review_id: str


@dataclass(frozen=True, kw_only=True)
class ReviewReminded(Event):
    """`days`: since it was opened."""

    name = "review.reminded"
    review_id: str
    days: int


@dataclass(frozen=True, kw_only=True)
class ReviewAnswered(Event):
    """Who was kept and removed in one go, as references; each removal has its own event."""

    name = "review.answered"
    announced = False
    review_id: str
    kept: list[str]
    removed: list[str]


@dataclass(frozen=True, kw_only=True)
class ReviewClosed(Event):
    """`suspended`: ids of the suspensions of whom nobody answered for."""

    name = "review.closed"
    review_id: str
    suspended: list[str]


@dataclass(frozen=True, kw_only=True)
class SuspensionLifted(Event):
    name = "suspension.lifted"
    suspension_id: str
    authentication_id: str | None


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
class AffiliationCreated(Event):
    """Somebody in office registers a professional themselves, who asked for nothing (S-070)."""

    name = "affiliation.created"
    request_id: str
    affiliation_id: str
    activation_link_id: str | None


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
class ContactUpdatedFor(Event):
    """By an agent, for somebody (`on_behalf_of`): who asked and those who preside read what changed, old and new."""

    name = "establishment.updated_for"
    before: dict[str, str | None]
    after: dict[str, str | None]


@dataclass(frozen=True, kw_only=True)
class RequestSubmittedFor(RequestFact):
    """Written down by an agent for somebody (`on_behalf_of`), who is told, as whom it is about."""

    name = "request.submitted_for"


@dataclass(frozen=True, kw_only=True)
class AccountSuspended(Event):
    name = "account.suspended"


@dataclass(frozen=True, kw_only=True)
class AccountReopened(Event):
    name = "account.reopened"


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
class PasskeyAdded(Event):
    name = "account.passkey_added"
    passkey: str


@dataclass(frozen=True, kw_only=True)
class PasskeyRemoved(Event):
    name = "account.passkey_removed"
    passkey: str


@dataclass(frozen=True, kw_only=True)
class GeneratorAdded(Event):
    name = "account.generator_added"


@dataclass(frozen=True, kw_only=True)
class GeneratorRemoved(Event):
    name = "account.generator_removed"


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesRenewed(Event):
    name = "account.recovery_codes_renewed"


@dataclass(frozen=True, kw_only=True)
class RecoveryCodeUsed(Event):
    name = "account.recovery_code_used"
    left: int


@dataclass(frozen=True, kw_only=True)
class FactorResetAsked(Event):
    name = "account.factor_reset_asked"


@dataclass(frozen=True, kw_only=True)
class FactorResetRecorded(Event):
    name = "account.factor_reset_recorded"
    link_id: str
    removed_at: str


@dataclass(frozen=True, kw_only=True)
class FactorResetRefused(Event):
    name = "account.factor_reset_refused"


@dataclass(frozen=True, kw_only=True)
class FactorResetDone(Event):
    name = "account.factor_reset_done"


@dataclass(frozen=True, kw_only=True)
class ActivationResent(Event):
    name = "account.activation_resent"
    link_id: str


@dataclass(frozen=True, kw_only=True)
class IdentityLinked(Event):
    """`by`: what proved that the account is theirs (new_account, rpps, proof)."""

    name = "identity.linked"
    by: str


@dataclass(frozen=True, kw_only=True)
class IdentityUnlinked(Event):
    name = "identity.unlinked"


@dataclass(frozen=True, kw_only=True)
class IdentityAddressGiven(Event):
    """Somebody vouched for by a provider typed an address: it gets a link, or is told that it has an account."""

    name = "identity.address_given"
    link_id: str


@dataclass(frozen=True, kw_only=True)
class RppsWithdrawn(Event):
    """Somebody else has proven to hold the number that this person's account bore."""

    name = "person.rpps_withdrawn"


@dataclass(frozen=True, kw_only=True)
class TermsAccepted(Event):
    name = "account.terms_accepted"
    announced = False
    version: str


@dataclass(frozen=True, kw_only=True)
class EmailChangeAsked(Event):
    name = "account.email_change_asked"
    link_id: str


@dataclass(frozen=True, kw_only=True)
class EmailChanged(Event):
    name = "account.email_changed"
    announced = False


@dataclass(frozen=True, kw_only=True)
class PersonCorrected(Event):
    """The values are in the person's row; here, only what was corrected."""

    name = "person.corrected"
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class PersonErased(Event):
    """`why`: asked, idle."""

    name = "person.erased"
    announced = False
    why: str


@dataclass(frozen=True, kw_only=True)
class AccountIdleNoticed(Event):
    name = "account.idle_noticed"


@dataclass(frozen=True, kw_only=True)
class RetentionApplied(Event):
    name = "retention.applied"
    announced = False
    counts: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class ListingChosen(Event):
    name = "person.listing_chosen"
    announced = False
    listed: bool


@dataclass(frozen=True, kw_only=True)
class RhythmChosen(Event):
    name = "account.rhythm_chosen"
    announced = False
    rhythms: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class DigestDue(Event):
    """The digest of an account; `topics`: those that it covers."""

    name = "account.digest_due"
    topics: list[str]


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
