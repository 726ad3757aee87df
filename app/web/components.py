"""What templates may call: French formats, page numbers, form errors, rights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Flask, get_flashed_messages, request
from markupsafe import Markup, escape
from werkzeug.local import LocalProxy

from app.policies.actor import Actor
from app.version import __version__
from app.web import french, names
from app.web.access import can, current_actor
from app.web.frame import frame_actor, is_without_account
from app.web.navigation import main_navigation

FILTERS = (
    french.date_fr,
    french.datetime_fr,
    french.month_fr,
    french.time_fr,
    french.relative_fr,
    french.iso,
    french.hours_fr,
    french.km_fr,
    french.number_fr,
    french.phone_fr,
    french.phone_uri,
    french.initials,
    french.is_web_address,
    french.web_label,
    french.plural,
    french.size_fr,
    french.lower_first,
    names.name_fr,
    names.street_fr,
)


def init_app(app: Flask) -> None:
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    for function in FILTERS:
        env.filters[function.__name__] = function
        env.globals[function.__name__] = function
    env.filters["html_attributes"] = html_attributes
    env.filters["form_errors"] = form_errors
    env.globals.update(
        actor=LocalProxy(current_actor),
        can=can,
        flashed_messages=flashed_messages,
        main_navigation=main_navigation,
        page_url=page_url,
        page_numbers=page_numbers,
        settings=app.extensions["settings"],
        signed_in_person=signed_in_person,
        portal_version=__version__,
    )


def signed_in_person() -> Actor | None:
    """Whom the header greets, if anyone."""
    actor = frame_actor()
    return actor if actor.account_id else None


def flashed_messages() -> list[tuple[str, str]]:
    """(tone, sentence) of what was just done; none on an error page, which must not depend on a session."""
    if is_without_account():
        return []
    messages: list[tuple[str, str]] = get_flashed_messages(with_categories=True)  # type: ignore[assignment]
    return messages


def html_attributes(values: Mapping[str, Any]) -> Markup:
    """Keyword arguments of a macro as attributes: `hx_get="/x"` gives ` hx-get="/x"`; True has no value."""
    parts: list[str] = []
    for name, value in values.items():
        if value is None or value is False:
            continue
        attribute = escape(name.rstrip("_").replace("_", "-"))
        parts.append(f" {attribute}" if value is True else f' {attribute}="{escape(value)}"')
    return Markup("".join(parts))  # noqa: S704  names and values are escaped above


def form_errors(source: Any) -> list[tuple[str, str]]:
    """(anchor, message) of each field in error, in the order of the form; a list passes as it is."""
    if not hasattr(source, "errors"):
        return list(source or [])
    found = [error for field in source for error in _of_field(field)]
    return [*found, *(("", message) for message in getattr(source, "form_errors", []))]


def _of_field(field: Any) -> Iterator[tuple[str, str]]:
    """Those of the rows of a list come first, each on its own input."""
    for entry in getattr(field, "entries", ()):
        yield from _of_field(entry)
    if hasattr(field, "form_class"):
        yield from (error for inner in field.form for error in _of_field(inner))
        return
    own = [message for message in field.errors if isinstance(message, str)]
    yield from (("" if field.name == "csrf_token" else field.id, message) for message in own[:1])


def page_url(number: int, parameter: str = "page") -> str:
    """The current address, on another page."""
    kept = [(k, v) for k, v in request.args.items(multi=True) if k != parameter]
    query = urlencode([*kept, (parameter, number)] if number > 1 else kept)
    address = request.script_root + request.path
    return f"{address}?{query}" if query else address


def page_numbers(current: int, last: int) -> Iterator[int | None]:
    """First, last and the neighbours of the current page; None where numbers are skipped."""
    shown = sorted({1, last, *range(max(1, current - 1), min(last, current + 1) + 1)})
    previous = 0
    for number in shown:
        if number - previous > 1:
            yield None
        yield number
        previous = number
