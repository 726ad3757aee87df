"""What every HTML answer of the portal obeys, as a list of sentences that is empty when all is well."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

from bs4 import BeautifulSoup, Tag

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNLABELLED_TYPES = {"hidden", "submit", "button", "reset", "image"}
REFERENCES = {"for", "aria-describedby", "aria-labelledby", "aria-errormessage", "aria-activedescendant"}
LEAKS = re.compile(r"\{\{|\{%|%\(|<Undefined|object at 0x")
TEMPLATE_NONE = {"None", "True", "False", "nan"}


def page_faults(html: str, soup: BeautifulSoup | None = None) -> list[str]:
    """Faults of a whole page; `soup` when it has been parsed already."""
    soup = soup or BeautifulSoup(html, "html.parser")
    return [*whole_page(html, soup), *anywhere(html, soup)]


def fragment_faults(html: str, soup: BeautifulSoup | None = None) -> list[str]:
    """Faults of what htmx swaps in: one root with an id; beside it only a title and out-of-band parts."""
    soup = soup or BeautifulSoup(html, "html.parser")
    return [*fragment_shape(soup), *anywhere(html, soup)]


def whole_page(html: str, soup: BeautifulSoup) -> Iterator[str]:
    if not html.lstrip().lower().startswith("<!doctype html>"):
        yield "no <!doctype html>"
    root = soup.html
    if root is None or root.get("lang") != "fr":
        yield "<html lang> is not fr"
    for name in ("title", "h1", "main"):
        # an svg may hold a <title> of its own
        found = [tag for tag in soup.find_all(name) if not tag.find_parent("svg")]
        if len(found) != 1 or not found[0].get_text(strip=True):
            yield f"{len(found)} <{name}>, one with text expected"
    yield from dangling_references(soup)
    yield from skipped_headings(soup)


def fragment_shape(soup: BeautifulSoup) -> Iterator[str]:
    if soup.find(["html", "head", "body"]):
        yield "a fragment holds a whole page"
    roots = [child for child in soup.children if isinstance(child, Tag)]
    main = [tag for tag in roots if tag.name != "title" and not tag.has_attr("hx-swap-oob")]
    if len(main) > 1 or not roots:
        yield f"{len(main)} roots in a fragment: {[tag.name for tag in main]}"
    yield from (f"the root <{tag.name}> of a fragment has no id" for tag in main if not tag.get("id"))


def anywhere(html: str, soup: BeautifulSoup) -> Iterator[str]:
    yield from unbalanced(html)
    yield from duplicate_ids(soup)
    yield from inline_code(soup)
    yield from unprotected_forms(soup)
    yield from unlabelled_controls(soup)
    yield from nameless(soup)
    yield from leaks(soup)


def duplicate_ids(soup: BeautifulSoup) -> Iterator[str]:
    counted = Counter(str(tag["id"]) for tag in soup.find_all(id=True))
    yield from (f"id {name!r} appears {count} times" for name, count in counted.items() if count > 1)
    yield from (f"id {name!r} is not an id" for name in counted if not name or re.search(r"\s", name))


def dangling_references(soup: BeautifulSoup) -> Iterator[str]:
    tags = soup.find_all(True)
    known = {str(tag["id"]) for tag in tags if tag.has_attr("id")}
    for tag in tags:
        if tag.name == "dialog" and not tag.contents:
            continue  # htmx brings its content, and the title that names it
        for attribute in REFERENCES & tag.attrs.keys():
            missing = set(str(tag[attribute]).split()) - known
            yield from (f"{attribute} of <{tag.name}> points to {name!r}, absent" for name in sorted(missing))


def skipped_headings(soup: BeautifulSoup) -> Iterator[str]:
    level = 0
    for heading in soup.find_all(re.compile(r"^h[1-6]$")):
        if heading.find_parent("dialog"):
            continue
        step = int(heading.name[1])
        if level and step > level + 1:
            yield f"<{heading.name}> {heading.get_text(' ', strip=True)!r} follows an h{level}"
        level = step


def inline_code(soup: BeautifulSoup) -> Iterator[str]:
    """The content security policy forbids it; this says where it is."""
    yield from ("inline <style>" for _ in soup.find_all("style"))
    yield from ("inline <script>" for tag in soup.find_all("script") if not tag.get("src"))
    for tag in soup.find_all(True):
        for name, value in tag.attrs.items():
            if name == "style" or name.startswith(("on", "hx-on", "data-hx-on")):
                yield f"inline {name} on <{tag.name}>"
            if name in {"href", "action", "src"} and str(value).strip().lower().startswith("javascript:"):
                yield f"javascript: in {name} of <{tag.name}>"


def unprotected_forms(soup: BeautifulSoup) -> Iterator[str]:
    for form in soup.find_all("form"):
        unsafe = str(form.get("method", "get")).lower() == "post"
        tokens = form.select("input[type=hidden][name=csrf_token]")
        where = f"form {form.get('action', '(here)')}"
        if unsafe and not (len(tokens) == 1 and tokens[0].get("value")):
            yield f"{where}: {len(tokens)} csrf_token in a post form"
        if not unsafe and tokens:
            yield f"{where}: csrf_token in a get form would be written in the address"


def unlabelled_controls(soup: BeautifulSoup) -> Iterator[str]:
    targets = {str(label["for"]) for label in soup.find_all("label", attrs={"for": True})}
    for control in soup.find_all(["input", "select", "textarea"]):
        if control.get("type") in UNLABELLED_TYPES:
            continue
        named = control.get("aria-label") or control.get("aria-labelledby") or control.get("id") in targets
        if not named and not control.find_parent("label"):
            yield f"<{control.name} name={control.get('name')!r}> has no label"


def nameless(soup: BeautifulSoup) -> Iterator[str]:
    """Links, buttons and pictures that a screen reader could not name."""
    for tag in soup.find_all(["a", "button"]):
        if not accessible_name(tag):
            yield f"nameless <{tag.name}>: {str(tag)[:120]}"
        if tag.name == "a" and tag.get("href") in {None, "", "#"}:
            yield f"link to nowhere: {tag.get_text(' ', strip=True)!r}"
    yield from (f"<img src={tag.get('src')!r}> has no alt" for tag in soup.find_all("img") if not tag.has_attr("alt"))


def accessible_name(tag: Tag) -> str:
    pictures = " ".join(str(image.get("alt", "")) for image in tag.find_all("img"))
    labelled = " ".join(str(inner["aria-label"]) for inner in tag.find_all(attrs={"aria-label": True}))
    own = str(tag.get("aria-label") or tag.get("aria-labelledby") or tag.get("title") or "")
    return f"{tag.get_text(strip=True)}{pictures}{labelled}{own}".strip()


def leaks(soup: BeautifulSoup) -> Iterator[str]:
    """Template code, or Python's own words, where a person reads."""
    for text in soup.find_all(string=True):
        content = str(text).strip()
        if content in TEMPLATE_NONE or LEAKS.search(content):
            yield f"leak: {content[:60]!r}"


def unbalanced(html: str) -> list[str]:
    balance = Balance()
    balance.feed(html)
    balance.close()
    return balance.faults + [f"<{name}> of line {line} is never closed" for name, line in balance.open]


class Balance(HTMLParser):
    """Every element that opens closes, in order: browsers repair what does not, each in its own way."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, int]] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        repeated = [name for name, count in Counter(name for name, _ in attrs).items() if count > 1]
        self.faults += [f"attribute {name} twice on <{tag}>, line {self.getpos()[0]}" for name in repeated]
        if tag not in VOID:
            self.open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<use/>` opens and closes at once."""

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1][0] == tag:
            self.open.pop()
        else:
            opened = f"<{self.open[-1][0]}> of line {self.open[-1][1]}" if self.open else "nothing"
            self.faults.append(f"</{tag}> at line {self.getpos()[0]} closes {opened}")
