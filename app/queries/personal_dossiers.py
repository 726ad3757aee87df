"""What one person did in dossiers collaboratifs, and what they are typing in boxes."""

from __future__ import annotations

import sqlalchemy as sa

from app import db
from app.models import BoxDraft, Dossier, DossierComment, DossierStep
from app.queries.personal_sections import MOST, Entry, Section, Subject

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


def dossiers(subject: Subject) -> Section:
    """The steps signed and the comments written."""
    steps = (
        sa.select(Dossier.name, DossierStep.step, DossierStep.at, DossierStep.comment)
        .join(Dossier, Dossier.id == DossierStep.dossier_id)
        .where(DossierStep.account_id == subject.account.id)
        .order_by(DossierStep.at.desc())
        .limit(MOST)
    )
    comments = (
        sa.select(Dossier.name, DossierComment.body, DossierComment.at)
        .join(Dossier, Dossier.id == DossierComment.dossier_id)
        .where(DossierComment.account_id == subject.account.id)
        .order_by(DossierComment.at.desc())
        .limit(MOST)
    )
    entries: list[Entry] = [
        {"Dossier": name, "Acte": STEPS.get(step, step), "Le": at, "Texte": comment}
        for name, step, at, comment in db.session().execute(steps)
    ]
    entries += [
        {"Dossier": name, "Acte": "commentaire", "Le": at, "Texte": body}
        for name, body, at in db.session().execute(comments)
    ]
    return Section("dossiers", "Vos dossiers collaboratifs", NOTE, entries)


def drafts(subject: Subject) -> Section:
    """What was typed in a box and not saved yet."""
    own = sa.select(BoxDraft).where(BoxDraft.account_id == subject.account.id).order_by(BoxDraft.saved_at.desc())
    entries: list[Entry] = [
        {
            "Encadré": f"{row.sheet}, {row.box}",
            "Enregistré le": row.saved_at,
            "Texte": " ; ".join(f"{pair[0]} : {pair[1]}" for pair in row.fields if len(pair) > 1 and pair[1]),
        }
        for row in db.session().scalars(own.limit(MOST))
    ]
    return Section("brouillons", "Vos brouillons d’encadrés", "Effacés une fois l’encadré enregistré.", entries)
