"""Words and addresses of a page of results."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote_plus

from flask import request, url_for
from markupsafe import Markup, escape

from app.search.engine import COUNTED
from app.search.places import NamedCommune
from app.search.results import Results
from app.search.suggest import Suggestions
from app.web.french import number_fr, plural
from app.web.marking import slot

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
TabElement = tuple[str, Markup, bool, Markup, dict[str, Any]]


class Frame(NamedTuple):
    """The shape of a page of results: all that its template may look at. Texts and numbers of the question have slots:
    text, quoted (in an address), words (« 7 résultats »), total, count_… and total_… of each tab, communes, lines."""

    is_fragment: bool
    asked: bool
    tab: str
    sort: str
    page: int
    pages: int
    widened: tuple[str, ...]
    wider: tuple[str, ...]
    """What the widest results would add; nothing when these are."""
    sorts: tuple[str, ...]
    found: bool
    """Anything in this tab."""
    found_elsewhere: bool
    several: bool
    shown: bool
    """Anything on this page."""
    capped: bool
    close: bool
    by_address: bool


def frame_of(results: Results, *, is_fragment: bool) -> Frame:
    asked, total = results.asked, results.total
    return Frame(
        is_fragment=is_fragment,
        asked=bool(asked.text),
        tab=asked.tab,
        sort=asked.sort,
        page=asked.page,
        pages=results.pages,
        widened=asked.widened,
        wider=_wider(results),
        sorts=results.sorts,
        found=total > 0,
        found_elsewhere=results.answer.total > 0,
        several=total > 1,
        shown=bool(results.rows),
        capped=results.is_capped(asked.tab),
        close=results.answer.close,
        by_address=results.answer.by_address,
    )


def texts_of(results: Results) -> dict[str, bytes]:
    """What goes into the slots, but the lines and the communes."""
    texts = question_texts(results.asked.text)
    texts["words"] = count_words(results).encode()
    texts["total"] = b"%d" % results.total
    for slug in TAB_NAMES:
        total = results.total_of(slug)
        texts[f"total_{slug}"] = texts[f"count_{slug}"] = b"%d" % total
        if total == COUNTED:
            texts[f"count_{slug}"] = (CAPPED if results.is_capped(slug) else number_fr(total)).encode()
    return texts


def question_texts(text: str) -> dict[str, bytes]:
    """As it is read, and as `url_for` writes it in an address."""
    quoted = quote_plus(text, safe="!$'()*,/:;?@")
    return {"text": escape(text).encode(), "quoted": escape(quoted).encode()}


def tabs(frame: Frame) -> list[TabElement]:
    """All four, even the empty ones, for the macro `onglets`; their ids keep the focus through a swap."""
    return [
        (
            name,
            slot(f"count_{slug}"),
            slug == frame.tab,
            address(frame, tab=slug, page=1),
            {"id": f"onglet-{slug}", "data_onglet": slug, "data_total": slot(f"total_{slug}")},
        )
        for slug, name in TAB_NAMES.items()
    ]


def address(frame: Frame, endpoint: str = "search.results", **changes: Any) -> Markup:
    """The address of these results, changed; what is by default is left out."""
    values = {"tab": frame.tab, "sort": frame.sort, "page": frame.page, "widened": frame.widened, **changes}
    made = found_at(endpoint)
    if values["tab"] != "tous":
        made += f"&onglet={values['tab']}"
    if values["sort"] != "pertinence":
        made += f"&tri={values['sort']}"
    if values["page"] != 1:
        made += f"&page={values['page']}"
    for name in values["widened"]:
        made += f"&elargir={name}"
    return made


def pages(frame: Frame) -> Callable[[int, str], Markup]:
    """For the macro `pagination`."""
    return lambda number, _parameter: address(frame, page=number)


def found_at(endpoint: str = "search.results") -> Markup:
    """The address of a page about the text that is asked."""
    return escape(path(endpoint)) + "?q=" + slot("quoted")


def path(endpoint: str) -> str:
    """`url_for` of a page of which there is one."""
    return _path(request.script_root, endpoint)


@lru_cache(maxsize=64)
def _path(_root: str, endpoint: str) -> str:
    return url_for(endpoint)


def widenings(frame: Frame) -> list[tuple[str, Markup]]:
    """What was widened, each with the address of the results without it."""
    return [
        (WIDENING_NAMES[name], address(frame, page=1, widened=[other for other in frame.widened if other != name]))
        for name in frame.widened
    ]


def _wider(results: Results) -> tuple[str, ...]:
    """The widest results: every type, close spellings, a word that may miss."""
    asked, question = results.asked, results.question
    if question.identifier or not question.place_words:
        return ()
    possible = ("orthographe", "mots") if len(question.place_words) > 1 else ("orthographe",)
    already = {*asked.widened, *(("orthographe",) if results.answer.close else ())}
    return () if already.issuperset(possible) and asked.tab == "tous" else possible


def told_communes(results: Results) -> list[tuple[NamedCommune, bool]]:
    """Those that the text names and a word is said about, each with whether a CPTS has it in its zone."""
    served = results.answer.places.served
    told = [(commune, commune.insee in served) for commune in results.communes]
    return [(commune, is_served) for commune, is_served in told if is_served or not results.total]


def count_words(results: Results) -> str:
    """`7 résultats`, `Plus de 1 000 résultats`, `Aucun résultat`."""
    if results.is_capped(results.asked.tab):
        return "Plus de 1\u202f000 résultats"
    return plural(results.total, "résultat") if results.total else "Aucun résultat"


def suggestion_words(found: Suggestions) -> str:
    if found.total == 1:
        return "Voir le résultat"
    return f"Voir les {CAPPED if found.is_capped else number_fr(found.total)} résultats"
