"""What the portal notes by itself about one person: sessions, proofs, mails, lines of the journal. One statement."""

from __future__ import annotations

import uuid

import sqlalchemy as sa

from app.models import Authentication, JournalEntry, OutboxMessage, SignInSession
from app.queries.journal_lines import SENTENCES
from app.queries.personal_sections import MOST, Entry, Rows, Section, Subject
from app.queries.together import Together

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


_ACCOUNT: sa.BindParameter[uuid.UUID] = sa.bindparam("account_id", type_=sa.Uuid())
_REFERENCES: sa.BindParameter[str] = sa.bindparam("references", expanding=True)
TRACES = Together(
    sessions=sa.select(
        SignInSession.created_at,
        SignInSession.seen_at,
        SignInSession.ended_at,
        SignInSession.expires_at,
        SignInSession.device,
        SignInSession.network,
    )
    .where(SignInSession.account_id == _ACCOUNT)
    .order_by(SignInSession.created_at.desc())
    .limit(MOST),
    proofs=sa.select(Authentication.at, Authentication.method, Authentication.act.is_not(None).label("for_an_act"))
    .where(Authentication.person_id == sa.bindparam("person_id", type_=sa.Uuid()))
    .order_by(Authentication.at.desc())
    .limit(MOST),
    mails=sa.select(OutboxMessage.created_at, OutboxMessage.topic, OutboxMessage.delivered_at)
    .where(OutboxMessage.kind == "mail", sa.func.lower(OutboxMessage.recipient) == sa.bindparam("address"))
    .order_by(OutboxMessage.created_at.desc())
    .limit(MOST),
    journal=sa.select(JournalEntry.at, JournalEntry.event, JournalEntry.actor)
    .where(
        sa.or_(
            JournalEntry.actor == sa.bindparam("own"),
            JournalEntry.subject.in_(_REFERENCES),
            JournalEntry.concerned.in_(_REFERENCES),
        )
    )
    .order_by(JournalEntry.at.desc(), JournalEntry.chain, JournalEntry.seq.desc())
    .limit(MOST),
)


def traces_of(subject: Subject) -> Rows:
    return TRACES.read(
        account_id=subject.account.id,
        person_id=subject.person.id,
        address=subject.account.email.lower(),
        own=_own(subject),
        references=sorted(subject.references),
    )


def sessions(traces: Rows) -> Section:
    entries: list[Entry] = [
        {
            "Ouverte le": row.created_at,
            "Vue le": row.seen_at,
            "Fermée le": row.ended_at or row.expires_at,
            "Appareil": row.device,
            "Réseau": row.network,
        }
        for row in traces["sessions"]
    ]
    return Section("sessions", "Vos sessions", "Gardées douze mois.", entries)


def proofs(traces: Rows) -> Section:
    entries: list[Entry] = [
        {"Le": row.at, "Moyen": METHODS.get(row.method, row.method), "Pour un acte": row.for_an_act}
        for row in traces["proofs"]
    ]
    return Section("preuves", "Vos preuves d’identité", "Gardées douze mois, ou aussi longtemps que l’acte.", entries)


def mails(traces: Rows) -> Section:
    """When and about what: the words were sent to them; those addressed to others are not theirs."""
    entries: list[Entry] = [
        {"Le": row.created_at, "Modèle": row.topic, "Parti le": row.delivered_at} for row in traces["mails"]
    ]
    return Section("courriels", "Les messages que le portail vous a envoyés", "Gardés douze mois.", entries)


def journal(subject: Subject, traces: Rows) -> Section:
    entries: list[Entry] = [
        {"Le": row.at, "Acte": act_words(row.event), "Par": _author(row.actor, _own(subject))}
        for row in traces["journal"]
    ]
    note = "Le journal ne contient pas de nom : il désigne les comptes par un identifiant."
    return Section("journal", "Les lignes du journal qui vous concernent", note, entries)


def _own(subject: Subject) -> str:
    return f"account:{subject.account.id}"


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
