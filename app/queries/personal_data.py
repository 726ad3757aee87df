"""Everything the portal holds about one person, and nothing about another: what they see, export and may have erased.

A section is a heading and its entries, an entry is what one row says: the page, the JSON and the PDF show the same.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import db
from app.models import (
    Account,
    CodeGenerator,
    Establishment,
    ExternalIdentity,
    FactorReset,
    Favourite,
    HelpTips,
    MailRhythm,
    Nomination,
    Passkey,
    Person,
    PortalBannerDismissal,
    PortalTile,
    PortalTileClick,
    Professional,
    RecoveryCode,
    Request,
)
from app.queries.personal_acts import (
    affiliations,
    mandates,
    messages_written,
    nominations,
    participations,
    publications,
    requests,
)
from app.queries.personal_dossiers import dossiers, drafts
from app.queries.personal_sections import Entry, Section, Subject, Value
from app.queries.personal_traces import journal, mails, proofs, sessions

RHYTHMS = {"immediate": "tout de suite", "daily": "une fois par jour", "weekly": "une fois par semaine"}


def gather(account_id: uuid.UUID) -> list[Section]:
    """A bounded number of statements, whatever the person has done."""
    subject = _subject(account_id)
    return [
        _identity(subject),
        _account(subject),
        _ways_in(subject),
        mandates(subject),
        affiliations(subject),
        participations(subject),
        nominations(subject),
        requests(subject),
        messages_written(subject),
        publications(subject),
        dossiers(subject),
        drafts(subject),
        _register(subject),
        _preferences(subject),
        sessions(subject),
        proofs(subject),
        mails(subject),
        journal(subject),
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
    for lost in session.scalars(sa.select(FactorReset).filter_by(**owned)):
        entries.append({"Moyen": "Second facteur perdu", "Depuis": lost.asked_at, "Retiré le": lost.done_at})
    unused = (
        sa.select(sa.func.count()).select_from(RecoveryCode).filter_by(**owned).where(RecoveryCode.used_at.is_(None))
    )
    entries.append({"Moyen": "Codes de secours", "Détail": f"{session.scalar(unused) or 0} encore valables"})
    note = "Les mots de passe, les codes et les clés sont gardés sous une forme qui ne permet pas de les retrouver."
    return Section("acces", "Vos moyens de connexion", note, entries)


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


def _preferences(subject: Subject) -> Section:
    session, owned = db.session(), {"account_id": subject.account.id}
    entries: list[Entry] = [
        {"Préférence": "Rythme des courriels", "Choix": RHYTHMS.get(chosen.rhythm, chosen.rhythm)}
        for chosen in session.scalars(sa.select(MailRhythm).filter_by(**owned))
    ]
    opened = (
        sa.select(PortalTile.label, PortalTileClick.count, PortalTileClick.last_at)
        .join(PortalTile, PortalTile.id == PortalTileClick.tile_id)
        .where(PortalTileClick.account_id == subject.account.id)
    )
    for title, count, last in session.execute(opened):
        entries.append({"Préférence": "Raccourci ouvert", "Choix": title, "Fois": count, "Dernière fois": last})
    for tips in session.scalars(sa.select(HelpTips).filter_by(**owned)):
        entries.append({"Préférence": "Infobulles", "Choix": "affichées" if tips.shown else "masquées"})
    for hidden in session.scalars(sa.select(PortalBannerDismissal).filter_by(**owned)):
        entries.append({"Préférence": "Message masqué", "Dernière fois": hidden.at})
    kept = sa.select(Establishment.name, Favourite.since).join(Favourite, Favourite.finess == Establishment.finess)
    for name, since in session.execute(
        kept.where(Favourite.account_id == subject.account.id).order_by(Favourite.since)
    ):
        entries.append({"Préférence": "Favori du répertoire", "Choix": name, "Dernière fois": since})
    return Section("preferences", "Vos préférences", entries=entries)


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
