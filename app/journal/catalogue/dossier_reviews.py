"""What becomes of a dossier collaboratif. `fields`: `1/zone/communes`, the position of the sheet first."""

from __future__ import annotations

from dataclasses import dataclass

from app.journal.catalogue.dossiers import DossierFact


@dataclass(frozen=True, kw_only=True)
class DossierApproved(DossierFact):
    """By the presidency, under that mandate; the service centre reads it next."""

    name = "dossier.approved"
    announced = True
    mandate_id: str
    round: int


@dataclass(frozen=True, kw_only=True)
class DossierReturned(DossierFact):
    """`by`: president or agent."""

    name = "dossier.returned"
    announced = True
    by: str
    round: int
    fields: list[str]


@dataclass(frozen=True, kw_only=True)
class DossierPublished(DossierFact):
    """In one revision (None: what was accepted was published already). `returned`: what goes back with a comment.

    `changed`: `uo-12/zone/communes` of each field published: what other consumers of the portal are told from.
    """

    name = "dossier.published"
    announced = True
    revision_id: str | None
    number: int | None
    round: int
    changed: list[str]
    returned: list[str]
