"""The latest entries of the journal in the words of the trade: what happened to whom, who did it, when."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app import db
from app.journal.catalogue import DescriptionUpdated
from app.models import (
    Account,
    Affiliation,
    Establishment,
    JournalBody,
    JournalEntry,
    Mandate,
    Nomination,
    Person,
    Request,
)
from app.queries.sheets import box_label
from app.queries.together import Together

SENTENCES = {
    "president.registered": "Présidence de {name} enregistrée",
    "president.ended": "Présidence de {name} terminée",
    "president.confirmed": "Présidence de {name} confirmée pour un nouveau mandat",
    "succession.presented": "{name} : succession présentée par la présidence",
    "succession.claimed": "{name} : présidence demandée, la présidence en exercice est prévenue",
    "succession.answered": "{name} : réponse de la présidence en exercice",
    "review.opened": "Revue des accès ouverte",
    "review.answered": "Revue des accès : des réponses",
    "review.closed": "Revue des accès close",
    "suspension.lifted": "{name} : suspension levée",
    "referent.nominated": "{name} : nomination comme référent établissement",
    "nomination.reminded": "{name} : nomination relancée",
    "nomination.accepted": "{name} : nomination acceptée",
    "nomination.declined": "{name} : nomination déclinée",
    "nomination.cancelled": "{name} : nomination annulée",
    "nomination.expired": "{name} : nomination restée sans réponse",
    "referent.ended": "Droits de {name} retirés",
    "affiliation.requested": "{name} : demande de rattachement",
    "affiliation.accepted": "{name} : rattachement accepté",
    "affiliation.created": "{name} : professionnel enregistré par la CPTS",
    "affiliation.refused": "{name} : rattachement refusé",
    "affiliation.info_asked": "{name} : précision demandée",
    "affiliation.info_given": "{name} : précision donnée",
    "affiliation.cancelled": "{name} : demande annulée",
    "affiliation.expired": "{name} : demande restée sans réponse",
    "affiliation.ended": "{name} : rattachement terminé",
    "request.submitted": "{name} : demande envoyée",
    "request.accepted": "{name} : demande acceptée",
    "request.refused": "{name} : demande refusée",
    "request.info_asked": "{name} : précision demandée",
    "request.info_given": "{name} : précision donnée",
    "request.aci_awaited": "{name} : demande en attente d’ACI",
    "request.aci_given": "{name} : date de l’ACI donnée",
    "request.cancelled": "{name} : demande annulée",
    "request.expired": "{name} : demande restée sans suite",
    "request.appealed": "{name} : recours auprès du centre de services",
    "request.assigned": "{name} : demande prise en charge",
    "establishment.confirmed": "Coordonnées confirmées",
    "establishment.updated": "Coordonnées modifiées",
    "dossier.opened": "Dossier collaboratif ouvert",
    "dossier.submitted": "Dossier envoyé en validation",
    "dossier.reopened": "Dossier repris par la CPTS",
    "dossier.cancelled": "Dossier abandonné",
    "dossier.approved": "Dossier validé par la présidence",
    "dossier.returned": "Dossier renvoyé pour correction",
    "dossier.published": "Dossier publié par le centre de services",
    "zone.outdated": "Zone d’intervention : des communes n’existent plus",
    "zone.overlapped": "Zone d’intervention : des communes sont servies aussi par une autre CPTS",
    "structure.renamed": "Fiche renommée",
    "structure.moved": "Déplacement dans le répertoire",
    "structure.move_undone": "Déplacement annulé dans le répertoire",
    "establishment.described": "Fiche modifiée",
    "freshness.confirmed": "Informations confirmées : « c’est toujours exact »",
    "freshness.asked": "Vérification demandée par courriel",
    "freshness.rhythm_chosen": "Rythme des vérifications changé",
    "establishment.updated_for": "Coordonnées modifiées par le centre de services, pour le compte d’une personne",
    "request.submitted_for": "{name} : demande enregistrée par le centre de services, pour le compte d’une personne",
    "dossier.units_added": "Unités créées dans le dossier",
    "dossier.unit_removed": "Unité retirée du dossier",
    "dossier.sheets_finalised": "Fiches du dossier finalisées",
    "dossier.reminded": "Rappel : dossier en attente",
    "account.activation_resent": "{name} : lien d’activation renvoyé",
    "account.suspended": "{name} : compte suspendu",
    "account.reopened": "{name} : compte rouvert",
    "agent.created": "{name} : agent du centre de services",
    "account.activated": "{name} : compte activé",
    "account.password_changed": "{name} : mot de passe changé",
    "account.passkey_added": "{name} : clé d’accès ajoutée",
    "account.passkey_removed": "{name} : clé d’accès retirée",
    "account.generator_added": "{name} : générateur de codes ajouté",
    "account.generator_removed": "{name} : générateur de codes retiré",
    "account.recovery_codes_renewed": "{name} : codes de secours renouvelés",
    "account.recovery_code_used": "{name} : code de secours utilisé",
    "account.factor_reset_asked": "{name} : perte du second facteur signalée",
    "account.factor_reset_recorded": "{name} : perte du second facteur enregistrée",
    "account.factor_reset_refused": "{name} : retrait du second facteur refusé",
    "account.factor_reset_done": "{name} : second facteur retiré",
    "access.refused": "Action refusée",
    "ledger.sent_again": "État renvoyé à une plateforme par le centre de services",
    "campaign.saved": "Campagne de référencement enregistrée",
    "campaign.reminded": "Campagne de référencement : relances envoyées",
    "portal.tile_saved": "Tuile de l’accueil enregistrée",
    "portal.banner_saved": "Bandeau enregistré",
    "portal.document_saved": "Document public enregistré",
    "portal.support_hours_saved": "Horaires du support enregistrés",
    "portal.help_page_saved": "Page d’aide enregistrée",
}
"""What is not here is of no interest to those who run a CPTS (a link sent again, each box saved in a dossier)."""
NAMED: dict[str, type[Any]] = {"mandate": Mandate, "affiliation": Affiliation, "account": Account}
"""Subjects whose name is that of a person they point to."""
CARRIERS: dict[str, type[Any]] = {"request": Request, "nomination": Nomination}
"""Those that carry their own."""


def _ids(noun: str) -> sa.BindParameter[Any]:
    return sa.bindparam(noun, expanding=True)


_BEHIND = Together(
    **{
        noun: sa.select(model.id, Person.given_name, Person.family_name)
        .join(Person, Person.id == model.person_id)
        .where(model.id.in_(_ids(noun)))
        for noun, model in NAMED.items()
    },
    **{
        noun: sa.select(model.id, model.given_name, model.family_name).where(model.id.in_(_ids(noun)))
        for noun, model in CARRIERS.items()
    },
    actors=sa.select(Account.id, Person.full_name.label("name"), Account.agent_since)
    .join(Person, Person.id == Account.person_id)
    .where(Account.id.in_(_ids("actors"))),
    places=sa.select(Establishment.finess, Establishment.name).where(Establishment.finess.in_(_ids("places"))),
)
"""The names behind lines of the journal: of their subjects, of the accounts that acted, of the establishments."""


@dataclass(frozen=True, slots=True)
class JournalLine:
    """`actor` as recorded; `who`: the name behind it, None for the portal and for somebody without an account."""

    sentence: str
    actor: str
    who: str | None
    by_agent: bool
    at: datetime
    place: str | None
    finess: str | None


def latest(*, finess: str | None = None, limit: int) -> list[JournalLine]:
    """The latest lines of an establishment, or of them all: three statements at most."""
    query = sa.select(JournalEntry).where(JournalEntry.event.in_(SENTENCES))
    if finess is not None:
        query = query.where(JournalEntry.chain == f"e:{finess}").order_by(JournalEntry.seq.desc())
    else:
        query = query.order_by(JournalEntry.at.desc(), JournalEntry.chain, JournalEntry.seq.desc())
    return _read(query.limit(limit))


def about(subjects: Collection[str], *, limit: int) -> list[JournalLine]:
    """The latest lines about these references (`account:<id>`, `mandate:<id>`…): three statements at most."""
    query = sa.select(JournalEntry).where(JournalEntry.event.in_(SENTENCES), JournalEntry.subject.in_(subjects))
    return _read(query.order_by(JournalEntry.at.desc(), JournalEntry.chain, JournalEntry.seq.desc()).limit(limit))


def _read(query: sa.Select[JournalEntry]) -> list[JournalLine]:
    entries = db.session().scalars(query).all()
    if not entries:
        return []
    subjects: dict[str, list[uuid.UUID]] = {noun: [] for noun in (*NAMED, *CARRIERS)}
    for entry in entries:
        noun, _, key = entry.subject.partition(":")
        if noun in subjects:
            subjects[noun].append(uuid.UUID(key))
    rows = _BEHIND.read(
        **subjects,
        actors=[
            uuid.UUID(each.actor.removeprefix("account:")) for each in entries if each.actor.startswith("account:")
        ],
        places=[each.chain.removeprefix("e:") for each in entries if each.chain.startswith("e:")],
    )
    names = {f"{noun}:{row.id}": _named(row) for noun in subjects for row in rows[noun]}
    people = {f"account:{row.id}": (row.name, row.agent_since is not None) for row in rows["actors"]}
    places = {row.finess: row.name for row in rows["places"]}
    boxes = _boxes(entries)
    return [_line(entry, names, people, places, boxes) for entry in entries]


def _keys(prefix: str, references: Iterable[str]) -> list[str]:
    return list({each.removeprefix(prefix) for each in references if each.startswith(prefix)})


def _named(row: Any) -> str:
    return " ".join(filter(None, (row.given_name, row.family_name))) or "Une personne"


def _line(
    entry: JournalEntry,
    names: dict[str, str],
    people: dict[str, tuple[str, bool]],
    places: dict[str, str],
    boxes: dict[tuple[str, int], str],
) -> JournalLine:
    who, by_agent = people.get(entry.actor, (None, False))
    finess = entry.chain.removeprefix("e:") if entry.chain.startswith("e:") else None
    sentence = SENTENCES[entry.event].format(name=names.get(entry.subject, "Une personne"))
    sentence += boxes.get((entry.chain, entry.seq), "")
    return JournalLine(
        sentence=sentence,
        actor=entry.actor,
        who=who,
        by_agent=by_agent,
        at=entry.at,
        place=places.get(finess or ""),
        finess=finess,
    )


def _boxes(entries: Sequence[JournalEntry]) -> dict[tuple[str, int], str]:
    """What a publication changed, box by box, as long as its body is kept: one statement."""
    about = [(entry.chain, entry.seq) for entry in entries if entry.event == DescriptionUpdated.name]
    if not about:
        return {}
    rows = db.session().execute(
        sa.select(JournalBody.chain, JournalBody.seq, JournalBody.body).where(
            sa.tuple_(JournalBody.chain, JournalBody.seq).in_(about)
        )
    )
    return {(chain, seq): _told(json.loads(body).get("fields") or []) for chain, seq, body in rows if body}


def _told(fields: Iterable[str]) -> str:
    """`uo-12/zone/communes` → « : zone d’intervention »."""
    labels = dict.fromkeys(box_label(*field.split("/")[:2]) for field in fields if field.count("/") == 2)
    return f" : {', '.join(label[:1].lower() + label[1:] for label in labels)}" if labels else ""
