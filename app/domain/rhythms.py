"""How often one wants to be told (B-23): at once, or in one mail a day or a week."""

from __future__ import annotations

from enum import StrEnum


class Topic(StrEnum):
    """What one may choose a rhythm for. What changes a right, and the last reminders, always come at once."""

    REQUESTS = "requests"
    CORRECTIONS = "corrections"
    QUEUE = "queue"

    @property
    def label(self) -> str:
        return TOPICS[self]


TOPICS = {
    Topic.REQUESTS: "Demandes de rattachement à décider",
    Topic.CORRECTIONS: "Corrections proposées",
    Topic.QUEUE: "File d’attente du centre de services",
}


class Rhythm(StrEnum):
    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"

    @property
    def label(self) -> str:
        return RHYTHMS[self]


RHYTHMS = {
    Rhythm.IMMEDIATE: "Un courriel à chaque fois",
    Rhythm.DAILY: "Un récapitulatif par jour ouvré, le matin",
    Rhythm.WEEKLY: "Un récapitulatif par semaine, le lundi matin",
}
DIGEST_HOUR = 7
"""In Paris; the worker sends what is due from that hour on."""
