"""Every page, as everybody who may open it sees it: 320, 390 and 1280 px, light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.places import PLACES, Place
from tests.support.browser import WIDTHS, accessibility_faults

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Window = Callable[[str, int], Page]
HEIGHT = 900
LOADS = ((390, "light"), (1280, "dark"))
"""How a page is loaded, and checked by axe: one place this way, the next the other; then it is resized."""
VIOLATIONS_ONLY = {"resultTypes": ["violations"]}
LOOK = """async width => {
  while (innerWidth !== width) await new Promise(requestAnimationFrame);
  const root = document.documentElement, titles = [...document.querySelectorAll('h1')];
  return {over: root.scrollWidth - root.clientWidth, title: document.title,
          h1: titles.filter(e => e.checkVisibility({visibilityProperty: true})).length};
}"""
FOCUS = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
  return {
    nothing: e === document.body,
    skip: !!e.closest(".evitement"),
    inside: box.width > 0 && box.top < innerHeight && box.bottom > 0 && box.left < innerWidth && box.right > 0,
    shown: style.visibility === "visible" && style.opacity === "1" && style.outlineStyle !== "none",
  };
}"""


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_page_is_sound_at_every_width(place: Place, window: Window, demo_addresses: dict[str, str]) -> None:
    loaded_at, scheme = LOADS[PLACES.index(place) % len(LOADS)]
    page = window(place.who, loaded_at)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": loaded_at, "height": HEIGHT})
    arrive(page, place, demo_addresses)
    faults = [f"{loaded_at} px: {fault}" for fault in focus_faults(page)]
    faults += (f"{loaded_at} px, {scheme}: {fault}" for fault in accessibility_faults(page, **VIOLATIONS_ONLY))
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        faults += (f"{width} px: {fault}" for fault in appearance_faults(page, width))
    faults += page.watch.faults
    page.watch.faults.clear()
    assert not faults, f"{place.path}:\n  " + "\n  ".join(faults)


def arrive(page: Page, place: Place, addresses: dict[str, str]) -> None:
    page.watch.expected = {place.status, 422}
    answer = page.goto(place.path.format(**addresses))
    assert answer is not None
    assert answer.status == place.status, f"{answer.status} to {answer.url}"
    if place.write:
        page.locator("#q").press_sequentially(place.write)
    if place.press:
        page.locator(place.press).first.press("Enter")
    expect(page.locator(place.shows).first).to_be_visible()


def appearance_faults(page: Page, width: int) -> Iterator[str]:
    seen = page.evaluate(LOOK, width)
    if seen["over"]:
        yield f"{seen['over']} px stick out to the right"
    if seen["h1"] != 1:
        yield f"{seen['h1']} h1"
    if not seen["title"].partition(" – ")[0].strip():
        yield f"title {seen['title']!r}"


def focus_faults(page: Page) -> Iterator[str]:
    """Where nothing has the focus, Tab goes to the skip links; and one always sees where one is."""
    elsewhere = not page.evaluate(FOCUS)["nothing"]
    if not elsewhere:
        page.keyboard.press("Tab")
    found = page.evaluate(FOCUS)
    if not elsewhere and not found["skip"]:
        yield "the first Tab does not reach the skip links"
    if not (found["inside"] and found["shown"]):
        yield f"the focus is not seen: {found}"
