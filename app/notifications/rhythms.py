"""Digests (B-23): what is left out because it will be in one, and the digest itself."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import sqlalchemy as sa

from app import clock, db
from app.domain.requests import Kind
from app.domain.rhythms import TOPICS, Rhythm, Topic
from app.models import Account, MailRhythm, Person
from app.notifications.mail import Body, Mail, announces
from app.queries.actors import actor_of
from app.queries.to_do import Waiting, to_do
from app.usecases.enrolment import email_key
from app.working_days import day_of


def without_digested(mails: list[Mail]) -> list[Mail]:
    """Those that come now: of a topic that its recipient reads in a digest, none does."""
    keys = {email_key(mail.recipient) for mail in mails if mail.topic}
    if not keys:
        return mails
    rows = db.session().execute(
        sa.select(Account.email_key, MailRhythm.topic)
        .join(MailRhythm, MailRhythm.account_id == Account.id)
        .where(Account.email_key.in_(keys), MailRhythm.rhythm != Rhythm.IMMEDIATE)
    )
    digested = {(key, topic) for key, topic in rows}
    return [mail for mail in mails if (email_key(mail.recipient), mail.topic) not in digested]


@announces("account.digest_due")
def digest(body: Body) -> Iterator[Mail]:
    """What waits at the moment it is written; nothing when all was decided meanwhile."""
    account = db.session().get_one(Account, uuid.UUID(body["subject"].partition(":")[2]))
    if account.status != "active":
        return
    waiting = [
        waiting for waiting in to_do(actor_of(account), account.email_key).decide if waiting.topic in body["topics"]
    ]
    if waiting:
        name = db.session().get_one(Person, account.person_id).full_name
        groups = [
            {"title": TOPICS[topic], "lines": [_line(each) for each in waiting if each.topic is topic]}
            for topic in Topic
        ]
        words = {"name": name, "count": len(waiting), "groups": [group for group in groups if group["lines"]]}
        yield Mail("digest", account.email, words)


def _line(waiting: Waiting) -> dict[str, object]:
    request = waiting.request
    since = request.waiting_since or request.submitted_at
    return {
        "name": request.full_name,
        "label": Kind(request.kind).label,
        "number": request.number,
        "cpts": request.establishment.name if request.establishment else None,
        "request_id": str(request.id),
        "days": (day_of(clock.now()) - day_of(since)).days,
    }
