"""What one person did in dossiers collaboratifs, and what they are typing in boxes. One statement."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from app.models import BoxDraft, Dossier, DossierComment, DossierStep
from app.queries.personal_sections import MOST, Entry, Rows, Section
from app.queries.together import Together

STEPS = {
    "opened": "ouverture",
    "submitted": "envoi en validation",
    "reopened": "reprise",
    "cancelled": "abandon",
    "approved": "validation pour la CPTS",
    "returned": "renvoi",
    "published": "publication",
}
NOTE = "Ce que vous avez écrit dans les fiches y reste, signé de votre compte : il décrit la CPTS."


_ACCOUNT: sa.BindParameter[uuid.UUID] = sa.bindparam("account_id", type_=sa.Uuid())
FILES = Together(
    steps=sa.select(Dossier.name, DossierStep.step, DossierStep.at, DossierStep.comment)
    .join(Dossier, Dossier.id == DossierStep.dossier_id)
    .where(DossierStep.account_id == _ACCOUNT)
    .order_by(DossierStep.at.desc())
    .limit(MOST),
    comments=sa.select(Dossier.name, DossierComment.body, DossierComment.at)
    .join(Dossier, Dossier.id == DossierComment.dossier_id)
    .where(DossierComment.account_id == _ACCOUNT)
    .order_by(DossierComment.at.desc())
    .limit(MOST),
    drafts=sa.select(BoxDraft.sheet, BoxDraft.box, BoxDraft.fields.label("typed"), BoxDraft.saved_at)
    .where(BoxDraft.account_id == _ACCOUNT)
    .order_by(BoxDraft.saved_at.desc())
    .limit(MOST),
)


def dossiers(files: Rows) -> Section:
    """The steps signed and the comments written."""
    entries: list[Entry] = [
        {"Dossier": signed.name, "Acte": STEPS.get(signed.step, signed.step), "Le": signed.at, "Texte": signed.comment}
        for signed in files["steps"]
    ]
    entries += [
        {"Dossier": said.name, "Acte": "commentaire", "Le": said.at, "Texte": said.body} for said in files["comments"]
    ]
    return Section("dossiers", "Vos dossiers collaboratifs", NOTE, entries)


def drafts(files: Rows) -> Section:
    """What was typed in a box and not saved yet."""
    entries: list[Entry] = [
        {
            "Encadré": f"{draft.sheet}, {draft.box}",
            "Enregistré le": draft.saved_at,
            "Texte": " ; ".join(f"{pair[0]} : {pair[1]}" for pair in draft.typed if len(pair) > 1 and pair[1]),
        }
        for draft in files["drafts"]
    ]
    return Section("brouillons", "Vos brouillons d’encadrés", "Effacés une fois l’encadré enregistré.", entries)
