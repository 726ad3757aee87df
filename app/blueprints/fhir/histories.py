"""`_history`: what changed since a moment, with what was withdrawn (IHE mCSD, ITI-91)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from flask import Response, request

from app.blueprints.fhir.answers import Refused, Resource, answer, prefers
from app.blueprints.fhir.writing import by_row, changed, links, with_entries
from app.domain.fhir_parameters import ResourceType
from app.domain.fhir_search import CURSOR, DEFAULT_COUNT, MOST_COUNT, Cursor, cursor_from, whole_number
from app.domain.fhir_values import BadSearch
from app.domain.fhir_values import instant as moment
from app.domain.published import Kind
from app.integrations.ror_fhir import instant
from app.queries import fhir_search

UNDERSTOOD = frozenset({"_since", "_count", "_format", "_pretty", CURSOR})


def history(path: str, kinds: Collection[Kind], key: str | None = None) -> Response:
    """One page: the last version of each resource that changed; `meta.lastUpdated` is the next `_since`."""
    since, count, cursor = _asked()
    window = fhir_search.window(since, cursor)
    found = fhir_search.changes(kinds, window, count, cursor, key)
    if key is not None and not found.rows and since is None:
        raise Refused(404, "not-found", "Rien de ce nom n’a été publié.")
    documents = by_row(found.rows, fhir_search.documents(found.rows))
    entries = [entry for row in found.rows if (entry := changed(row, documents))]
    told = [(name, request.args[name]) for name in ("_since", "_count") if name in request.args]
    bundle: Resource = {
        "resourceType": "Bundle",
        "meta": {"lastUpdated": instant(window.next)},
        "type": "history",
    }
    if found.total is not None:
        bundle["total"] = found.total
    bundle["link"] = links(path, told, cursor, found.next)
    return answer(bundle | with_entries(entries))


def of_type(resource: ResourceType) -> Response:
    return history(f"/{resource}/_history", resource.kinds)


def of_all() -> Response:
    return history("/_history", list(Kind))


def of_one(resource: ResourceType, key: str) -> Response:
    return history(f"/{resource}/{key}/_history", resource.kinds, key)


def _asked() -> tuple[datetime | None, int, Cursor | None]:
    """Raises BadSearch."""
    unknown = sorted(set(request.args) - UNDERSTOOD)
    if unknown and prefers("handling=strict"):
        name = unknown[0][:40]
        raise BadSearch(f"L’historique ne connaît pas « {name} ».", name, "not-supported")
    since, count, cursor = (request.args.get(name, "") for name in ("_since", "_count", CURSOR))
    return (
        moment(since, "_since") if since else None,
        max(1, min(whole_number(count, "_count"), MOST_COUNT)) if count else DEFAULT_COUNT,
        cursor_from(cursor) if cursor else None,
    )
