"""`$export` (Bulk Data Access 2.0): the whole directory as NDJSON, made while it is sent.

The three steps of the standard are there, and the server keeps nothing between them: what was asked is in the signed
address of the export, so the files are ready at once and no one waits. Each file is read chunk by chunk from one moment
of the database. A change that comes between two files is in the later one, and in the next `_since` as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlencode

from flask import Response, jsonify, request

from app import clock, db
from app.blueprints.fhir import answers
from app.blueprints.fhir.answers import NDJSON, NDJSON_TYPES, Refused, compact, prefers
from app.blueprints.fhir.writing import base, written
from app.credentials.links import export_token, resolve_export
from app.domain.fhir_parameters import ResourceType
from app.domain.fhir_values import BadSearch, alternatives
from app.domain.fhir_values import instant as moment
from app.integrations.ror_fhir import instant
from app.queries import fhir_search
from app.queries.published import last_change
from app.web.downloads import streamed

OPEN_FOR = timedelta(hours=24)
UNDERSTOOD = frozenset({"_type", "_since", "_outputFormat", "_format", "_pretty"})
DELETED = "deleted"
AT_ONCE = BoundedSemaphore(2)
"""Files that a process sends at the same time: slow readers leave threads to everybody else (gunicorn.conf.py)."""


@dataclass(frozen=True, slots=True)
class Export:
    """`until`: the transactionTime, which is the next `_since`."""

    types: tuple[ResourceType, ...]
    since: datetime | None
    until: datetime
    expires: datetime
    asked: str

    @property
    def token(self) -> str:
        since = self.since.isoformat() if self.since else None
        told = [one.value for one in self.types]
        return export_token([told, since, self.until.isoformat(), self.expires.isoformat(), self.asked])


def begin(only: ResourceType | None = None) -> Response:
    """202: where the manifest is."""
    started = _asked(only)
    text = "L’export est prêt : lisez l’adresse donnée par Content-Location."
    response = answers.packed(answers.body(answers.outcome("informational", text, severity="information"), 202))
    response.headers["Content-Location"] = f"{base()}/exports/{started.token}"
    response.headers["Cache-Control"] = "no-store"
    return response


def _asked(only: ResourceType | None) -> Export:
    """Raises BadSearch. What an export does not know how to leave out is refused, unless the client is lenient."""
    unknown = sorted(set(request.args) - UNDERSTOOD)
    if unknown and not prefers("handling=lenient"):
        raise BadSearch(f"L’export ne connaît pas « {unknown[0][:40]} ».", unknown[0][:40], "not-supported")
    if (told := request.args.get("_outputFormat", NDJSON).replace(" ", "+")) not in NDJSON_TYPES:
        raise BadSearch(f"L’export est en {NDJSON}, pas en « {told[:40]} ».", "_outputFormat", "not-supported")
    since = moment(request.args["_since"], "_since") if request.args.get("_since") else None
    pairs = [(name, value) for name, value in request.args.items(multi=True) if name in UNDERSTOOD]
    path = f"/{only}/$export" if only else "/$export"
    return Export(
        types=(only,) if only else _types(request.args.getlist("_type")),
        since=since,
        until=max(filter(None, (since, last_change() + fhir_search.TICK))),
        expires=clock.now() + OPEN_FOR,
        asked=f"{base()}{path}{'?' if pairs else ''}{urlencode(pairs)}",
    )


def _types(told: Sequence[str]) -> tuple[ResourceType, ...]:
    names = [name.strip() for value in told for name in alternatives(value)]
    known = {one.value: one for one in ResourceType}
    for name in names:
        if name not in known:
            raise BadSearch(f"Ce serveur n’exporte pas de « {name[:40]} ».", "_type", "not-supported")
    return tuple(known[name] for name in dict.fromkeys(names)) or tuple(ResourceType)


# ── what the signed address gives ───────────────────────────────────────────


def opened(token: str) -> Export:
    """Raises Refused: 404 to what we did not sign, 410 to what is over."""
    told = resolve_export(token)
    if told is None:
        raise Refused(404, "not-found", "Cet export n’existe pas. Demandez-en un par $export.")
    types, since, until, expires, asked = told
    found = Export(
        types=tuple(ResourceType(one) for one in _list(types)),
        since=datetime.fromisoformat(str(since)) if since else None,
        until=datetime.fromisoformat(str(until)),
        expires=datetime.fromisoformat(str(expires)),
        asked=str(asked),
    )
    if found.expires <= clock.now():
        raise Refused(410, "deleted", "Cet export a plus de vingt-quatre heures. Demandez-en un autre par $export.")
    return found


def _list(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def manifest(token: str) -> Response:
    held = opened(token)
    where = f"{base()}/exports/{token}"
    told: dict[str, Any] = {
        "transactionTime": instant(held.until),
        "request": held.asked,
        "requiresAccessToken": False,
        "output": [{"type": one.value, "url": f"{where}/{one}.ndjson"} for one in held.types],
        "deleted": [{"type": "Bundle", "url": f"{where}/{one}.{DELETED}.ndjson"} for one in held.types if held.since],
        "error": [],
    }
    response = jsonify(told)
    response.headers["Expires"] = f"{held.expires:%a, %d %b %Y %H:%M:%S} GMT"
    response.headers["Cache-Control"] = "no-store"
    return response


def file(token: str, resource: ResourceType) -> Response:
    held = _holding(token, resource)
    return _sent(_lines(resource, held.since), held, resource.value)


def deleted(token: str, resource: ResourceType) -> Response:
    held = _holding(token, resource)
    return _sent(_bundles(resource, held.since) if held.since else iter(()), held, f"{resource}.{DELETED}")


def _holding(token: str, resource: ResourceType) -> Export:
    held = opened(token)
    if resource not in held.types:
        raise Refused(404, "not-found", "Cet export ne contient pas ce fichier.")
    return held


def _sent(lines: Iterator[str], held: Export, name: str) -> Response:
    db.hold_still()
    response = streamed(_in_turn(lines), NDJSON, f"{name}-{held.until.isoformat()}", None)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.ndjson"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _in_turn(lines: Iterator[str]) -> Iterator[str]:
    """Raises Refused before the first line."""
    if not AT_ONCE.acquire(blocking=False):
        raise Refused(503, "throttled", "Trop d’exports sont lus en ce moment. Réessayez dans une minute.", wait=60)
    try:
        yield from lines
    finally:
        AT_ONCE.release()


def _lines(resource: ResourceType, since: datetime | None) -> Iterator[str]:
    for documents in fhir_search.stream(resource, since):
        for told in written(documents):
            yield f"{compact(told)}\n"


def _bundles(resource: ResourceType, since: datetime) -> Iterator[str]:
    """A line a chunk: a transaction that takes away what is not served any more."""
    for rows in fhir_search.stream_gone(resource, since):
        entries = [{"request": {"method": "DELETE", "url": f"{resource}/{row.key}"}} for row in rows]
        yield f"{compact({'resourceType': 'Bundle', 'type': 'transaction', 'entry': entries})}\n"
