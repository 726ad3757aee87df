"""Everything the portal holds about one person, and nothing about another: what they see, export and may have erased.

A section is a heading and its entries, an entry is what one row says: the page, the JSON and the PDF show the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from app.models import Account, Person
from app.queries.personal_acts import (
    ACTS,
    affiliations,
    mandates,
    messages_written,
    nominations,
    participations,
    publications,
    requests,
)
from app.queries.personal_dossiers import FILES, dossiers, drafts
from app.queries.personal_sections import Entry, Section, Subject, Value
from app.queries.personal_settings import preferences, register, settings_of, ways_in
from app.queries.personal_traces import journal, mails, proofs, sessions, traces_of


def gather(account: Account, person: Person) -> list[Section]:
    """Four statements, whatever the person has done."""
    acts = ACTS.read(account_id=account.id, person_id=person.id, email_key=account.email_key)
    subject = Subject(account, person, acts["requests"], acts["nominations"])
    files, settings, traces = FILES.read(account_id=account.id), settings_of(subject), traces_of(subject)
    return [
        _identity(subject),
        _account(subject),
        ways_in(subject, settings),
        mandates(acts),
        affiliations(acts),
        participations(acts),
        nominations(acts),
        requests(acts),
        messages_written(acts),
        publications(acts),
        dossiers(files),
        drafts(files),
        register(settings),
        preferences(settings),
        sessions(traces),
        proofs(traces),
        mails(traces),
        journal(subject, traces),
    ]


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
