"""Everything the portal holds about one person, and nothing about another: what they see, export and may have erased.

A section is a heading and its entries, an entry is what one row says: the page, the JSON and the PDF show the same.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import db
from app.domain.requests import Kind, Status
from app.models import (
    Account,
    Affiliation,
    Authentication,
    CodeGenerator,
    Establishment,
    ExternalIdentity,
    JournalEntry,
    Mandate,
    Nomination,
    OutboxMessage,
    Passkey,
    Person,
    Professional,
    RecoveryCode,
    Request,
    RequestEvent,
    SignInSession,
    Unit,
)
from app.queries.journal_lines import SENTENCES

Value = str | int | bool | datetime | None
Entry = dict[str, Value]
MOST = 5000
"""Lines of one section; beyond, the service centre answers."""
ROLES = {"president": "présidence", "referent": "référent établissement"}
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


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    note: str = ""
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Subject:
    """Whose data, and under what names they stand in the tables."""

    account: Account
    person: Person
    requests: Sequence[Request]
    nominations: Sequence[Nomination]

    @property
    def references(self) -> set[str]:
        return {
            f"account:{self.account.id}",
            f"person:{self.person.id}",
            *(f"request:{request.id}" for request in self.requests),
            *(f"nomination:{nomination.id}" for nomination in self.nominations),
        }


def gather(account_id: uuid.UUID) -> list[Section]:
    """A bounded number of statements, whatever the person has done."""
    subject = _subject(account_id)
    return [
        _identity(subject),
        _account(subject),
        _ways_in(subject),
        _mandates(subject),
        _affiliations(subject),
        _nominations(subject),
        _requests(subject),
        _messages_written(subject),
        _register(subject),
        _sessions(subject),
        _proofs(subject),
        _mails(subject),
        _journal(subject),
    ]


def _subject(account_id: uuid.UUID) -> Subject:
    session = db.session()
    account = session.get_one(Account, account_id)
    mine = sa.or_(Request.person_id == account.person_id, Request.email_key == account.email_key)
    theirs = sa.or_(Nomination.person_id == account.person_id, Nomination.email_key == account.email_key)
    return Subject(
        account=account,
        person=session.get_one(Person, account.person_id),
        requests=session.scalars(sa.select(Request).where(mine).order_by(Request.submitted_at.desc())).all(),
        nominations=session.scalars(sa.select(Nomination).where(theirs).order_by(Nomination.created_at.desc())).all(),
    )


def _identity(subject: Subject) -> Section:
    person = subject.person
    entry: Entry = {
        "Nom": person.family_name,
        "Prénom": person.given_name,
        "Téléphone": person.phone,
        "Profession": person.profession_label,
        "Numéro RPPS": person.rpps,
        "Affiché sur la page des unités": person.listed,
        "Enregistré le": person.created_at,
    }
    return Section("identite", "Votre identité", entries=[entry])


def _account(subject: Subject) -> Section:
    account = subject.account
    entry: Entry = {
        "Adresse électronique": account.email,
        "Ouvert le": account.created_at,
        "Activé le": account.activated_at,
        "Agent du centre de services depuis": account.agent_since,
        "Conditions acceptées, version": account.terms_version,
        "Conditions acceptées le": account.terms_accepted_at,
    }
    return Section("compte", "Votre compte", entries=[entry])


def _ways_in(subject: Subject) -> Section:
    account, session = subject.account, db.session()
    owned = {"account_id": account.id}
    entries: list[Entry] = [{"Moyen": "Mot de passe", "Détail": "défini" if account.password_hash else "aucun"}]
    for identity in session.scalars(sa.select(ExternalIdentity).filter_by(**owned)):
        entries.append({"Moyen": "Pro Santé Connect", "Détail": identity.subject, "Depuis": identity.linked_at})
    for key in session.scalars(sa.select(Passkey).filter_by(**owned)):
        entries.append({"Moyen": "Clé d’accès", "Détail": key.name, "Depuis": key.created_at})
    for generator in session.scalars(sa.select(CodeGenerator).filter_by(**owned)):
        entries.append({"Moyen": "Générateur de codes", "Détail": None, "Depuis": generator.created_at})
    unused = (
        sa.select(sa.func.count()).select_from(RecoveryCode).filter_by(**owned).where(RecoveryCode.used_at.is_(None))
    )
    entries.append({"Moyen": "Codes de secours", "Détail": f"{session.scalar(unused) or 0} encore valables"})
    note = "Les mots de passe, les codes et les clés sont gardés sous une forme qui ne permet pas de les retrouver."
    return Section("acces", "Vos moyens de connexion", note, entries)


def _mandates(subject: Subject) -> Section:
    rows = db.session().execute(
        sa.select(Mandate, Establishment.name)
        .join(Establishment, Establishment.finess == Mandate.establishment_finess)
        .where(Mandate.person_id == subject.person.id)
        .order_by(Mandate.started_at.desc())
    )
    entries: list[Entry] = [
        {
            "CPTS": name,
            "Rôle": ROLES[mandate.role],
            "Fonction": mandate.function,
            "Depuis": mandate.started_at,
            "Jusqu’au": mandate.term_ends_at,
            "Terminé le": mandate.ended_at,
            "Motif de fin": mandate.end_reason,
        }
        for mandate, name in rows
    ]
    return Section(
        "mandats", "Vos mandats", "Ils prouvent qui pouvait agir, et quand : ils ne s’effacent pas.", entries
    )


def _affiliations(subject: Subject) -> Section:
    rows = db.session().execute(
        sa.select(Affiliation, Unit.name)
        .join(Unit, Unit.id == Affiliation.unit_id)
        .where(Affiliation.person_id == subject.person.id)
        .order_by(Affiliation.started_at.desc())
    )
    entries: list[Entry] = [
        {
            "Unité": name,
            "Fonction": held.function,
            "Depuis": held.started_at,
            "Terminé le": held.ended_at,
            "Motif de fin": held.end_reason,
        }
        for held, name in rows
    ]
    return Section("rattachements", "Vos rattachements", entries=entries)


def _nominations(subject: Subject) -> Section:
    entries: list[Entry] = [
        {
            "Nom": nomination.full_name,
            "Adresse": nomination.email,
            "Téléphone": nomination.phone,
            "Numéro RPPS": nomination.rpps,
            "Fonction": nomination.function,
            "Proposée le": nomination.created_at,
            "Close le": nomination.closed_at,
        }
        for nomination in subject.nominations
    ]
    return Section("nominations", "Les nominations qui vous ont été proposées", entries=entries)


def _requests(subject: Subject) -> Section:
    entries: list[Entry] = [_request(request) for request in subject.requests]
    return Section("demandes", "Vos demandes", entries=entries)


def _request(request: Request) -> Entry:
    return {
        "Numéro": request.number,
        "Objet": Kind(request.kind).label,
        "État": Status(request.status).label_for(request.kind),
        "Envoyée le": request.submitted_at,
        "Nom": request.full_name,
        "Adresse": request.email,
        "Téléphone": request.phone,
        "Profession": request.profession_label,
        "Numéro RPPS": request.rpps,
        "Fonction": request.function,
        "Sujet": request.subject,
        "Message": request.message,
        **{f"Précision : {name}": str(value) for name, value in request.details.items() if value not in (None, "")},
        "Décidée le": request.decided_at,
        "Motif de refus": request.refusal_reason,
    }


def _messages_written(subject: Subject) -> Section:
    """What they wrote, wherever; the words of others in the same threads are theirs."""
    own = sa.or_(
        RequestEvent.author_account_id == subject.account.id,
        sa.and_(
            RequestEvent.author_account_id.is_(None),
            RequestEvent.author_name == Request.given_name + " " + Request.family_name,
            RequestEvent.request_id.in_([request.id for request in subject.requests]),
        ),
    )
    rows = db.session().execute(
        sa.select(RequestEvent.at, RequestEvent.body, Request.number)
        .join(Request, Request.id == RequestEvent.request_id)
        .where(own, RequestEvent.body.is_not(None))
        .order_by(RequestEvent.at.desc())
        .limit(MOST)
    )
    entries: list[Entry] = [{"Le": at, "Demande": number, "Texte": body} for at, body, number in rows]
    return Section("messages", "Les messages que vous avez écrits", entries=entries)


def _register(subject: Subject) -> Section:
    known = db.session().scalars(sa.select(Professional).where(Professional.rpps == (subject.person.rpps or "")))
    entries: list[Entry] = [
        {
            "Numéro RPPS": row.rpps,
            "Nom d’exercice": f"{row.given_name} {row.family_name}",
            "Profession": row.profession_label,
            "Savoir-faire": row.speciality_label,
        }
        for row in known
    ]
    note = (
        "Donnée publique de l’Annuaire Santé : elle se corrige auprès de votre ordre, et revient à chaque mise à jour."
    )
    return Section("annuaire", "Votre ligne de l’Annuaire Santé", note, entries)


def _sessions(subject: Subject) -> Section:
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


def _proofs(subject: Subject) -> Section:
    own = sa.select(Authentication).where(Authentication.person_id == subject.person.id)
    entries: list[Entry] = [
        {"Le": row.at, "Moyen": METHODS.get(row.method, row.method), "Pour un acte": row.act is not None}
        for row in db.session().scalars(own.order_by(Authentication.at.desc()).limit(MOST))
    ]
    return Section("preuves", "Vos preuves d’identité", "Gardées douze mois, ou aussi longtemps que l’acte.", entries)


def _mails(subject: Subject) -> Section:
    """When and about what: the words were sent to them; those addressed to others are not theirs."""
    sent = sa.select(OutboxMessage.created_at, OutboxMessage.topic, OutboxMessage.delivered_at).where(
        OutboxMessage.kind == "mail", sa.func.lower(OutboxMessage.recipient) == subject.account.email.lower()
    )
    entries: list[Entry] = [
        {"Le": at, "Modèle": topic, "Parti le": delivered}
        for at, topic, delivered in db.session().execute(sent.order_by(OutboxMessage.created_at.desc()).limit(MOST))
    ]
    return Section("courriels", "Les messages que le portail vous a envoyés", "Gardés douze mois.", entries)


def _journal(subject: Subject) -> Section:
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


def countable(sections: Iterable[Section]) -> int:
    return sum(len(section.entries) for section in sections)


def as_json(sections: Iterable[Section], *, at: datetime) -> dict[str, Any]:
    """For the export: dates as ISO 8601 text."""
    return {
        "genere_le": at.isoformat(),
        "donnees": {
            section.key: {
                "titre": section.title,
                "note": section.note,
                "lignes": [{name: _plain(value) for name, value in entry.items()} for entry in section.entries],
            }
            for section in sections
        },
    }


def _plain(value: Value) -> str | int | bool | None:
    return value.isoformat() if isinstance(value, datetime) else value
