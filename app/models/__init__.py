"""All models, so that the metadata is complete wherever it is used."""

from app.models.affiliation import Affiliation
from app.models.base import Base
from app.models.campaign import Campaign, CampaignCpts, CampaignReminder
from app.models.description import Contact, NomenclatureCode, SheetBox, Telecom, UnitHours
from app.models.directory import Favourite, StructureMove
from app.models.dossier import Dossier, DossierBox, DossierComment, DossierSheet, DossierStep
from app.models.dossier_followup import DossierBoxPast, DossierReminder, HelpTips
from app.models.establishment import (
    Establishment,
    EstablishmentAlias,
    LegalEntity,
    Unit,
    UnitActivity,
    UnitCommune,
)
from app.models.factor import Challenge, CodeGenerator, FactorReset, Passkey, RecoveryCode
from app.models.freshness import FreshnessAsk, FreshnessRhythm
from app.models.identity import ExternalIdentity, IdentityClaim, ProviderSession
from app.models.journal import JournalBody, JournalEntry, JournalHead, JournalSeal
from app.models.ledger import LedgerConsumer, LedgerMessage
from app.models.mandate import Mandate, Nomination
from app.models.office import LIVING, attached, effective, in_office, keeps_pages, suspended
from app.models.outbox import OutboxMessage, RateCounter
from app.models.participation import Participation, ParticipationPlace
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
from app.models.publication import Publication, PublicationHead, PublicationMark, PublicationTerm
from app.models.request import Request, RequestEvent
from app.models.review import AccessReview, ReviewItem, Suspension
from app.models.revision import BoxDraft, Revision, RevisionBox
from app.models.rhythm import MailRhythm
from app.models.succession import SuccessionNotice, TermNotice
from app.models.territory import CommuneGrouping, GroupingMember

__all__ = [
    "LIVING",
    "AccessReview",
    "Account",
    "Affiliation",
    "Authentication",
    "Base",
    "BoxDraft",
    "Campaign",
    "CampaignCpts",
    "CampaignReminder",
    "Challenge",
    "CodeGenerator",
    "Commune",
    "CommuneContour",
    "CommuneGrouping",
    "CommunePostcode",
    "Contact",
    "Dossier",
    "DossierBox",
    "DossierBoxPast",
    "DossierComment",
    "DossierReminder",
    "DossierSheet",
    "DossierStep",
    "Establishment",
    "EstablishmentAlias",
    "ExternalIdentity",
    "FactorReset",
    "Favourite",
    "FormerCommune",
    "FreshnessAsk",
    "FreshnessRhythm",
    "GroupingMember",
    "HelpTips",
    "HelpVersion",
    "IdentityClaim",
    "JournalBody",
    "JournalEntry",
    "JournalHead",
    "JournalSeal",
    "LedgerConsumer",
    "LedgerMessage",
    "LegalEntity",
    "MailRhythm",
    "Mandate",
    "NomenclatureCode",
    "Nomination",
    "OneTimeLink",
    "OutboxMessage",
    "Participation",
    "ParticipationPlace",
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
    "Publication",
    "PublicationHead",
    "PublicationMark",
    "PublicationTerm",
    "RateCounter",
    "RecoveryCode",
    "Request",
    "RequestEvent",
    "ReviewItem",
    "Revision",
    "RevisionBox",
    "SheetBox",
    "SignInSession",
    "StructureMove",
    "SuccessionNotice",
    "SupportException",
    "SupportSchedule",
    "Suspension",
    "Telecom",
    "TermNotice",
    "Unit",
    "UnitActivity",
    "UnitCommune",
    "UnitHours",
    "attached",
    "effective",
    "in_office",
    "keeps_pages",
    "suspended",
]
