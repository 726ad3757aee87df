"""Event → mails: importing the modules below registers their handlers."""

from __future__ import annotations

import json

from app.notifications import (  # noqa: F401
    accounts,
    affiliations,
    campaigns,
    corrections,
    dossier_reviews,
    dossiers,
    factors,
    freshness,
    identities,
    mandates,
    on_behalf,
    participations,
    personal_data,
    professionals,
    registrations,
    requests,
    reviews,
    sas_accounts,
    successions,
    territory,
)
from app.notifications.mail import HANDLERS, Mail
from app.notifications.rhythms import without_digested
from app.queries.accounts import silent_addresses
from app.usecases.enrolment import email_key


def mails_for(event_name: str, payload: str) -> list[Mail]:
    """The mails that an event's body asks for; none when nobody needs to be told.

    Whoever's account is suspended or closed is told nothing more, but about that account.
    """
    handler = HANDLERS.get(event_name)
    mails = list(handler(json.loads(payload))) if handler else []
    silent = silent_addresses({email_key(mail.recipient) for mail in mails if not mail.even_suspended})
    told = [mail for mail in mails if mail.even_suspended or email_key(mail.recipient) not in silent]
    return without_digested(told)
