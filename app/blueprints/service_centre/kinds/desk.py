"""What the desk needs to know of a kind of request, so that its pages serve them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.models import Request
from app.policies.actor import Actor
from app.web.forms import PortalForm


def nothing(_request: Request) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, kw_only=True)
class KindDesk:
    """`panel`: the template of /centre/demandes/<id> that shows what was asked and what one needs to know to decide,
    in the variables `asked` (the request) and those of `context`.

    `form`: what is filled in to accept, with the values of `prefill`; `fields` shows it (variable `form`), by default
    each field as its type wants. `accept` runs the use case with the valid form; it raises Invalid (422) or
    ImpossibleNow (409), and may return the sentence that says what was done (otherwise `done`).
    """

    panel: str
    form: type[PortalForm]
    accept: Callable[[Actor, Request, Any], str | None]
    context: Callable[[Request], dict[str, Any]] = nothing
    prefill: Callable[[Request], dict[str, Any]] = nothing
    fields: str = "service_centre/kinds/fields.html"
    title: str = "Accepter"
    button: str = "Accepter"
    done: str = "Demande acceptée. La personne en est informée par courriel."
    refusable: bool = True
