"""What every HTML answer of the portal obeys, as a list of sentences that is empty when all is well."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNLABELLED_TYPES = {"hidden", "submit", "button", "reset", "image"}
REFERENCES = {"for", "aria-describedby", "aria-labelledby", "aria-errormessage", "aria-activedescendant"}
LEAKS = re.compile(r"\{\{|\{%|%\(|<Undefined|object at 0x")
TEMPLATE_NONE = {"None", "True", "False", "nan"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
MARKUP = re.compile(
    r"""<!--.*?-->|<!doctype[^>]*>|<(?P<close>/)?(?P<name>[a-z][^\s/>]*)(?P<rest>(?:[^>"']++|"[^"]*"|'[^']*')*+)>|<(?=[a-z/!])""",
    re.IGNORECASE | re.DOTALL,
)
ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?""")


def page_faults(html: str, soup: BeautifulSoup | None = None) -> list[str]:
    """Faults of a whole page; `soup` when it has been parsed already."""
    soup = soup or BeautifulSoup(html, "html.parser")
    tags = [element for element in soup.descendants if isinstance(element, Tag)]
    return [*whole_page(html, soup, tags), *anywhere(html, soup, tags)]


def fragment_faults(html: str, soup: BeautifulSoup | None = None) -> list[str]:
    """Faults of what htmx swaps in: one root with an id; beside it only a title and out-of-band parts."""
    soup = soup or BeautifulSoup(html, "html.parser")
    tags = [element for element in soup.descendants if isinstance(element, Tag)]
    return [*fragment_shape(soup, tags), *anywhere(html, soup, tags)]


def whole_page(html: str, soup: BeautifulSoup, tags: list[Tag]) -> Iterator[str]:
    if not html.lstrip().lower().startswith("<!doctype html>"):
        yield "no <!doctype html>"
    root = soup.html
    if root is None or root.get("lang") != "fr":
        yield "<html lang> is not fr"
    for name in ("title", "h1", "main"):
        # an svg may hold a <title> of its own
        found = [tag for tag in tags if tag.name == name and not tag.find_parent("svg")]
        if len(found) != 1 or not found[0].get_text(strip=True):
            yield f"{len(found)} <{name}>, one with text expected"
    yield from dangling_references(tags)
    yield from skipped_headings(tags)


def fragment_shape(soup: BeautifulSoup, tags: list[Tag]) -> Iterator[str]:
    if any(tag.name in {"html", "head", "body"} for tag in tags):
        yield "a fragment holds a whole page"
    roots = [child for child in soup.children if isinstance(child, Tag)]
    main = [tag for tag in roots if tag.name != "title" and not tag.has_attr("hx-swap-oob")]
    if len(main) > 1 or not roots:
        yield f"{len(main)} roots in a fragment: {[tag.name for tag in main]}"
    yield from (f"the root <{tag.name}> of a fragment has no id" for tag in main if not tag.get("id"))


def anywhere(html: str, soup: BeautifulSoup, tags: list[Tag]) -> Iterator[str]:
    yield from unbalanced(html)
    yield from duplicate_ids(tags)
    yield from inline_code(tags)
    yield from unprotected_forms(tags)
    yield from unlabelled_controls(tags)
    yield from nameless(tags)
    yield from leaks(soup)


def duplicate_ids(tags: list[Tag]) -> Iterator[str]:
    counted = Counter(str(tag["id"]) for tag in tags if tag.has_attr("id"))
    yield from (f"id {name!r} appears {count} times" for name, count in counted.items() if count > 1)
    yield from (f"id {name!r} is not an id" for name in counted if not name or re.search(r"\s", name))


def dangling_references(tags: list[Tag]) -> Iterator[str]:
    known = {str(tag["id"]) for tag in tags if tag.has_attr("id")}
    for tag in tags:
        if tag.name == "dialog" and not tag.contents:
            continue  # htmx brings its content, and the title that names it
        for attribute in REFERENCES & tag.attrs.keys():
            missing = set(str(tag[attribute]).split()) - known
            yield from (f"{attribute} of <{tag.name}> points to {name!r}, absent" for name in sorted(missing))


def skipped_headings(tags: list[Tag]) -> Iterator[str]:
    level = 0
    for heading in tags:
        if heading.name not in HEADINGS or heading.find_parent("dialog"):
            continue
        step = int(heading.name[1])
        if level and step > level + 1:
            yield f"<{heading.name}> {heading.get_text(' ', strip=True)!r} follows an h{level}"
        level = step


def inline_code(tags: list[Tag]) -> Iterator[str]:
    """The content security policy forbids it; this says where it is."""
    for tag in tags:
        data = tag.name == "script" and tag.attrs == {"type": "application/ld+json"}
        if data:
            yield from broken_data(tag)
        elif tag.name == "style" or (tag.name == "script" and not tag.get("src")):
            yield f"inline <{tag.name}>"
        for name, value in tag.attrs.items():
            if name == "style" or name.startswith(("on", "hx-on", "data-hx-on")):
                yield f"inline {name} on <{tag.name}>"
            if name in {"href", "action", "src"} and str(value).strip().lower().startswith("javascript:"):
                yield f"javascript: in {name} of <{tag.name}>"


def broken_data(tag: Tag) -> Iterator[str]:
    """A data block runs nothing, and the content policy does not ask about it; JSON that holds no markup."""
    text = tag.string or ""
    if "<" in text:
        yield "markup in a data block"
    try:
        json.loads(text)
    except ValueError:
        yield f"a data block is not JSON: {text[:60]!r}"


def unprotected_forms(tags: list[Tag]) -> Iterator[str]:
    for form in tags:
        if form.name != "form":
            continue
        unsafe = str(form.get("method", "get")).lower() == "post"
        tokens = form.select("input[type=hidden][name=csrf_token]")
        where = f"form {form.get('action', '(here)')}"
        if unsafe and not (len(tokens) == 1 and tokens[0].get("value")):
            yield f"{where}: {len(tokens)} csrf_token in a post form"
        if not unsafe and tokens:
            yield f"{where}: csrf_token in a get form would be written in the address"


def unlabelled_controls(tags: list[Tag]) -> Iterator[str]:
    targets = {str(tag["for"]) for tag in tags if tag.name == "label" and tag.has_attr("for")}
    for control in tags:
        if control.name not in {"input", "select", "textarea"} or control.get("type") in UNLABELLED_TYPES:
            continue
        named = control.get("aria-label") or control.get("aria-labelledby") or control.get("id") in targets
        if not named and not control.find_parent("label"):
            yield f"<{control.name} name={control.get('name')!r}> has no label"


def nameless(tags: list[Tag]) -> Iterator[str]:
    """Links, buttons and pictures that a screen reader could not name."""
    for tag in tags:
        if tag.name in {"a", "button"} and not accessible_name(tag):
            yield f"nameless <{tag.name}>: {str(tag)[:120]}"
        if tag.name == "a" and tag.get("href") in {None, "", "#"}:
            yield f"link to nowhere: {tag.get_text(' ', strip=True)!r}"
        if tag.name == "img" and not tag.has_attr("alt"):
            yield f"<img src={tag.get('src')!r}> has no alt"


def accessible_name(tag: Tag) -> str:
    words = tag.get_text(strip=True)
    if words:
        return words
    pictures = " ".join(str(image.get("alt", "")) for image in tag.find_all("img"))
    labelled = " ".join(str(inner["aria-label"]) for inner in tag.find_all(attrs={"aria-label": True}))
    own = str(tag.get("aria-label") or tag.get("aria-labelledby") or tag.get("title") or "")
    return f"{pictures}{labelled}{own}".strip()


def leaks(soup: BeautifulSoup) -> Iterator[str]:
    """Template code, or Python's own words, where a person reads."""
    for text in soup.find_all(string=True):
        content = str(text).strip()
        if content in TEMPLATE_NONE or LEAKS.search(content):
            yield f"leak: {content[:60]!r}"


def unbalanced(html: str) -> list[str]:
    """Every element that opens closes, in order: browsers repair what does not, each in its own way."""
    faults: list[str] = []
    opened: list[tuple[str, int]] = []
    for found in MARKUP.finditer(html):
        name, rest = (found["name"] or "").lower(), found["rest"]
        if found.group() == "<":
            faults.append(
                f"broken markup at line {line(html, found.start())}: {html[found.start() : found.start() + 40]!r}"
            )
        elif found["close"] and opened and opened[-1][0] == name:
            opened.pop()
        elif found["close"]:
            before = f"<{opened[-1][0]}> of line {line(html, opened[-1][1])}" if opened else "nothing"
            faults.append(f"</{name}> at line {line(html, found.start())} closes {before}")
        elif name:  # neither a comment nor the doctype
            faults += [f"{attribute} on <{name}>, line {line(html, found.start())}" for attribute in repeated(rest)]
            if name not in VOID and not rest.endswith("/"):  # `<use/>` opens and closes at once
                opened.append((name, found.start()))
    return faults + [f"<{name}> of line {line(html, start)} is never closed" for name, start in opened]


def repeated(attributes: str) -> list[str]:
    counted = Counter(name.lower() for name in ATTRIBUTE.findall(attributes))
    return [f"attribute {name} twice" for name, count in counted.items() if count > 1]


def line(html: str, position: int) -> int:
    return html.count("\n", 0, position) + 1
