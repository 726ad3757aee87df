"""What the portal notes by itself about one person: sessions, proofs of identity, mails, lines of the journal."""

from __future__ import annotations

import sqlalchemy as sa

from app import db
from app.models import Authentication, JournalEntry, OutboxMessage, SignInSession
from app.queries.journal_lines import SENTENCES
from app.queries.personal_sections import MOST, Entry, Section, Subject

METHODS = {
    "link": "lien reçu par courriel",
    "password": "mot de passe",
    "code": "code à usage unique",
    "passkey": "clé d’accès",
    "password+code": "mot de passe et code",
    "password+recovery": "mot de passe et code de secours",
    "psc": "Pro Santé Connect",
}
OWN_ACTS = {
    "account.terms_accepted": "Conditions d’utilisation acceptées",
    "account.reset_asked": "Lien de nouveau mot de passe demandé",
    "account.activation_resent": "Lien d’activation renvoyé",
    "account.email_change_asked": "Changement d’adresse demandé",
    "account.email_changed": "Adresse changée",
    "account.idle_noticed": "Avertissement pour compte inactif",
    "person.listing_chosen": "Choix d’affichage",
    "person.corrected": "Informations corrigées",
    "person.rpps_withdrawn": "Numéro RPPS retiré",
    "identity.linked": "Compte relié à Pro Santé Connect",
    "identity.unlinked": "Compte détaché de Pro Santé Connect",
    "access.refused": "Action refusée",
}


def sessions(subject: Subject) -> Section:
    own = sa.select(SignInSession).where(SignInSession.account_id == subject.account.id)
    entries: list[Entry] = [
        {
            "Ouverte le": row.created_at,
            "Vue le": row.seen_at,
            "Fermée le": row.ended_at or row.expires_at,
            "Appareil": row.device,
            "Réseau": row.network,
        }
        for row in db.session().scalars(own.order_by(SignInSession.created_at.desc()).limit(MOST))
    ]
    return Section("sessions", "Vos sessions", "Gardées douze mois.", entries)


def proofs(subject: Subject) -> Section:
    own = sa.select(Authentication).where(Authentication.person_id == subject.person.id)
    entries: list[Entry] = [
        {"Le": row.at, "Moyen": METHODS.get(row.method, row.method), "Pour un acte": row.act is not None}
        for row in db.session().scalars(own.order_by(Authentication.at.desc()).limit(MOST))
    ]
    return Section("preuves", "Vos preuves d’identité", "Gardées douze mois, ou aussi longtemps que l’acte.", entries)


def mails(subject: Subject) -> Section:
    """When and about what: the words were sent to them; those addressed to others are not theirs."""
    sent = sa.select(OutboxMessage.created_at, OutboxMessage.topic, OutboxMessage.delivered_at).where(
        OutboxMessage.kind == "mail", sa.func.lower(OutboxMessage.recipient) == subject.account.email.lower()
    )
    entries: list[Entry] = [
        {"Le": at, "Modèle": topic, "Parti le": delivered}
        for at, topic, delivered in db.session().execute(sent.order_by(OutboxMessage.created_at.desc()).limit(MOST))
    ]
    return Section("courriels", "Les messages que le portail vous a envoyés", "Gardés douze mois.", entries)


def journal(subject: Subject) -> Section:
    own = f"account:{subject.account.id}"
    concerning = sa.or_(
        JournalEntry.actor == own,
        JournalEntry.subject.in_(subject.references),
        JournalEntry.concerned.in_(subject.references),
    )
    rows = db.session().execute(
        sa.select(JournalEntry.at, JournalEntry.event, JournalEntry.actor)
        .where(concerning)
        .order_by(JournalEntry.at.desc(), JournalEntry.chain, JournalEntry.seq.desc())
        .limit(MOST)
    )
    entries: list[Entry] = [
        {"Le": at, "Acte": act_words(event), "Par": _author(actor, own)} for at, event, actor in rows
    ]
    note = "Le journal ne contient pas de nom : il désigne les comptes par un identifiant."
    return Section("journal", "Les lignes du journal qui vous concernent", note, entries)


def act_words(event: str) -> str:
    """The act without whom it was about: of two people in it, only one is reading."""
    sentence = SENTENCES.get(event)
    if sentence is None or event in OWN_ACTS:
        return OWN_ACTS.get(event, event)
    words = sentence.replace("{name} : ", "").replace(" de {name}", "").replace("{name}", "")
    return words[:1].upper() + words[1:]


def _author(actor: str, own: str) -> str:
    if actor == own:
        return "vous"
    return "le portail" if actor == "system" else "une autre personne"
