"""What is known of an establishment."""

from __future__ import annotations

from dataclasses import dataclass

from app.journal.catalogue.base import Event


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
