"""What the service centre edits without a deployment: who sees it, how it looks, what kind of document it is."""

from __future__ import annotations

from enum import StrEnum


class Audience(StrEnum):
    """Whom a tile or a banner is for."""

    EVERYONE = "everyone"
    SIGNED_IN = "signed_in"
    PRESIDENT = "president"
    REFERENT = "referent"
    AGENT = "agent"

    @property
    def label(self) -> str:
        return AUDIENCES[self]


AUDIENCES = {
    Audience.EVERYONE: "Tout le monde",
    Audience.SIGNED_IN: "Toutes les personnes connectées",
    Audience.PRESIDENT: "Les présidences",
    Audience.REFERENT: "Les référents établissement",
    Audience.AGENT: "Le centre de services",
}


class Tone(StrEnum):
    """The tones of a banner, those of components/boxes.html."""

    INFO = "info"
    OK = "ok"
    WARNING = "attention"
    ERROR = "erreur"

    @property
    def label(self) -> str:
        return TONES[self]


TONES = {
    Tone.INFO: "Information",
    Tone.OK: "Bonne nouvelle",
    Tone.WARNING: "À ne pas manquer",
    Tone.ERROR: "Incident",
}


class DocumentKind(StrEnum):
    GUIDE = "guide"
    FORM = "form"
    ROLE_SHEET = "role_sheet"
    OTHER = "other"

    @property
    def label(self) -> str:
        return DOCUMENT_KINDS[self]


DOCUMENT_KINDS = {
    DocumentKind.GUIDE: "Guide",
    DocumentKind.FORM: "Formulaire",
    DocumentKind.ROLE_SHEET: "Fiche de rôle",
    DocumentKind.OTHER: "Autre document",
}


class PageState(StrEnum):
    """What a version of a help page is: read by all, or only by who writes it."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
