"""What becomes of a dossier collaboratif. `fields`: `1/zone/communes`, the position of the sheet first."""

from __future__ import annotations

from dataclasses import dataclass

from app.journal.catalogue.base import Event


@dataclass(frozen=True, kw_only=True)
class DossierApproved(Event):
    """By the presidency, under that mandate; the service centre reads it next."""

    name = "dossier.approved"
    dossier_id: str
    mandate_id: str
    round: int


@dataclass(frozen=True, kw_only=True)
class DossierReturned(Event):
    """`by`: president or agent."""

    name = "dossier.returned"
    dossier_id: str
    by: str
    round: int
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class DossierPublished(Event):
    """In one revision (None: what was accepted was published already). `returned`: what goes back with a comment.

    `changed`: `uo-12/zone/communes` of each field published: what other consumers of the portal are told from.
    """

    name = "dossier.published"
    dossier_id: str
    revision_id: str | None
    number: int | None
    round: int
    changed: list[str]
    returned: list[str]
