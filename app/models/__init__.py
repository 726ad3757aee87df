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
from app.models.identity import ExternalIdentity, IdentityClaim, ProviderSession
from app.models.journal import JournalBody, JournalEntry, JournalHead, JournalSeal
from app.models.mandate import Mandate, Nomination
from app.models.office import effective, in_office
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

__all__ = [
    "Account",
    "Affiliation",
    "Authentication",
    "Base",
    "Commune",
    "CommuneContour",
    "CommunePostcode",
    "Establishment",
    "EstablishmentAlias",
    "ExternalIdentity",
    "FormerCommune",
    "HelpVersion",
    "IdentityClaim",
    "JournalBody",
    "JournalEntry",
    "JournalHead",
    "JournalSeal",
    "LegalEntity",
    "Mandate",
    "Nomination",
    "OneTimeLink",
    "OutboxMessage",
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
    "Request",
    "RequestEvent",
    "SignInSession",
    "SupportException",
    "SupportSchedule",
    "Unit",
    "UnitActivity",
    "UnitCommune",
    "UnitContact",
    "effective",
    "in_office",
]
