"""`/fhir`: read, search, history, export and what it can do. No session, no cookie, nothing but what is public."""

from __future__ import annotations

from flask import Blueprint, Response, request

from app import db
from app.blueprints.fhir import answers, capability, exports, failures, guide, histories
from app.blueprints.fhir.answers import Refused, answer, outcome, prefers, require_json, require_ndjson, unchanged
from app.blueprints.fhir.including import brought
from app.blueprints.fhir.writing import base, entry, links, nomenclature, reduced, with_entries, written
from app.domain.fhir_parameters import ResourceType
from app.domain.fhir_search import TRUNCATED_AT, Pairs, Reading, parse
from app.domain.fhir_values import RESOURCE_ID, alternatives
from app.extensions import csrf
from app.integrations.ror_fhir import etag
from app.queries import fhir_search
from app.web.access import public
from app.web.limits import DOWNLOAD, FHIR, READING, limited

bp = Blueprint("fhir", __name__, url_prefix="/fhir")
failures.register(bp)
TRUNCATED = (
    f"Une recherche donne au plus {TRUNCATED_AT} résultats, et celle-ci en a davantage. "
    "Affinez-la, ou prenez tout avec $export."
)
TOO_MUCH_ALONG = (
    "Tout ce qui devait accompagner cette page n’y est pas. Demandez moins de résultats à la fois (_count), "
    "ou cherchez directement ce qui manque."
)


@bp.get("", endpoint="guide")
@public
def guide_page() -> str:
    return guide.page()


@bp.get("/metadata")
@public(cacheable=True)
@limited(FHIR, READING)
def metadata() -> Response:
    require_json()
    return answer(capability.statement())


@bp.get("/<resource_type>")
@public(cacheable=True)
@limited(FHIR, READING)
def search(resource_type: str) -> Response:
    return _search(_type(resource_type), [*request.args.items(multi=True)])


@bp.post("/<resource_type>/_search")
@csrf.exempt  # type: ignore[untyped-decorator]
@public(cacheable=True)
@limited(FHIR)
def search_by_form(resource_type: str) -> Response:
    """A search whose parameters are too long for an address: it reads, and can do nothing else."""
    db.read_only()
    return _search(_type(resource_type), [*request.args.items(multi=True), *request.form.items(multi=True)])


@bp.get("/<resource_type>/<resource_id>")
@public(cacheable=True)
@limited(FHIR, READING)
def read(resource_type: str, resource_id: str) -> Response:
    require_json()
    resource = _type(resource_type)
    row = fhir_search.row_of(resource, resource_id) if RESOURCE_ID.fullmatch(resource_id) else None
    if row is None:
        raise Refused(404, "not-found", f"Aucune ressource {resource} publiée ne porte ce numéro.")
    version, modified = etag(row.meta)[3:-1], row.meta.updated_at
    known = unchanged(version, modified) if row.gone_at is None else None
    if known and fhir_search.nothing_waits():
        return known
    documents = fhir_search.documents([row])
    if not documents:
        raise Refused(410, "deleted", "Cette ressource n’est plus publiée.")
    return answer(reduced(written(documents)[0], _elements()), etag=version, modified=modified)


@bp.get("/_history")
@public(cacheable=True)
@limited(FHIR, READING)
def history_of_all() -> Response:
    require_json()
    return histories.of_all()


@bp.get("/<resource_type>/_history")
@public(cacheable=True)
@limited(FHIR, READING)
def history_of_type(resource_type: str) -> Response:
    require_json()
    return histories.of_type(_type(resource_type))


@bp.get("/<resource_type>/<resource_id>/_history")
@public(cacheable=True)
@limited(FHIR, READING)
def history_of_one(resource_type: str, resource_id: str) -> Response:
    require_json()
    return histories.of_one(_type(resource_type), resource_id)


@bp.get("/$export")
@public(cacheable=True)
@limited(DOWNLOAD, READING)
def export() -> Response:
    return exports.begin()


@bp.get("/<resource_type>/$export")
@public(cacheable=True)
@limited(DOWNLOAD, READING)
def export_type(resource_type: str) -> Response:
    return exports.begin(_type(resource_type))


@bp.get("/exports/<token>")
@public(cacheable=True)
@limited(FHIR, READING)
def export_manifest(token: str) -> Response:
    return exports.manifest(token)


@bp.get("/exports/<token>/<resource_type>.ndjson")
@public(cacheable=True)
@limited(DOWNLOAD, READING)
def export_file(token: str, resource_type: str) -> Response:
    require_ndjson()
    return exports.file(token, _type(resource_type))


@bp.get(f"/exports/<token>/<resource_type>.{exports.DELETED}.ndjson")
@public(cacheable=True)
@limited(DOWNLOAD, READING)
def export_deleted(token: str, resource_type: str) -> Response:
    require_ndjson()
    return exports.deleted(token, _type(resource_type))


def _type(name: str) -> ResourceType:
    try:
        return ResourceType(name)
    except ValueError:
        known = ", ".join(ResourceType)
        raise Refused(404, "not-supported", f"Ce serveur ne connaît pas « {name[:40]} ». Il sert : {known}.") from None


def _elements() -> frozenset[str]:
    return frozenset(name.strip() for name in alternatives(request.args.get("_elements", "")))


def _search(resource: ResourceType, pairs: Pairs) -> Response:
    require_json()
    asked = parse(resource, pairs, Reading(base(), nomenclature, strict=prefers("handling=strict")))
    found = fhir_search.find(asked)
    matches = written(fhir_search.documents(found.rows))
    along, cut = brought(asked, matches) if asked.followed else ([], False)
    missing = [text for left_out, text in ((found.truncated, TRUNCATED), (cut, TOO_MUCH_ALONG)) if left_out]
    bundle: answers.Resource = {"resourceType": "Bundle", "type": "searchset"}
    if found.total is not None:
        bundle["total"] = found.total
    bundle["link"] = links(f"/{resource}", asked.told, asked.cursor, found.next)
    entries = [
        *(entry(reduced(one, asked.elements), "match") for one in matches),
        *(entry(one, "include") for one in along),
        *(_said(text) for text in missing),
    ]
    return answer(bundle | with_entries(entries))


def _said(text: str) -> answers.Resource:
    return {"resource": outcome("too-costly", text, severity="warning"), "search": {"mode": "outcome"}}
