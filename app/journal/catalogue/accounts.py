"""Accounts, their factors, and the data of their owners."""

from __future__ import annotations

from dataclasses import dataclass

from app.journal.catalogue.base import Event


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
