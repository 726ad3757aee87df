"""Event → mails: importing the modules below registers their handlers."""

from __future__ import annotations

import json

from app.notifications import accounts, affiliations, mandates  # noqa: F401
from app.notifications.mail import HANDLERS, Mail


def mails_for(event_name: str, payload: str) -> list[Mail]:
    """The mails that an event's body asks for; none when nobody needs to be told."""
    handler = HANDLERS.get(event_name)
    return list(handler(json.loads(payload))) if handler else []
