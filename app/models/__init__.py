"""All models, so that the metadata is complete wherever it is used."""

from app.models.affiliation import Affiliation
from app.models.base import Base
from app.models.establishment import (
    Establishment,
    EstablishmentAlias,
    LegalEntity,
    Unit,
    UnitActivity,
    UnitCommune,
    UnitContact,
)
from app.models.factor import Challenge, CodeGenerator, FactorReset, Passkey, RecoveryCode
from app.models.identity import ExternalIdentity, IdentityClaim, ProviderSession
from app.models.journal import JournalBody, JournalEntry, JournalHead, JournalSeal
from app.models.mandate import Mandate, Nomination
from app.models.office import LIVING, attached, effective, in_office, keeps_pages, suspended
from app.models.outbox import OutboxMessage, RateCounter
from app.models.person import (
    Account,
    Authentication,
    OneTimeLink,
    Person,
    Professional,
    ProfessionalActivity,
    SignInSession,
)
from app.models.place import Commune, CommuneContour, CommunePostcode, FormerCommune
from app.models.portal_content import (
    HelpVersion,
    PortalBanner,
    PortalBannerDismissal,
    PortalDocument,
    PortalDocumentFile,
    PortalTile,
    PortalTileClick,
    SupportException,
    SupportSchedule,
)
from app.models.request import Request, RequestEvent
from app.models.review import AccessReview, ReviewItem, Suspension
from app.models.rhythm import MailRhythm
from app.models.succession import SuccessionNotice, TermNotice

__all__ = [
    "LIVING",
    "AccessReview",
    "Account",
    "Affiliation",
    "Authentication",
    "Base",
    "Challenge",
    "CodeGenerator",
    "Commune",
    "CommuneContour",
    "CommunePostcode",
    "Establishment",
    "EstablishmentAlias",
    "ExternalIdentity",
    "FactorReset",
    "FormerCommune",
    "HelpVersion",
    "IdentityClaim",
    "JournalBody",
    "JournalEntry",
    "JournalHead",
    "JournalSeal",
    "LegalEntity",
    "MailRhythm",
    "Mandate",
    "Nomination",
    "OneTimeLink",
    "OutboxMessage",
    "Passkey",
    "Person",
    "PortalBanner",
    "PortalBannerDismissal",
    "PortalDocument",
    "PortalDocumentFile",
    "PortalTile",
    "PortalTileClick",
    "Professional",
    "ProfessionalActivity",
    "ProviderSession",
    "RateCounter",
    "RecoveryCode",
    "Request",
    "RequestEvent",
    "ReviewItem",
    "SignInSession",
    "SuccessionNotice",
    "SupportException",
    "SupportSchedule",
    "Suspension",
    "TermNotice",
    "Unit",
    "UnitActivity",
    "UnitCommune",
    "UnitContact",
    "attached",
    "effective",
    "in_office",
    "keeps_pages",
    "suspended",
]
