"""What one person did and was given: mandates, rattachements, nominations, requests, messages. One statement."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa

from app.domain.requests import Kind, Status
from app.models import (
    Affiliation,
    Commune,
    Establishment,
    FreshnessAsk,
    Mandate,
    Nomination,
    Participation,
    ParticipationPlace,
    Request,
    RequestEvent,
    Revision,
    Unit,
)
from app.models.request import named
from app.queries.personal_sections import MOST, Entry, Rows, Section
from app.queries.together import Together

ROLES = {"president": "présidence", "referent": "référent établissement"}
_ACCOUNT: sa.BindParameter[uuid.UUID] = sa.bindparam("account_id", type_=sa.Uuid())
_PERSON: sa.BindParameter[uuid.UUID] = sa.bindparam("person_id", type_=sa.Uuid())
_ADDRESS: sa.BindParameter[str] = sa.bindparam("email_key")
_THEIRS = sa.or_(Request.person_id == _PERSON, Request.email_key == _ADDRESS)
ACTS = Together(
    mandates=sa.select(
        Establishment.name,
        Mandate.role,
        Mandate.function,
        Mandate.started_at,
        Mandate.term_ends_at,
        Mandate.ended_at,
        Mandate.end_reason,
    )
    .join(Establishment, Establishment.finess == Mandate.establishment_finess)
    .where(Mandate.person_id == _PERSON)
    .order_by(Mandate.started_at.desc()),
    affiliations=sa.select(
        Unit.name, Affiliation.function, Affiliation.started_at, Affiliation.ended_at, Affiliation.end_reason
    )
    .join(Unit, Unit.id == Affiliation.unit_id)
    .where(Affiliation.person_id == _PERSON)
    .order_by(Affiliation.started_at.desc()),
    participations=sa.select(
        Establishment.name,
        Participation.declared_at,
        Participation.starts_on,
        Participation.ends_on,
        Participation.has_software,
        Participation.gives_hours,
        Participation.ended_at,
        Participation.end_reason,
    )
    .join(Establishment, Establishment.finess == Participation.establishment_finess)
    .where(Participation.person_id == _PERSON)
    .order_by(Participation.declared_at.desc(), Participation.id),
    places=sa.select(
        ParticipationPlace.name,
        ParticipationPlace.street,
        ParticipationPlace.postcode,
        Commune.name.label("city"),
        ParticipationPlace.added_at,
        ParticipationPlace.removed_at,
    )
    .join(Participation, Participation.id == ParticipationPlace.participation_id)
    .join(Commune, Commune.insee == ParticipationPlace.commune_insee)
    .where(Participation.person_id == _PERSON)
    .order_by(ParticipationPlace.added_at.desc(), ParticipationPlace.position),
    nominations=sa.select(
        Nomination.id,
        Nomination.given_name,
        Nomination.family_name,
        Nomination.email,
        Nomination.phone,
        Nomination.rpps,
        Nomination.function,
        Nomination.created_at,
        Nomination.closed_at,
    )
    .where(sa.or_(Nomination.person_id == _PERSON, Nomination.email_key == _ADDRESS))
    .order_by(Nomination.created_at.desc()),
    requests=sa.select(
        Request.id,
        Request.number,
        Request.kind,
        Request.status,
        Request.submitted_at,
        Request.given_name,
        Request.family_name,
        Request.email,
        Request.phone,
        Request.profession_label,
        Request.rpps,
        Request.function,
        Request.subject,
        Request.message,
        Request.details,
        Request.decided_at,
        Request.refusal_reason,
    )
    .where(_THEIRS)
    .order_by(Request.submitted_at.desc()),
    messages=sa.select(RequestEvent.at, RequestEvent.body, Request.number)
    .join(Request, Request.id == RequestEvent.request_id)
    .where(
        RequestEvent.body.is_not(None),
        sa.or_(
            RequestEvent.author_account_id == _ACCOUNT,
            sa.and_(
                RequestEvent.author_account_id.is_(None),
                RequestEvent.author_name == Request.given_name + " " + Request.family_name,
                _THEIRS,
            ),
        ),
    )
    .order_by(RequestEvent.at.desc())
    .limit(MOST),
    written=sa.select(Revision.at, Revision.number, Establishment.name, Revision.reason)
    .join(Establishment, Establishment.finess == Revision.establishment_finess)
    .where(Revision.account_id == _ACCOUNT)
    .order_by(Revision.at.desc())
    .limit(MOST),
    confirmed=sa.select(FreshnessAsk.closed_at, Establishment.name)
    .join(Establishment, Establishment.finess == FreshnessAsk.establishment_finess)
    .where(FreshnessAsk.confirmed_by_account_id == _ACCOUNT)
    .order_by(FreshnessAsk.closed_at.desc())
    .limit(MOST),
)


def mandates(acts: Rows) -> Section:
    entries: list[Entry] = [
        {
            "CPTS": mandate.name,
            "Rôle": ROLES[mandate.role],
            "Fonction": mandate.function,
            "Depuis": mandate.started_at,
            "Jusqu’au": mandate.term_ends_at,
            "Terminé le": mandate.ended_at,
            "Motif de fin": mandate.end_reason,
        }
        for mandate in acts["mandates"]
    ]
    return Section(
        "mandats", "Vos mandats", "Ils prouvent qui pouvait agir, et quand : ils ne s’effacent pas.", entries
    )


def affiliations(acts: Rows) -> Section:
    entries: list[Entry] = [
        {
            "Unité": held.name,
            "Fonction": held.function,
            "Depuis": held.started_at,
            "Terminé le": held.ended_at,
            "Motif de fin": held.end_reason,
        }
        for held in acts["affiliations"]
    ]
    return Section("rattachements", "Vos rattachements", entries=entries)


def participations(acts: Rows) -> Section:
    """In unscheduled care, and where they said to see patients."""
    entries: list[Entry] = [
        {
            "CPTS": held.name,
            "Inscrit le": held.declared_at,
            "Premier jour": f"{held.starts_on:%d/%m/%Y}",
            "Dernier jour": f"{held.ends_on:%d/%m/%Y}" if held.ends_on else None,
            "Logiciel de rendez-vous": held.has_software,
            "Deux heures par semaine": held.gives_hours,
            "Terminée le": held.ended_at,
            "Motif de fin": held.end_reason,
        }
        for held in acts["participations"]
    ]
    entries += [
        {
            "Lieu d’activité": place.name,
            "Numéro et voie": place.street,
            "Code postal": place.postcode,
            "Commune": place.city,
            "Ajouté le": place.added_at,
            "Retiré le": place.removed_at,
        }
        for place in acts["places"]
    ]
    return Section("participations", "Vos participations au SAS", entries=entries)


def nominations(acts: Rows) -> Section:
    entries: list[Entry] = [
        {
            "Nom": f"{nomination.given_name} {nomination.family_name}",
            "Adresse": nomination.email,
            "Téléphone": nomination.phone,
            "Numéro RPPS": nomination.rpps,
            "Fonction": nomination.function,
            "Proposée le": nomination.created_at,
            "Close le": nomination.closed_at,
        }
        for nomination in acts["nominations"]
    ]
    return Section("nominations", "Les nominations qui vous ont été proposées", entries=entries)


def requests(acts: Rows) -> Section:
    entries: list[Entry] = [_request(request) for request in acts["requests"]]
    return Section("demandes", "Vos demandes", entries=entries)


def _request(request: Any) -> Entry:
    return {
        "Numéro": request.number,
        "Objet": Kind(request.kind).label,
        "État": Status(request.status).label_for(request.kind),
        "Envoyée le": request.submitted_at,
        "Nom": named(request),
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


def messages_written(acts: Rows) -> Section:
    """What they wrote, wherever; the words of others in the same threads are theirs."""
    entries: list[Entry] = [{"Le": said.at, "Demande": said.number, "Texte": said.body} for said in acts["messages"]]
    return Section("messages", "Les messages que vous avez écrits", entries=entries)


def publications(acts: Rows) -> Section:
    """What they published of a CPTS, and confirmed by a mailed link; what it said is the page of the CPTS's."""
    entries: list[Entry] = [
        {"Le": made.at, "CPTS": made.name, "Acte": f"publication n° {made.number}", "Motif": made.reason}
        for made in acts["written"]
    ]
    entries += [
        {"Le": told.closed_at, "CPTS": told.name, "Acte": "confirmation par courriel", "Motif": None}
        for told in acts["confirmed"]
    ]
    return Section("publications", "Ce que vous avez publié ou confirmé", entries=entries)
