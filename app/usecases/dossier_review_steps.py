"""The steps that a reading of a dossier is made of: what was read, what was decided of it, what was said."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from app import clock, db
from app.domain.dossier_reviews import Decision
from app.domain.dossiers import DossierStatus
from app.domain.errors import ImpossibleNow, Invalid
from app.domain.free_text import holds_nir
from app.models import Dossier, DossierBox, DossierComment, DossierSheet, Establishment
from app.policies.actor import Actor
from app.queries.dossier_differences import Line, Reading, read_dossier
from app.usecases.dossier_steps import lock, reopen_sheet

LONGEST = 2000
MOVED_ON = "Ce dossier est maintenant {state}. Rien n’a été enregistré."
READ_TOO_EARLY = "Une information a changé depuis l’affichage de cette page. Relisez-la : vos choix sont conservés."
SAY_WHY = "Dites ce qui est à corriger, ici ou dans le message."
SAY_SOMETHING = "Dites ce qui est à corriger, dans ce message ou auprès d’une information."
CHOOSE = "Choisissez : la page a été modifiée directement depuis l’ouverture du dossier."
TOO_LONG = f"Raccourcissez ce texte : {LONGEST} caractères au plus."
NO_NIR = "Retirez le numéro de sécurité sociale : le portail ne doit contenir aucune donnée de patient."


@dataclass(frozen=True)
class Verdict:
    """What a reader decided and said: by the key of the line. A line they say nothing of is accepted."""

    decisions: Mapping[str, Decision] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)
    message: str = ""

    def remark(self, line: Line) -> str | None:
        return self.remarks.get(line.key, "").strip() or None

    @property
    def words(self) -> str | None:
        return self.message.strip() or None


def open_reading(dossier: Dossier, expected: DossierStatus, seen: str) -> Reading:
    """The dossier and what is published of it, as they are now, both kept until the commit.

    Raises ImpossibleNow: somebody else answered, or something changed since `seen` was read.
    """
    lock(dossier)
    if dossier.status != expected:
        raise ImpossibleNow(MOVED_ON.format(state=DossierStatus(dossier.status).label))
    kept = sa.select(Establishment.finess).where(Establishment.finess == dossier.establishment_finess)
    db.session().execute(kept.with_for_update())
    reading = read_dossier(dossier)
    if reading.stamp != seen:
        raise ImpossibleNow(READ_TOO_EARLY)
    return reading


def check_words(reading: Reading, verdict: Verdict) -> None:
    """Raises Invalid: endless, or a patient's number."""
    said = {f"remarque-{line.key}": verdict.remark(line) for line in reading.lines} | {"message": verdict.words}
    refused = {name: TOO_LONG for name, words in said.items() if words and len(words) > LONGEST}
    refused |= {name: NO_NIR for name, words in said.items() if words and holds_nir(words)}
    if refused:
        raise Invalid(refused)


def decided(reading: Reading, verdict: Verdict, *, settling: bool) -> dict[str, Decision]:
    """Of every line; without `settling`, conflicts that nobody settled are left open.

    Raises Invalid: a conflict that must be settled, a return without its reason.
    """
    found, refused = {}, {}
    for line in reading.lines:
        decision = verdict.decisions.get(line.key)
        if line.conflict and decision is None:
            if settling:
                refused[f"decision-{line.key}"] = CHOOSE
            continue
        if decision is Decision.KEEP and not line.conflict:
            decision = None
        if decision is Decision.RETURN and not (verdict.remark(line) or verdict.words):
            refused[f"remarque-{line.key}"] = SAY_WHY
        found[line.key] = decision or Decision.ACCEPT
    if refused:
        raise Invalid(refused)
    return found


def note_decisions(actor: Actor, reading: Reading, verdict: Verdict, decisions: Mapping[str, Decision | None]) -> None:
    """A comment for each line that was decided or spoken of, signed."""
    assert actor.account_id is not None  # noqa: S101 – reading asks for an office or an agent
    db.session().add_all(
        DossierComment(
            id=uuid.uuid4(),
            dossier_id=reading.dossier.id,
            sheet_id=line.sheet.id,
            box=line.box.key,
            field=line.field.key,
            round=reading.dossier.round,
            decision=decisions.get(line.key),
            body=verdict.remark(line),
            account_id=actor.account_id,
            at=clock.now(),
        )
        for line in reading.lines
        if decisions.get(line.key) or verdict.remark(line)
    )
    db.session().flush()


def back_to_draft(dossier: Dossier, sheet_ids: Collection[uuid.UUID]) -> None:
    """For the CPTS to correct; the sheets concerned are amber again, both validations are to be given anew."""
    dossier.status = DossierStatus.DRAFT.value
    dossier.submitted_at = dossier.submitted_by_account_id = None
    dossier.approved_at = dossier.approved_by_account_id = dossier.approving_mandate_id = None
    dossier.published_at = dossier.published_by_account_id = None
    for sheet in db.session().scalars(sa.select(DossierSheet).where(DossierSheet.id.in_(sheet_ids))):
        reopen_sheet(sheet)
    db.session().flush()


def mark_read(dossier: Dossier) -> None:
    """Every box as it was sent: the next reading shows only what changes from here."""
    sheets = sa.select(DossierSheet.id).where(DossierSheet.dossier_id == dossier.id)
    db.session().execute(
        sa.update(DossierBox)
        .where(DossierBox.sheet_id.in_(sheets))
        .values({"reviewed": DossierBox.__table__.c["values"]})
        .execution_options(synchronize_session=False)
    )


def returned(lines: Iterable[Line], decisions: Mapping[str, Decision]) -> list[Line]:
    return [line for line in lines if decisions.get(line.key) is Decision.RETURN]
