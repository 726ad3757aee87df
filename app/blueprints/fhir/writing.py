"""From neutral documents to resources and bundles, with the addresses of this portal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from app import clock
from app.domain.fhir_parameters import FINESS, PERSON, RPPS, SIREN, STRUCTURE, UNNAMED
from app.domain.fhir_search import CURSOR, Cursor, cursor_text
from app.domain.published import Document
from app.integrations.ror_fhir import etag, instant, kind_of, resource, systems, tombstone
from app.queries.fhir_search import Row
from app.settings import current_settings
from app.working_days import day_of

Resource = dict[str, Any]
SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
ALWAYS = ("resourceType", "id", "meta")
SYSTEMS = {
    "": UNNAMED,
    systems.FINESS: FINESS,
    systems.NATIONAL_STRUCTURE: STRUCTURE,
    systems.SIRENE: SIREN,
    systems.RPPS: RPPS,
    systems.NATIONAL_PROFESSIONAL: PERSON,
    systems.CATEGORIES: "TRE_R66",
    systems.LEGAL_STATUSES: "TRE_R72",
    systems.UNIT_TYPES: "TRE_R244",
    systems.ACTIVITY_FIELDS: "TRE_R227",
    systems.ACTIVITIES: "TRE_R211",
    systems.CARE_MODES: "TRE_R213",
    systems.PROFESSIONS: "TRE_G15",
    systems.SPECIALITIES: "TRE_R38",
    systems.COMMUNES: "TRE_R13",
    systems.table("TRE_R13-Commune"): "TRE_R13",
}


def nomenclature(system: str) -> str | None:
    """Earlier versions of the guide wrote http where it says https now (DOMAIN.md §3.1)."""
    secure = f"https://{system.removeprefix('http://')}" if system.startswith("http://") else system
    return SYSTEMS.get(secure)


def base() -> str:
    return current_settings().public_address("/fhir")


def written(documents: Iterable[Document]) -> list[Resource]:
    """As the configured generation of the profiles says."""
    settings, today = current_settings(), day_of(clock.now())
    return [resource(one, settings.fhir_generation, settings.region_code, today=today) for one in documents]


def reduced(told: Resource, elements: frozenset[str]) -> Resource:
    """`_elements`: these, what identifies the resource, and the mark of what is not whole."""
    if not elements:
        return told
    kept = {name: value for name, value in told.items() if name in ALWAYS or name.lstrip("_") in elements}
    tags = [*kept["meta"].get("tag", []), SUBSETTED]
    return {**kept, "meta": {**kept["meta"], "tag": tags}}


def address(told: Resource) -> str:
    return f"{base()}/{told['resourceType']}/{told['id']}"


# ── bundles ─────────────────────────────────────────────────────────────────


def with_entries(entries: list[Resource]) -> Resource:
    """Of a Bundle: nothing when there is none, for an array of FHIR is never empty."""
    return {"entry": entries} if entries else {}


def entry(told: Resource, mode: str) -> Resource:
    return {"fullUrl": address(told), "resource": told, "search": {"mode": mode}}


def links(path: str, told: Sequence[tuple[str, str]], here: Cursor | None, follows: Cursor | None) -> list[Resource]:
    """`self` says what was understood; `next` is where this page ends."""

    def url(cursor: Cursor | None) -> str:
        pairs = [*told, *([(CURSOR, cursor_text(cursor))] if cursor else [])]
        return f"{base()}{path}{'?' if pairs else ''}{urlencode(pairs)}"

    found = [{"relation": "self", "url": url(here)}, {"relation": "first", "url": url(None)}]
    return [*found, {"relation": "next", "url": url(follows)}] if follows else found


def changed(row: Row, documents: Mapping[Row, Document]) -> Resource | None:
    """An entry of a history. None: withdrawn since the last batch; the next one will say so."""
    kind = row.resource
    url = f"{kind}/{row.key}"
    if row.gone_at is not None:
        return {"fullUrl": f"{base()}/{url}", **tombstone(row.kind, row.key, row.meta)}
    told = documents.get(row)
    if told is None:
        return None
    born = row.meta.version == 1
    return {
        "fullUrl": f"{base()}/{url}",
        "resource": written([told])[0],
        "request": {"method": "POST" if born else "PUT", "url": str(kind) if born else url},
        "response": {
            "status": "201" if born else "200",
            "etag": etag(row.meta),
            "lastModified": instant(row.meta.updated_at),
        },
    }


def by_row(rows: Sequence[Row], documents: Iterable[Document]) -> dict[Row, Document]:
    found = {(kind_of(one), one.key): one for one in documents}
    return {row: found[row.kind, row.key] for row in rows if (row.kind, row.key) in found}
