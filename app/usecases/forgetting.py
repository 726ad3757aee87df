"""Replace what identifies a person by a pseudonym, everywhere: steps shared by erasure on demand and by retention.

What proves who could act, and when, stays: mandates, rattachements, decisions, journal entries. The bodies of the
journal that hold words go; its chains stay whole, since an entry only commits to its body.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from app import clock, db
from app.credentials.sessions import end_sessions
from app.domain.erasure import DOMAIN, FAMILY_NAME, FULL_NAME, GIVEN_NAME, address_of
from app.domain.published import Kind
from app.domain.requests import PENDING, Status
from app.journal.catalogue import AffiliationEnded, NominationDeclined, PersonErased
from app.journal.record import record
from app.models import (
    Account,
    BoxDraft,
    CodeGenerator,
    ExternalIdentity,
    FactorReset,
    Favourite,
    HelpTips,
    JournalBody,
    JournalEntry,
    MailRhythm,
    Nomination,
    OneTimeLink,
    OutboxMessage,
    Passkey,
    Person,
    PortalBannerDismissal,
    PortalTileClick,
    ProviderSession,
    PublicationTerm,
    RecoveryCode,
    Request,
    RequestEvent,
    SignInSession,
)
from app.policies.actor import reference
from app.search.index import index_professional
from app.usecases.ledger_steps import forget_in_ledger
from app.usecases.participation_steps import ACCOUNT_CLOSED, end_all, forget_places, lock_attachments

SYSTEM = "system"
WORDS = ("reason", "before", "after")
"""Of a journal body: what somebody wrote, or what something was called."""
NOTHING = "{}"
WAYS_IN = (ExternalIdentity, Passkey, CodeGenerator, RecoveryCode)
_SEARCHED_BY = sa.delete(PublicationTerm).where(PublicationTerm.kind == Kind.PERSON.value)
HABITS = (MailRhythm, PortalTileClick, PortalBannerDismissal, Favourite, HelpTips, BoxDraft)


def forget_person(account: Account, *, why: str, by: str = SYSTEM) -> JournalEntry:
    """Nothing but a pseudonym is left of the owner of that account, which is closed. The caller checked that it may."""
    session = db.session()
    person = session.get_one(Person, account.person_id)
    _leave_everything(account, by)
    requests = _requests_of(account)
    _forget_words(_references(account, requests), account.email)
    forget_requests(requests)
    _forget_nominations(sa.or_(Nomination.person_id == person.id, Nomination.email_key == account.email_key))
    session.execute(
        sa.update(RequestEvent).where(RequestEvent.author_account_id == account.id).values(author_name=FULL_NAME)
    )
    forget_places(person.id)
    forget_in_ledger(person.rpps)
    _forget_ways_in(account)
    person.given_name, person.family_name, person.listed = GIVEN_NAME, FAMILY_NAME, False
    person.phone = person.profession_code = person.profession_label = person.rpps = None
    person.erased_at = clock.now()
    account.email = account.email_key = address_of(account.id)
    account.password_hash, account.status, account.terms_version = None, "closed", None
    session.flush()
    index_professional(session, person.id)
    session.execute(_SEARCHED_BY.where(PublicationTerm.key == str(person.id)))
    return record(PersonErased(actor=by, subject=reference(person), concerned=reference(person), why=why))


def forget_requests(ids: Collection[uuid.UUID]) -> None:
    """What these requests, all closed, say of whoever made them. The decision, its date and its author stay."""
    session = db.session()
    for request in session.scalars(sa.select(Request).where(Request.id.in_(ids))).all():
        thread = sa.update(RequestEvent).where(RequestEvent.request_id == request.id)
        session.execute(thread.values(body=None))
        session.execute(thread.where(RequestEvent.author_name == request.full_name).values(author_name=FULL_NAME))
        for name, value in _NOBODY.items():
            setattr(request, name, value)
        request.email = request.email_key = address_of(request.id)
        request.tracking_generation += 1
    session.flush()
    _forget_words({f"request:{id_}" for id_ in ids})


def forget_nominations(ids: Collection[uuid.UUID]) -> None:
    """What these nominations, all closed, say of whom they were for."""
    _forget_nominations(Nomination.id.in_(ids))


_NOBODY: dict[str, Any] = {
    "given_name": GIVEN_NAME,
    "family_name": FAMILY_NAME,
    "phone": None,
    "rpps": None,
    "function": None,
    "message": None,
    "subject": None,
    "details": {},
    "came_from": None,
    "listed": False,
}


def _leave_everything(account: Account, by: str) -> None:
    """Pending requests are withdrawn, pending nominations declined, rattachements ended."""
    session, now = db.session(), clock.now()
    mine = sa.or_(Request.person_id == account.person_id, Request.email_key == account.email_key)
    withdrawn = {"status": Status.CANCELLED.value, "updated_at": now, "expires_on": None, "waiting_since": None}
    session.execute(sa.update(Request).where(mine, Request.status.in_(PENDING)).values(**withdrawn))
    proposed = sa.select(Nomination).where(Nomination.email_key == account.email_key, Nomination.status == "proposed")
    for nomination in session.scalars(proposed).all():
        nomination.status, nomination.closed_at, nomination.person_id = "declined", now, account.person_id
        record(NominationDeclined(actor=by, nomination_id=str(nomination.id), **_about(nomination)))
    attached = lock_attachments(account.person_id)
    taking_part = end_all(by, account.person_id, ACCOUNT_CLOSED, with_affiliation=True)
    for affiliation in attached:
        affiliation.ended_at, affiliation.end_reason, affiliation.function = now, ACCOUNT_CLOSED, None
        told = {"concerned": f"person:{account.person_id}", "reason": ACCOUNT_CLOSED}
        told |= {"affiliation_id": str(affiliation.id)}
        ended = affiliation.establishment_finess in taking_part
        record(AffiliationEnded(actor=by, participation_ended=ended, **_about(affiliation), **told))


def _about(obj: Any) -> dict[str, Any]:
    return {"subject": reference(obj), "establishment_finess": obj.establishment_finess}


def _requests_of(account: Account) -> list[uuid.UUID]:
    mine = sa.or_(Request.person_id == account.person_id, Request.email_key == account.email_key)
    return list(db.session().scalars(sa.select(Request.id).where(mine)))


def _references(account: Account, requests: Collection[uuid.UUID]) -> set[str]:
    """As the journal names them."""
    nominations = db.session().scalars(sa.select(Nomination.id).where(Nomination.email_key == account.email_key))
    return {
        f"account:{account.id}",
        f"person:{account.person_id}",
        *(f"request:{id_}" for id_ in requests),
        *(f"nomination:{id_}" for id_ in nominations),
    }


def _forget_nominations(which: sa.ColumnElement[bool]) -> None:
    for id_ in db.session().scalars(sa.select(Nomination.id).where(which, Nomination.status != "proposed")).all():
        names = {"given_name": GIVEN_NAME, "family_name": FAMILY_NAME, "phone": "", "rpps": None, "function": ""}
        address = {"email": address_of(id_), "email_key": address_of(id_)}
        db.session().execute(sa.update(Nomination).where(Nomination.id == id_).values(**names, **address))


def _forget_words(references: Collection[str], email: str | None = None) -> None:
    """Bodies of the journal and payloads of mails about these; whatever waits for that address is not sent any more."""
    session, now = db.session(), clock.now()
    about = sa.or_(JournalEntry.subject.in_(references), JournalEntry.concerned.in_(references))
    keys = [tuple(row) for row in session.execute(sa.select(JournalEntry.chain, JournalEntry.seq).where(about))]
    of_them = sa.tuple_(JournalBody.chain, JournalBody.seq).in_(keys)
    for body in session.scalars(sa.select(JournalBody).where(of_them)).all():
        if any(json.loads(body.body).get(name) for name in WORDS):
            session.delete(body)
    mails = sa.tuple_(OutboxMessage.chain, OutboxMessage.seq).in_(keys)
    sent = OutboxMessage.delivered_at.is_not(None)
    session.execute(sa.update(OutboxMessage).where(mails, sent).values(payload=NOTHING, recipient=None))
    if email is not None:
        theirs = sa.func.lower(OutboxMessage.recipient) == email.lower()
        session.execute(
            sa.update(OutboxMessage)
            .where(theirs)
            .values(payload=NOTHING, recipient=None, delivered_at=sa.func.coalesce(OutboxMessage.delivered_at, now))
        )


def _forget_ways_in(account: Account) -> None:
    """Sessions end and say no more where from; keys, codes, identities and links go."""
    session, now = db.session(), clock.now()
    end_sessions(account.id)
    own = SignInSession.account_id == account.id
    session.execute(sa.update(SignInSession).where(own).values(device=None, network=None))
    sessions = sa.select(SignInSession.id).where(own)
    session.execute(sa.delete(ProviderSession).where(ProviderSession.session_id.in_(sessions)))
    for model in (*WAYS_IN, *HABITS):
        session.execute(sa.delete(model).where(model.account_id == account.id))
    lost = sa.update(FactorReset).where(FactorReset.account_id == account.id)
    session.execute(lost.where(FactorReset.evidence.is_not(None)).values(evidence=FULL_NAME))
    session.execute(lost.where(FactorReset.done_at.is_(None), FactorReset.refused_at.is_(None)).values(refused_at=now))
    links = sa.update(OneTimeLink).where(OneTimeLink.account_id == account.id)
    session.execute(links.values(email=None, cancelled_at=sa.func.coalesce(OneTimeLink.cancelled_at, now)))


def is_forgotten(email_key: str) -> bool:
    return email_key.endswith(f"@{DOMAIN}")
