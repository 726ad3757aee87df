"""Rows for tests: each function inserts what it names, with believable values, and returns it.

They write through the models, in the order that the guards of the database accept; a test that is about a use case
calls the use case. Nothing is committed: the caller decides.
"""

from __future__ import annotations

import functools
import itertools
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app import clock
from app.credentials import codes
from app.credentials.passwords import hash_password
from app.domain.identifiers import luhn_key
from app.domain.ledger import digest_of
from app.domain.sheets.catalogue import BOXES, SheetKind
from app.domain.sheets.values import canonical
from app.domain.terms import TERMS_VERSION
from app.models import (
    AccessReview,
    Account,
    Affiliation,
    Authentication,
    CodeGenerator,
    Commune,
    CommunePostcode,
    Dossier,
    DossierBox,
    DossierSheet,
    Establishment,
    ExternalIdentity,
    IdentityClaim,
    LedgerMessage,
    LegalEntity,
    Mandate,
    Nomination,
    Participation,
    ParticipationPlace,
    Passkey,
    Person,
    Professional,
    ProfessionalActivity,
    Request,
    ReviewItem,
    Revision,
    RevisionBox,
    SheetBox,
    SuccessionNotice,
    Suspension,
    Unit,
    UnitCommune,
)
from app.models.establishment import CPTS_CATEGORY, CPTS_UNIT_TYPE
from app.working_days import day_of
from tests.support.authenticator import Authenticator

PASSWORD = "garrigue-mistral-84"
TOTP_SECRET = "GARRIGUEMISTRAL7GARRIGUEMISTRAL7"
PHONE = "+33639980001"
CPTS_LABEL = "Communauté Professionnelle Territoriale de Santé (CPTS)"
_numbers = itertools.count(1)
Row = TypeVar("Row")


@functools.cache
def password_hash() -> str:
    """PASSWORD, hashed once for the whole run."""
    return hash_password(PASSWORD)


def new_finess(departement: str = "84") -> str:
    body = f"{departement}08{next(_numbers) % 10_000:04d}"
    return body + luhn_key(body)


def new_rpps() -> str:
    body = f"109998{next(_numbers) % 10_000:04d}"
    return body + luhn_key(body)


def new_email(name: str = "personne") -> str:
    return f"{name}.{next(_numbers)}@essai.example"


# ── registers ───────────────────────────────────────────────────────────────


def commune(
    session: Session, insee: str = "84031", name: str = "Carpentras", *postcodes: str, **values: Any
) -> Commune:
    """Inserted once: asking again for the same INSEE code returns the row."""
    known = session.get(Commune, insee)
    if known is not None:
        return known
    defaults = {"departement": insee[:2], "region": "93", "population": 1000}
    row = _add(session, Commune(insee=insee, name=name, **{**defaults, **values}))
    for postcode in postcodes or ("84200",):
        session.add(CommunePostcode(insee=insee, postcode=postcode))
    session.flush()
    return row


def establishment(session: Session, name: str = "CPTS D’ESSAI", **values: Any) -> Establishment:
    """A CPTS (unless `category_code` says otherwise) with its legal entity and its commune."""
    seat = values.pop("commune", None) or commune(session)
    now = clock.now()
    entity = LegalEntity(finess=values.pop("legal_entity_finess", None) or new_finess(), name=name, updated_at=now)
    _add(session, entity)
    defaults = {
        "finess": new_finess(),
        "category_code": CPTS_CATEGORY,
        "category_label": CPTS_LABEL,
        "street": "1 RUE DES ESSAIS",
        "postcode": "84200",
        "city": seat.name.upper(),
        "phone": "+33465719901",
    }
    fixed = {"legal_entity_finess": entity.finess, "commune_insee": seat.insee, "departement": seat.departement}
    return _add(session, Establishment(name=name, updated_at=now, **fixed, **{**defaults, **values}))


def unit(session: Session, place: Establishment, *zone: Commune, **values: Any) -> Unit:
    """A CPTS unit and its zone (the commune of the establishment when none is given)."""
    defaults = {"name": place.name, "type_code": CPTS_UNIT_TYPE, "type_label": CPTS_LABEL}
    row = _add(session, Unit(establishment_finess=place.finess, updated_at=clock.now(), **{**defaults, **values}))
    for insee in [item.insee for item in zone] or [place.commune_insee]:
        session.add(UnitCommune(unit_id=row.id, insee=insee))
    session.flush()
    return row


def professional(
    session: Session, given_name: str = "Jeanne", family_name: str = "REGISTRE", **values: Any
) -> Professional:
    """A row of the professional register, practising in the commune whose INSEE code is `commune_insee`."""
    insee = values.pop("commune_insee", "84031")
    defaults = {"rpps": new_rpps(), "profession_code": "60", "profession_label": "Infirmier"}
    now = clock.now()
    names = {"given_name": given_name, "family_name": family_name}
    row = _add(session, Professional(updated_at=now, **names, **{**defaults, **values}))
    activity = {"key": f"{row.rpps}-{insee}", "mode_code": "L", "commune_insee": insee, "updated_at": now}
    _add(session, ProfessionalActivity(professional_id=row.id, **activity))
    return row


def office(session: Session, known: Professional, *, key: str, insee: str = "84031") -> ProfessionalActivity:
    """Another place of the register where they practise."""
    told = {"key": key, "mode_code": "L", "site_name": "CABINET DES TILLEULS", "postcode": "84200"}
    row = ProfessionalActivity(professional_id=known.id, commune_insee=insee, updated_at=clock.now(), **told)
    return _add(session, row)


# ── people ──────────────────────────────────────────────────────────────────


def person(session: Session, given_name: str = "Camille", family_name: str = "Essai", **values: Any) -> Person:
    defaults = {"phone": PHONE, "profession_code": "60", "profession_label": "Infirmier", "listed": True}
    names = {"given_name": given_name, "family_name": family_name}
    return _add(session, Person(created_at=clock.now(), **names, **{**defaults, **values}))


def account(session: Session, owner: Person | None = None, email: str | None = None, **values: Any) -> Account:
    """An active account whose password is PASSWORD."""
    owner = owner or person(session)
    email = email or new_email(owner.given_name.lower())
    now = clock.now()
    defaults = {"status": "active", "password_hash": password_hash(), "activated_at": now, "created_at": now}
    defaults |= {"terms_version": TERMS_VERSION, "terms_accepted_at": now}
    keys = {"person_id": owner.id, "email": email, "email_key": email.casefold()}
    return _add(session, Account(**keys, **{**defaults, **values}))


def agent(session: Session, owner: Person | None = None, email: str | None = None) -> Account:
    """An account of the service centre."""
    return account(session, owner, email, agent_since=clock.now() - timedelta(days=365))


def generator(session: Session, owner: Account) -> CodeGenerator:
    """A generator of codes in service, whose secret is TOTP_SECRET. Needs the application: the secret is sealed."""
    now = clock.now()
    sealed = codes.seal(TOTP_SECRET, owner.id)
    return _add(session, CodeGenerator(account_id=owner.id, sealed_secret=sealed, created_at=now, confirmed_at=now))


def passkey(session: Session, owner: Account, device: Authenticator, name: str = "Téléphone") -> Passkey:
    """The key of that device, registered."""
    keys = {"credential_id": device.id, "public_key": device.public_key, "sign_count": device.count}
    return _add(session, Passkey(account_id=owner.id, name=name, created_at=clock.now(), **keys))


def authentication(session: Session, owner: Person, at: datetime | None = None, **values: Any) -> Authentication:
    defaults = {"method": "password"}
    return _add(session, Authentication(person_id=owner.id, at=at or clock.now(), **{**defaults, **values}))


def identity_claim(session: Session, **values: Any) -> IdentityClaim:
    """Somebody whom Pro Santé Connect has just vouched for, and who has no account."""
    defaults = {"issuer": "https://psc.essai.example", "subject": f"8{new_rpps()}", "created_at": clock.now()}
    names = {"family_name": "NEUVE", "given_name": "Sophie"}
    return _add(session, IdentityClaim(**names, **{**defaults, **values}))


def external_identity(session: Session, owner: Account, subject: str | None = None) -> ExternalIdentity:
    """A link made now between an account and an identity of Pro Santé Connect."""
    keys = {"issuer": "https://psc.essai.example", "subject": subject or f"8{new_rpps()}", "account_id": owner.id}
    return _add(session, ExternalIdentity(linked_at=clock.now(), last_used_at=clock.now(), **keys))


# ── requests ────────────────────────────────────────────────────────────────


def affiliation_request(session: Session, place: Unit, asker: Person | None = None, **values: Any) -> Request:
    """A request to be attached to a unit, freshly submitted by somebody without an account."""
    asker_names = (asker.given_name, asker.family_name) if asker else ("Margaux", "Olivier")
    defaults = {
        "kind": "affiliation",
        "unit_id": place.id,
        "profession_code": "70",
        "profession_label": "Masseur-Kinésithérapeute",
        "function": "Masseuse-kinésithérapeute libérale",
        "person_id": asker.id if asker else None,
        "rpps": asker.rpps if asker else None,
        "listed": True,
    }
    return _request(session, place.establishment_finess, asker_names, {**defaults, **values})


def presidency_request(session: Session, place: Establishment, candidate: Person, **values: Any) -> Request:
    defaults = {"kind": "presidency", "person_id": candidate.id, "rpps": candidate.rpps}
    return _request(session, place.finess, (candidate.given_name, candidate.family_name), {**defaults, **values})


def request(session: Session, kind: str, place: Establishment | None = None, **values: Any) -> Request:
    """A request of any kind, of somebody unknown to the portal."""
    return _request(session, place.finess if place else None, ("Thomas", "Perrin"), {"kind": kind, **values})


def _request(session: Session, finess: str | None, names: tuple[str, str], values: dict[str, Any]) -> Request:
    number = next(_numbers)
    email = values.pop("email", None) or new_email("demande")
    at = values.pop("submitted_at", None) or clock.now()
    fixed = {"establishment_finess": finess, "email": email, "email_key": email.casefold()}
    waits = at if values.get("status", "submitted") == "submitted" else None
    dates = {"submitted_at": at, "updated_at": at, "waiting_since": waits}
    dates["expires_on"] = (at + timedelta(days=30)).date()
    defaults = {"number": f"R-E{number:07d}", "phone": PHONE, "given_name": names[0], "family_name": names[1], **dates}
    return _add(session, Request(**fixed, **{**defaults, **values}))


# ── the trust chain ─────────────────────────────────────────────────────────


def presidency(session: Session, place: Establishment, holder: Person, by: Account, **values: Any) -> Mandate:
    """A presidency granted by an agent on a request that the agent accepted."""
    at = values.pop("started_at", None) or clock.now()
    decision = {"status": "accepted", "decided_at": at, "decided_by_account_id": by.id, "decided_as": "agent"}
    evidence = "Procès-verbal de l’assemblée générale, rappel au numéro de la CPTS"
    request = presidency_request(session, place, holder, submitted_at=at, evidence=evidence, **decision)
    grant = {"granting_request_id": request.id, "granted_by_account_id": by.id}
    keys = {"establishment_finess": place.finess, "person_id": holder.id, "role": "president"}
    return _add(session, Mandate(started_at=at, **keys, **grant, **{"seat": 1, **values}))


def nomination(session: Session, by: Mandate, nominee: Person | None = None, **values: Any) -> Nomination:
    """A nomination that waits for its answer, by the president who holds the mandate."""
    at = values.pop("created_at", None) or clock.now()
    president = session.get_one(Person, by.person_id)
    proof = authentication(session, president, at, act=f"mandate:nominate_referent/{by.establishment_finess}")
    email = values.pop("email", None) or new_email("nomination")
    names = (nominee.given_name, nominee.family_name) if nominee else ("Lucie", "Arnaud")
    defaults = {
        "given_name": names[0],
        "family_name": names[1],
        "phone": PHONE,
        "function": "Coordination",
        "rpps": nominee.rpps if nominee else None,
        "expires_at": at + timedelta(days=7),
    }
    grant = {"mandate_id": by.id, "nominated_by_person_id": by.person_id, "authentication_id": proof.id}
    keys = {"establishment_finess": by.establishment_finess, "email": email, "email_key": email.casefold()}
    return _add(session, Nomination(created_at=at, **keys, **grant, **{**defaults, **values}))


def referent_mandate(session: Session, by: Mandate, holder: Person, **values: Any) -> Mandate:
    """A référent's mandate: the president nominated, the person accepted."""
    at = values.pop("started_at", None) or clock.now()
    accepted = nomination(session, by, holder, created_at=at)
    accepted.status, accepted.closed_at, accepted.person_id = "accepted", at, holder.id
    session.flush()
    grant = {
        "nomination_id": accepted.id,
        "granting_mandate_id": by.id,
        "granting_person_id": by.person_id,
        "granting_role": "president",
    }
    keys = {"establishment_finess": by.establishment_finess, "person_id": holder.id, "role": "referent"}
    return _add(session, Mandate(started_at=at, **keys, **grant, **{"function": accepted.function, **values}))


def affiliation(session: Session, holder: Person, place: Unit, by: Mandate, **values: Any) -> Affiliation:
    """An affiliation on a request accepted under the mandate of a president or a référent."""
    at = values.pop("started_at", None) or clock.now()
    president = session.query(Account).filter_by(person_id=by.person_id).one()
    decision = {
        "status": "accepted",
        "decided_at": at,
        "decided_by_account_id": president.id,
        "decided_as": by.role,
        "deciding_mandate_id": by.id,
    }
    request = affiliation_request(session, place, holder, submitted_at=at, **decision)
    keys = {"person_id": holder.id, "unit_id": place.id, "establishment_finess": place.establishment_finess}
    return _add(session, Affiliation(started_at=at, request_id=request.id, **keys, **values))


def doctor(session: Session, owner: Person, **values: Any) -> Professional:
    """That person is a doctor of the register, under their own RPPS."""
    owner.profession_code, owner.profession_label = "10", "Médecin"
    owner.rpps = owner.rpps or new_rpps()
    told = {"profession_code": "10", "profession_label": "Médecin", "speciality_label": "Médecine générale"}
    names = (owner.given_name, owner.family_name.upper())
    return professional(session, *names, rpps=owner.rpps, **{**told, **values})


def participation(
    session: Session, held: Affiliation, *, office: str = "Cabinet de la Garrigue", **values: Any
) -> Participation:
    """Declared today by the person of that rattachement, for an office in the commune of the CPTS."""
    now = clock.now()
    keys = {"person_id": held.person_id, "establishment_finess": held.establishment_finess, "declared_at": now}
    defaults = {"has_software": True, "gives_hours": False, "starts_on": day_of(now), "begun_at": now, "version": 1}
    row = _add(session, Participation(**keys, **{**defaults, **values}))
    place = session.get_one(Establishment, held.establishment_finess)
    address = {"name": office, "street": "3 rue des Essais", "postcode": place.postcode}
    where = {"commune_insee": place.commune_insee, "position": 1, "added_at": now}
    _add(session, ParticipationPlace(participation_id=row.id, **address, **where))
    return row


# ── successions, reviews ────────────────────────────────────────────────────


def succession_notice(session: Session, request: Request, told: Mandate, **values: Any) -> SuccessionNotice:
    """A president in office is told of somebody's presidency request, and has seven days to object."""
    at = values.pop("told_at", None) or clock.now()
    keys = {"request_id": request.id, "mandate_id": told.id, "mandate_role": told.role, "person_id": told.person_id}
    dates = {"told_at": at, "objects_until": at + timedelta(days=7)}
    place = {"establishment_finess": told.establishment_finess}
    return _add(session, SuccessionNotice(**keys, **place, **{**dates, **values}))


def access_review(session: Session, *people: Mandate | Affiliation, **values: Any) -> AccessReview:
    """An open review of these référents' mandates and rattachements, of one CPTS."""
    at, finess = values.pop("opened_at", None) or clock.now(), people[0].establishment_finess
    dates = {"opened_at": at, "due_at": at + timedelta(days=30)}
    review = AccessReview(establishment_finess=finess, **{"quarter": "2026-T4", "reminders": 0, **dates, **values})
    _add(session, review)
    for held in people:
        _add(session, ReviewItem(review_id=review.id, **_held(held)))
    return review


def suspension(session: Session, held: Mandate | Affiliation, **values: Any) -> Suspension:
    defaults = {"since": clock.now(), "reason": "Sans réponse à la revue des accès"}
    return _add(session, Suspension(**_held(held), **{**defaults, **values}))


def dossier(session: Session, place: Establishment, by: Account, **values: Any) -> Dossier:
    """An open draft: the sheet of the establishment, that of one new unit, nothing said yet. `sheet_ids`: theirs."""
    ids = {position: {"id": id_} for position, id_ in enumerate(values.pop("sheet_ids", ()))}
    defaults = {"name": f"Peuplement de {place.name}", "status": "draft", "origin": "cpts", "version": 1}
    row = _add(
        session,
        Dossier(
            establishment_finess=place.finess,
            created_by_account_id=by.id,
            created_at=clock.now(),
            updated_at=clock.now(),
            **{**defaults, **values},
        ),
    )
    for position, kind in enumerate((SheetKind.EG, SheetKind.UO)):
        sheet = _add(session, DossierSheet(dossier_id=row.id, kind=kind, position=position, **ids.get(position, {})))
        for box in BOXES[kind]:
            told = canonical(box, {"name": place.name} if box.key == "offre" else {})
            session.add(DossierBox(sheet_id=sheet.id, box=box.key, values=told, updated_at=clock.now()))
    session.flush()
    return row


def saved_box(session: Session, finess: str, box: str, unit_id: int | None = None, version: int = 1) -> SheetBox:
    """Somebody saved this box: whoever has it in front of them is late."""
    sheet = f"eg-{finess}" if unit_id is None else f"uo-{unit_id}"
    if (known := session.get(SheetBox, (sheet, box))) is not None:
        known.version += 1
        return known
    dates = {"updated_at": clock.now(), "verified_at": clock.now()}
    return _add(session, SheetBox(sheet=sheet, box=box, establishment_finess=finess, version=version, **dates))


def _held(held: Mandate | Affiliation) -> dict[str, Any]:
    place = {"establishment_finess": held.establishment_finess}
    if isinstance(held, Mandate):
        return {**place, "mandate_id": held.id, "mandate_role": held.role}
    return {**place, "affiliation_id": held.id}


def _add(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


def revision(session: Session, place: Establishment, by: Account, **values: Any) -> Revision:
    """The first publication of a CPTS, which gave it a name people use."""
    defaults = {"number": 1, "source": "direct", "at": clock.now(), "account_id": by.id}
    named = {"name": place.name, "operational_name": "La CPTS", "comment": None}
    box = RevisionBox(sheet=f"eg-{place.finess}", box="identite", before=None, after=named, version=1)
    return _add(session, Revision(establishment_finess=place.finess, boxes=[box], **{**defaults, **values}))


def ledger_message(session: Session, place: Establishment, **values: Any) -> LedgerMessage:
    """What the SAS was sent first about an establishment; it waits."""
    now = clock.now()
    payload = values.pop("payload", '{"name":"CPTS"}')
    defaults = {"consumer": "sas", "version": 1, "withdrawn": False, "created_at": now, "not_before": now}
    message = LedgerMessage(
        establishment_finess=place.finess, payload=payload, digest=digest_of(payload), **{**defaults, **values}
    )
    return _add(session, message)
