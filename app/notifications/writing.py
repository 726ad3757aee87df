"""Write a mail from its slug: subject, text and HTML, with links built from PUBLIC_URL, never from a Host header."""

from __future__ import annotations

import uuid
from datetime import datetime
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_mail import Message

from app.credentials.links import Purpose, freshness_token, recognition_token, token_of, tracking_token
from app.queries.support_hours import weekly_hours
from app.settings import current_settings


def write(slug: str, recipient: str, context: dict[str, Any], *, message_id: uuid.UUID) -> Message:
    """The message, always the same for the same arguments: a retry is recognised by its Message-ID."""
    settings = current_settings()
    words = {
        **context,
        "settings": settings,
        "support_hours": weekly_hours().sentence,
        "page_url": page_url,
        "moment": datetime.fromisoformat,
        "activation_url": lambda link_id: page_url("accounts.invitation", token=token_of(link_id, Purpose.ACTIVATION)),
        "nomination_url": lambda link_id: page_url("accounts.invitation", token=token_of(link_id, Purpose.NOMINATION)),
        "reset_url": lambda link_id: page_url("accounts.reset", token=token_of(link_id, Purpose.PASSWORD_RESET)),
        "refuse_reset_url": lambda link_id: page_url(
            "accounts.refuse_reset", token=token_of(link_id, Purpose.FACTOR_RESET)
        ),
        "new_account_url": lambda link_id: page_url(
            "identities.confirmation", token=token_of(link_id, Purpose.NEW_ACCOUNT)
        ),
        "new_email_url": lambda link_id: page_url(
            "personal_data.confirm_new_email", token=token_of(link_id, Purpose.NEW_EMAIL)
        ),
        "tracking_url": lambda request_id, generation: page_url(
            "requests.tracking", token=tracking_token(request_id, generation)
        ),
        "freshness_url": lambda ask_id, account_id: page_url(
            "memory.confirm_by_link", token=freshness_token(ask_id, account_id)
        ),
        "recognition_url": lambda request_id, account_id: page_url(
            "professionals.recognise", token=recognition_token(request_id, account_id)
        ),
    }
    message = Message(
        subject=" ".join(_render(slug, "subject.txt", words).split()),
        recipients=[recipient],
        body=_render(slug, "body.txt", words),
        html=_render(slug, "body.html", words),
        sender=settings.mail_default_sender,
        extra_headers={"Auto-Submitted": "auto-generated"},
    )
    message.msgId = f"<{message_id}@{_domain(settings.mail_default_sender)}>"
    return message


def page_url(endpoint: str, **values: Any) -> str:
    """Absolute URL of a page, on PUBLIC_URL."""
    public = urlsplit(current_settings().public_url)
    adapter = current_app.url_map.bind(public.netloc, script_name=public.path or "/", url_scheme=public.scheme)
    return adapter.build(endpoint, values, force_external=True)


def _render(slug: str, part: str, words: dict[str, Any]) -> str:
    return current_app.jinja_env.get_template(f"emails/{slug}/{part}").render(words)


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].partition("@")[2] or "relais.invalid"
