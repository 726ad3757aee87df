"""What is sent to the SAS and to departmental portals."""

from __future__ import annotations

from dataclasses import dataclass

from app.journal.catalogue.base import Event


@dataclass(frozen=True, kw_only=True)
class StateSentAgain(Event):
    """An agent had that version sent to that consumer once more."""

    name = "ledger.sent_again"
    announced = False
    consumer: str
    version: int
