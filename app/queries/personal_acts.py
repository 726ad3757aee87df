"""What one person did and was given: mandates, rattachements, nominations, requests, messages."""

from __future__ import annotations

import sqlalchemy as sa

from app import db
from app.domain.requests import Kind, Status
from app.models import (
    Affiliation,
    Commune,
    Establishment,
    FreshnessAsk,
    Mandate,
    Participation,
    ParticipationPlace,
    Request,
    RequestEvent,
    Revision,
    Unit,
)
from app.queries.participations import participations_of
from app.queries.personal_sections import MOST, Entry, Section, Subject

ROLES = {"president": "présidence", "referent": "référent établissement"}


def mandates(subject: Subject) -> Section:
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


def affiliations(subject: Subject) -> Section:
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


def participations(subject: Subject) -> Section:
    """In unscheduled care, and where they said to see patients."""
    entries: list[Entry] = [
        {
            "CPTS": held.establishment.name,
            "Inscrit le": held.declared_at,
            "Premier jour": f"{held.starts_on:%d/%m/%Y}",
            "Dernier jour": f"{held.ends_on:%d/%m/%Y}" if held.ends_on else None,
            "Logiciel de rendez-vous": held.has_software,
            "Deux heures par semaine": held.gives_hours,
            "Terminée le": held.ended_at,
            "Motif de fin": held.end_reason,
        }
        for held in participations_of(subject.person.id)
    ]
    places = (
        sa.select(ParticipationPlace, Commune.name)
        .join(Participation, Participation.id == ParticipationPlace.participation_id)
        .join(Commune, Commune.insee == ParticipationPlace.commune_insee)
        .where(Participation.person_id == subject.person.id)
        .order_by(ParticipationPlace.added_at.desc(), ParticipationPlace.position)
    )
    entries += [
        {
            "Lieu d’activité": place.name,
            "Numéro et voie": place.street,
            "Code postal": place.postcode,
            "Commune": city,
            "Ajouté le": place.added_at,
            "Retiré le": place.removed_at,
        }
        for place, city in db.session().execute(places)
    ]
    return Section("participations", "Vos participations au SAS", entries=entries)


def nominations(subject: Subject) -> Section:
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


def requests(subject: Subject) -> Section:
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


def messages_written(subject: Subject) -> Section:
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


def publications(subject: Subject) -> Section:
    """What they published of a CPTS, and confirmed by a mailed link; what it said is the page of the CPTS's."""
    session, mine = db.session(), subject.account.id
    written = (
        sa.select(Revision.at, Revision.number, Establishment.name, Revision.reason)
        .join(Establishment, Establishment.finess == Revision.establishment_finess)
        .where(Revision.account_id == mine)
        .order_by(Revision.at.desc())
        .limit(MOST)
    )
    confirmed = (
        sa.select(FreshnessAsk.closed_at, Establishment.name)
        .join(Establishment, Establishment.finess == FreshnessAsk.establishment_finess)
        .where(FreshnessAsk.confirmed_by_account_id == mine)
        .order_by(FreshnessAsk.closed_at.desc())
        .limit(MOST)
    )
    entries: list[Entry] = [
        {"Le": at, "CPTS": name, "Acte": f"publication n° {number}", "Motif": reason}
        for at, number, name, reason in session.execute(written)
    ]
    entries += [
        {"Le": at, "CPTS": name, "Acte": "confirmation par courriel", "Motif": None}
        for at, name in session.execute(confirmed)
    ]
    return Section("publications", "Ce que vous avez publié ou confirmé", entries=entries)
