"""Every page, as everybody who may open it sees it: 320, 390 and 1280 px, light and dark."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.places import PLACES, Place
from tests.support.browser import SCHEMES, accessibility_faults, overflow

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Window = Callable[[str, int], Page]
HEIGHT = 900
LOADS = ((390, "light"), (1280, "dark"))
"""How a page is loaded, and checked by axe: one place this way, the next the other; then resized, in both schemes."""
WIDTHS = (320, 390, 1280)
VIOLATIONS_ONLY = {"resultTypes": ["violations"]}
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
def test_a_page_is_sound_at_every_width_and_scheme(
    place: Place, window: Window, demo_addresses: dict[str, str]
) -> None:
    loaded_at, scheme = LOADS[PLACES.index(place) % len(LOADS)]
    page = window(place.who, loaded_at)
    show(page, loaded_at, scheme)
    arrive(page, place, demo_addresses)
    faults = [f"{loaded_at} px: {fault}" for fault in focus_faults(page)]
    faults += (f"{loaded_at} px, {scheme}: {fault}" for fault in accessibility_faults(page, **VIOLATIONS_ONLY))
    for width, shown in itertools.product(WIDTHS, SCHEMES):
        show(page, width, shown)
        faults += (f"{width} px, {shown}: {fault}" for fault in appearance_faults(page))
    faults += page.watch.faults
    page.watch.faults.clear()
    assert not faults, f"{place.path}:\n  " + "\n  ".join(faults)


def show(page: Page, width: int, scheme: str) -> None:
    """Resized and recoloured: media queries are answered anew at the next frame."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.emulate_media(color_scheme=scheme)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


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


def appearance_faults(page: Page) -> Iterator[str]:
    if sticking_out := overflow(page):
        yield f"{sticking_out} px stick out to the right"
    if (headings := page.locator("h1:visible").count()) != 1:
        yield f"{headings} h1"
    if not page.title().partition(" – ")[0].strip():
        yield f"title {page.title()!r}"


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
