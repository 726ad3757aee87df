"""A mail before it is written: its slug (folder in templates/emails/), its recipient, what its words need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Body = Mapping[str, Any]
Handler = Callable[[Body], Iterable["Mail"]]

HANDLERS: dict[str, Handler] = {}


@dataclass(frozen=True)
class Mail:
    """`context` is JSON: names, sentences, ids of links; tokens are made only when the mail is written.

    `even_suspended`: it is about the recipient's own account. Any other mail to an account that is suspended or closed
    is dropped.
    """

    slug: str
    recipient: str
    context: dict[str, Any] = field(default_factory=dict)
    topic: str | None = None
    even_suspended: bool = False


def announces(event_name: str) -> Callable[[Handler], Handler]:
    """Register the function that turns that event's body into mails."""

    def register(handler: Handler) -> Handler:
        HANDLERS[event_name] = handler
        return handler

    return register
