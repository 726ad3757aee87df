"""What happens to zones of communes."""

from __future__ import annotations

from dataclasses import dataclass

from app.journal.catalogue.base import Event


@dataclass(frozen=True, kw_only=True)
class ZoneOutdated(Event):
    """Communes of the zone ceased to be communes: those in office are proposed what they became part of."""

    name = "zone.outdated"
    communes: list[str]
    """INSEE codes."""


@dataclass(frozen=True, kw_only=True)
class ZoneOverlapped(Event):
    """Communes that another CPTS serves entered the zone of a unit: those who preside both are told (B-04)."""

    name = "zone.overlapped"
    others: dict[str, list[str]]
    """FINESS number of each other CPTS → INSEE codes that entered the zone and that it serves."""
