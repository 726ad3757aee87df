"""What somebody is typing in a box of a dossier, and how they read it: nothing of it is proposed yet, no journal."""

from __future__ import annotations

import uuid

from app import db
from app.domain.errors import ImpossibleNow
from app.models import Account, Dossier, DossierBox, HelpTips
from app.policies.actor import Actor
from app.policies.permissions import Permission
from app.usecases.base import usecase
from app.usecases.descriptions import SAVED_SINCE, delete_draft, put_draft
from app.usecases.dossier_sheets import check_writable, draft_key


@usecase(Permission.DOSSIER_WRITE)
def keep_typed(
    actor: Actor, dossier: Dossier, *, sheet_id: uuid.UUID, box: str, fields: list[tuple[str, str]], seen: int
) -> None:
    """As it is; nobody else reads it.

    Raises ImpossibleNow when nobody writes there any more, or when this person saved that box since.
    """
    check_writable(dossier, sheet_id, box)
    row = db.session().get_one(DossierBox, (sheet_id, box), populate_existing=True)
    if seen < row.version and row.updated_by_account_id == actor.account_id:
        raise ImpossibleNow(SAVED_SINCE)
    put_draft(actor, draft_key(sheet_id), box, fields, seen)


@usecase(Permission.DOSSIER_WRITE)
def drop_typed(actor: Actor, _dossier: Dossier, *, sheet_id: uuid.UUID, box: str) -> None:
    """« Annuler », « Reprendre la version enregistrée »."""
    delete_draft(actor, draft_key(sheet_id), box)


@usecase(Permission.ACCOUNT_MANAGE)
def choose_tips(_actor: Actor, account: Account, *, shown: bool) -> None:
    """« Afficher les infobulles », on every screen of this person (S-120)."""
    chosen = db.session().get(HelpTips, account.id)
    if chosen is None:
        db.session().add(HelpTips(account_id=account.id, shown=shown))
    else:
        chosen.shown = shown
