"""What an answer of FHIR looks like: JSON, versions, gzip, and an OperationOutcome when something is wrong."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, request

from app.web.compression import accepts_gzip, gzipped

FHIR_JSON, NDJSON = "application/fhir+json", "application/fhir+ndjson"
JSON_TYPES = frozenset({FHIR_JSON, "application/json", "json", "text/json"})
NDJSON_TYPES = frozenset({NDJSON, "application/ndjson", "ndjson"})
ANY = frozenset({"*/*", "application/*"})
WORTH_PACKING = 1024
CACHED = "public, no-cache"
"""Kept by whoever wants, shown again only once we said that it is still true."""
Resource = dict[str, Any]


@dataclass
class Refused(Exception):
    """A FHIR answer that is no resource: its status, the code of the issue, a French sentence, seconds to wait."""

    status: int
    code: str
    text: str
    wait: int = 0


def outcome(code: str, text: str, *, severity: str = "error", parameter: str = "") -> Resource:
    issue: Resource = {"severity": severity, "code": code, "details": {"text": text}}
    if parameter:
        issue["expression"] = [f"http.{parameter}"]
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def refusal(status: int, code: str, text: str, *, parameter: str = "") -> Response:
    response = body(outcome(code, text, parameter=parameter), status)
    response.headers["Cache-Control"] = "no-store"
    return response


def answer(resource: Resource, *, etag: str | None = None, modified: datetime | None = None) -> Response:
    """200, or 304 to who has it already. `etag`: the version; without one, what the answer says."""
    response = body(resource, 200)
    etag = etag or hashlib.blake2b(response.get_data(), digest_size=12).hexdigest()
    return packed(_conditional(response, etag, modified))


def unchanged(etag: str, modified: datetime) -> Response | None:
    """304 to who has that version, before anything of it is read."""
    response = packed(_conditional(Response(content_type=f"{FHIR_JSON}; charset=utf-8"), etag, modified))
    return response if response.status_code == 304 else None


def _conditional(response: Response, etag: str, modified: datetime | None) -> Response:
    response.set_etag(etag, weak=True)
    if modified is not None:
        response.last_modified = modified
    response.headers["Cache-Control"] = CACHED
    response.vary.update(("Accept", "Prefer"))
    response.make_conditional(request)
    response.headers.pop("Date", None)  # the server's own
    return response


def packed(response: Response) -> Response:
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if response.status_code == 200 and accepts_gzip() and len(body) > WORTH_PACKING:
        response.set_data(b"".join(gzipped([body])))
        response.headers["Content-Encoding"] = "gzip"
    return response


def body(resource: Resource, status: int) -> Response:
    """Keys in the order of the specification; `_pretty` for people."""
    pretty = request.args.get("_pretty") == "true"
    text = json.dumps(resource, ensure_ascii=False, indent=2) if pretty else compact(resource)
    return Response(text, status, content_type=f"{FHIR_JSON}; charset=utf-8")


compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
"""Resources are trees: looking for circles would take a fifth of the time."""


# ── what the client asks for ────────────────────────────────────────────────


def require_json() -> None:
    _require(JSON_TYPES, f"Ce serveur répond en JSON : demandez {FHIR_JSON}.")


def require_ndjson() -> None:
    _require(NDJSON_TYPES, f"Ce fichier est en NDJSON : demandez {NDJSON}.")


def _require(types: frozenset[str], text: str) -> None:
    """Raises Refused (406). `_format` wins over Accept, as R4 says; XML is not spoken here."""
    asked = request.values.get("_format", "").replace(" ", "+")
    wanted = [asked] if asked else [kind for kind, quality in request.accept_mimetypes if quality > 0]
    plain = {kind.partition(";")[0].strip().lower() for kind in wanted}
    said = asked or request.headers.get("Accept", "").strip()
    if said and not plain & (types if asked else types | ANY):
        raise Refused(406, "not-supported", text)


def prefers(what: str) -> bool:
    """`Prefer: handling=strict; respond-async`."""
    told = ",".join(request.headers.getlist("Prefer")).replace(";", ",")
    return what in {one.strip().replace('"', "").lower() for one in told.split(",")}
