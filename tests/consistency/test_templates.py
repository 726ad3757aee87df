"""Templates hold no code of their own, and everything they name exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import meta

from tests.support.backends import SQLITE_ONLY

APP = Path(__file__).resolve().parents[2] / "app"
TEMPLATES = APP / "templates"
STATIC = APP / "static"
PAGES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
WEB_PAGES = [name for name in PAGES if not name.startswith("emails/")]  # mail programs ignore style sheets
FETCHED = {"vendor/htmx.min.js"}
FORBIDDEN_MARKUP = {
    "inline style": re.compile(r"<style|\sstyle\s*=", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "inline handler": re.compile(r"\son[a-z]+\s*=|\s(?:data-)?hx-on", re.IGNORECASE),
    "javascript address": re.compile(r"[\"']\s*javascript:", re.IGNORECASE),
    "client-side evaluation": re.compile(r"hx-vals=[\"']js:|hx-confirm", re.IGNORECASE),
}
DATA_BLOCK = re.compile(r'<script type="application/ld\+json">\{\{ \w+\|tojson \}\}</script>')
"""The one inline script: data for search engines, which no browser runs; `tojson` leaves no < in it."""
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+false", re.IGNORECASE)
MARKUP_MAKERS = {"web/components.py", "web/french.py", "web/marking.py", "web/zone_map.py"}
"""The only modules that build HTML in Python; each escapes what it receives, and its tests show it."""


def source(name: str) -> str:
    """Without comments."""
    return re.sub(r"\{#.*?#\}", "", (TEMPLATES / name).read_text(), flags=re.DOTALL)


def markup(name: str) -> str:
    """The HTML alone: statements removed, each expression a `…`."""
    text = re.sub(r"\{%.*?%\}", "", DATA_BLOCK.sub("", source(name)), flags=re.DOTALL)
    return re.sub(r"\{\{.*?\}\}", "…", text, flags=re.DOTALL)


def every(pattern: str) -> set[str]:
    return {found for name in PAGES for found in re.findall(pattern, source(name))}


@pytest.mark.parametrize("name", WEB_PAGES)
def test_a_template_holds_no_code(name: str) -> None:
    html = markup(name)
    assert [rule for rule, pattern in FORBIDDEN_MARKUP.items() if pattern.search(html)] == []
    assert UNESCAPED.search(source(name)) is None


def test_html_is_built_in_python_only_where_it_is_watched() -> None:
    makers = {path.relative_to(APP).as_posix() for path in APP.rglob("*.py") if "Markup(" in path.read_text()}
    assert makers <= MARKUP_MAKERS


FRAGMENTS = [name for name in WEB_PAGES if Path(name).name.startswith("_")]
ANSWERS = {"affiliations/_done.html", "affiliations/_moved_on.html"}
"""What only htmx gets: they gather parts of the page, out of band, and are checked when they are rendered."""


@pytest.mark.parametrize("name", [name for name in FRAGMENTS if name not in ANSWERS])
def test_a_fragment_has_one_root_named_after_its_file(name: str) -> None:
    """`_name.html` → `<… id="name">`, or an id of its own for each object: what htmx swaps can be found again."""
    expected = Path(name).stem.removeprefix("_").replace("_", "-")
    first = re.search(r"<(?!title\b|/title\b)\w[^>]*>", markup(name))
    assert first is not None
    found = re.search(r"\sid=\"([^\"]*)\"", first.group())
    assert found is not None, first.group()
    assert found.group(1) == expected or found.group(1).startswith((f"{expected}-", "…"))


@SQLITE_ONLY
def test_every_fragment_is_included_by_a_page(app: Flask) -> None:
    included = {included for name in PAGES for included in references(app, name)}
    assert set(FRAGMENTS) - included - ANSWERS == set()


@SQLITE_ONLY
def test_every_template_is_used(app: Flask) -> None:
    included = {included for name in PAGES for included in references(app, name)}
    named = [re.compile(pattern) for path in APP.rglob("*.py") for pattern in strings(path)]
    unused = {name for name in WEB_PAGES if name not in included and not any(one.fullmatch(name) for one in named)}
    assert unused == set()


def strings(path: Path) -> Iterator[str]:
    """Patterns of the template names that a module holds; `f"a/{x}.html"` names every a/*.html."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith(".html"):
            yield re.escape(node.value)
        if isinstance(node, ast.JoinedStr):
            parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+" for part in node.values]
            yield "".join(parts)


@SQLITE_ONLY
def test_every_template_compiles_and_names_existing_ones(app: Flask) -> None:
    for name in PAGES:
        app.jinja_env.get_template(name)
        missing = references(app, name) - set(PAGES) - {path.name for path in TEMPLATES.rglob("*.txt")}
        assert missing == set(), name


@SQLITE_ONLY
def test_every_address_in_a_template_exists(app: Flask) -> None:
    assert every(r"url_for\(\s*['\"]([\w.]+)['\"]") - set(app.view_functions) == set()


def test_every_static_file_named_exists() -> None:
    named = every(r"asset\(\s*['\"]([^'\"]+)['\"]")
    assert named, "the pattern finds nothing any more"
    assert [name for name in sorted(named - FETCHED) if not (STATIC / name).is_file()] == []


def test_every_icon_named_is_in_the_sprite() -> None:
    sprites = " ".join(path.read_text() for path in STATIC.rglob("*.svg"))
    drawn = set(re.findall(r"<symbol[^>]*\sid=\"([^\"]+)\"", sprites))
    named = every(r"icone\(\s*['\"]([\w-]+)['\"]")
    assert {name for name in named if name not in drawn and f"i-{name}" not in drawn} == set()


def references(app: Flask, name: str) -> set[str]:
    tree = app.jinja_env.parse((TEMPLATES / name).read_text())
    return {found for found in meta.find_referenced_templates(tree) if found is not None}
