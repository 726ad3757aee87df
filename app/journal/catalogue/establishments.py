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


@dataclass(frozen=True, kw_only=True)
class StructureRenamed(Event):
    """An establishment or a unit. The former name stays an alias: the search still finds it."""

    name = "structure.renamed"
    announced = False
    before: dict[str, str | None]
    after: dict[str, str | None]


@dataclass(frozen=True, kw_only=True)
class StructureMoved(Event):
    """A unit under another establishment, an establishment under another legal entity. In the chain of the CPTS left
    and in that of the CPTS reached."""

    name = "structure.moved"
    announced = False
    move_id: str
    origin: str | None
    destination: str


@dataclass(frozen=True, kw_only=True)
class StructureMoveUndone(Event):
    name = "structure.move_undone"
    announced = False
    move_id: str
    origin: str
    destination: str | None


@dataclass(frozen=True, kw_only=True)
class DescriptionUpdated(Event):
    """A revision was published. `fields`: `uo-12/zone/communes` of each that changed; it holds their values."""

    name = "establishment.described"
    announced = False
    revision_id: str
    number: int
    source: str
    fields: list[str]
