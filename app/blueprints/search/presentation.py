"""Words and addresses of a page of results."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from flask import request, url_for

from app.search.results import Asked, Results
from app.search.suggest import Suggestions
from app.web.french import number_fr, plural

TAB_NAMES = {
    "tous": "Tous",
    "etablissements": "Établissements",
    "unites": "Unités",
    "professionnels": "Professionnels",
}
SORT_NAMES = {
    "pertinence": "Pertinence",
    "nom": "Nom",
    "departement": "Département",
    "recent": "Mise à jour récente",
    "distance": "Distance",
}
WIDENING_NAMES = {"orthographe": "Orthographes proches", "mots": "Un mot peut manquer"}
GROUP_NAMES = ("CPTS et établissements", "Unités", "Professionnels")
CAPPED = "1\u202f000+"
TabElement = tuple[str, str, bool, str, dict[str, Any]]


def tabs(results: Results) -> list[TabElement]:
    """All four, even the empty ones, for the macro `onglets`; their ids keep the focus through a swap."""
    return [
        (
            name,
            CAPPED if results.is_capped(slug) else number_fr(results.total_of(slug)),
            slug == results.asked.tab,
            address(results.asked, tab=slug, page=1),
            {"id": f"onglet-{slug}", "data_onglet": slug, "data_total": results.total_of(slug)},
        )
        for slug, name in TAB_NAMES.items()
    ]


def address(asked: Asked, **changes: Any) -> str:
    """The address of these results, changed; what is by default is left out."""
    return path("search.results") + _query(asked, **changes)


def report(asked: Asked) -> str:
    """Where a problem with these results is told."""
    return path("pages.report") + _query(asked, page=1)


def found_at(text: str) -> str:
    """The address of the results for a text."""
    return f"{path('search.results')}?q={_quoted(text)}"


def path(endpoint: str) -> str:
    """`url_for` of a page of which there is one."""
    return _path(request.script_root, endpoint)


@lru_cache(maxsize=64)
def _path(_root: str, endpoint: str) -> str:
    return url_for(endpoint)


@lru_cache(maxsize=256)
def _quoted(text: str) -> str:
    """As url_for writes it."""
    return quote_plus(text, safe="!$'()*,/:;?@")


def _query(asked: Asked, **changes: Any) -> str:
    """Every value but the text is one of ours."""
    values = {"tab": asked.tab, "sort": asked.sort, "page": asked.page, "widened": asked.widened, **changes}
    query = f"?q={_quoted(asked.text)}"
    if values["tab"] != "tous":
        query += f"&onglet={values['tab']}"
    if values["sort"] != "pertinence":
        query += f"&tri={values['sort']}"
    if values["page"] != 1:
        query += f"&page={values['page']}"
    return query + "".join(f"&elargir={name}" for name in values["widened"])


def widenings(results: Results) -> list[tuple[str, str]]:
    """What was widened, each with the address of the results without it."""
    asked = results.asked
    return [
        (WIDENING_NAMES[name], address(asked, page=1, widened=[other for other in asked.widened if other != name]))
        for name in asked.widened
    ]


def wider(results: Results) -> str | None:
    """The address of the widest results, unless these are: every type, close spellings, a word that may miss."""
    asked, question = results.asked, results.question
    if question.identifier or not question.place_words:
        return None
    possible = ["orthographe", "mots"] if len(question.place_words) > 1 else ["orthographe"]
    already = {*asked.widened, *(["orthographe"] if results.answer.close else [])}
    if set(possible) <= already and asked.tab == "tous":
        return None
    return address(asked, tab="tous", page=1, widened=possible)


def count_words(results: Results) -> str:
    """`7 résultats`, `Plus de 1 000 résultats`, `Aucun résultat`."""
    return _count(results.total, capped=results.is_capped(results.asked.tab))


def suggestion_words(found: Suggestions) -> str:
    if found.total == 1:
        return "Voir le résultat"
    return f"Voir les {CAPPED if found.is_capped else number_fr(found.total)} résultats"


def _count(total: int, *, capped: bool) -> str:
    if capped:
        return "Plus de 1\u202f000 résultats"
    return plural(total, "résultat") if total else "Aucun résultat"
