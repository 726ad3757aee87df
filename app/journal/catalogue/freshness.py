"""Whether what is published is still true: who was asked, who said so."""

from __future__ import annotations

from dataclasses import dataclass

from app.journal.catalogue.base import Event


@dataclass(frozen=True, kw_only=True)
class BoxesConfirmed(Event):
    """« C’est toujours exact ». `boxes`: `uo-12/zone`… `by_link`: by the mailed link, without signing in."""

    name = "freshness.confirmed"
    announced = False
    boxes: list[str]
    by_link: bool = False


@dataclass(frozen=True, kw_only=True)
class FreshnessAsked(Event):
    """Those in office are asked by mail. `mails`: how many times, this one included."""

    name = "freshness.asked"
    ask_id: str
    mails: int


@dataclass(frozen=True, kw_only=True)
class FreshnessRhythmChosen(Event):
    """`months` between two verifications, 0: none."""

    name = "freshness.rhythm_chosen"
    announced = False
    months: int
