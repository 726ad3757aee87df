"""htmx on a parsed page: the answer is put where htmx would put it, so that a test can compare with a fresh GET."""

from __future__ import annotations

import copy

from bs4 import BeautifulSoup, Tag

from tests.support.page import Page


def swapped(soup: BeautifulSoup, trigger: Tag, answer: Page) -> BeautifulSoup:
    """`soup` after the swap of the answer that `trigger` asked for: its target, its style, the parts out of band."""
    parts = [part for part in answer.soup.children if isinstance(part, Tag)]
    main = [part for part in parts if not part.has_attr("hx-swap-oob") and part.name != "title"]
    target = find_target(soup, trigger, answer)
    place(target, main, swap_style(trigger, answer))
    for part in parts:
        if part.has_attr("hx-swap-oob"):
            out_of_band(soup, part)
    if title := answer.soup.find("title"):
        replace_title(soup, str(title.string))
    return soup


def find_target(soup: BeautifulSoup, trigger: Tag, answer: Page) -> Tag:
    selector = answer.response.headers.get("HX-Retarget") or trigger.get("hx-target") or "this"
    if selector == "this":
        return trigger
    found = soup.select(str(selector))
    assert len(found) == 1, f"hx-target {selector!r} finds {len(found)} elements"
    return found[0]


def swap_style(trigger: Tag, answer: Page) -> str:
    style = answer.response.headers.get("HX-Reswap") or trigger.get("hx-swap") or "innerHTML"
    return str(style).split()[0]


def place(target: Tag, parts: list[Tag], style: str) -> None:
    copies = [copy.copy(part) for part in parts]
    if style == "innerHTML":
        target.clear()
        target.extend(copies)
    elif style == "outerHTML":
        target.replace_with(*copies)
    elif style == "beforeend":
        target.extend(copies)
    elif style == "delete":
        target.decompose()
    else:
        assert style == "none", f"hx-swap={style} is not used in this house"


def out_of_band(soup: BeautifulSoup, part: Tag) -> None:
    """`true` (outerHTML by id), `style`, or `style:selector`."""
    style, _, selector = str(part["hx-swap-oob"]).partition(":")
    found = soup.select(selector or f"#{part['id']}")
    assert len(found) == 1, f"hx-swap-oob={part['hx-swap-oob']!r} finds {len(found)} elements"
    fresh = copy.copy(part)
    del fresh["hx-swap-oob"]
    if style in {"true", "outerHTML"}:
        found[0].replace_with(fresh)
    else:
        place(found[0], [child for child in fresh.children if isinstance(child, Tag)], style)


def replace_title(soup: BeautifulSoup, text: str) -> None:
    assert soup.title is not None
    soup.title.string = text
