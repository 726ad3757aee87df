"""An HTML answer as a test reads it: what is written, the links, the forms and what they would send."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " "})

BINARY = {"application/zip", "application/pdf", "application/octet-stream", "image/png"}


def plain(text: str) -> str:
    """Text with single ordinary spaces: tests are typed on a keyboard."""
    return " ".join(text.translate(SPACES).split())


class Page:
    """An answer, parsed when it is read. `page.text` and every comparison have ordinary spaces."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.html = response.get_data(as_text=True) if response.mimetype not in BINARY else ""

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.html, "html.parser")

    def __repr__(self) -> str:
        return f"<Page {self.status} {self.path} {self.title!r}>"

    @property
    def path(self) -> str:
        request = self.response.request
        return f"{request.path}?{request.query_string.decode()}" if request.query_string else request.path

    @property
    def location(self) -> str:
        """Where a redirect leads, without the host."""
        return self.response.headers["Location"].removeprefix(self.response.request.host_url.rstrip("/"))

    @property
    def title(self) -> str:
        return plain(self.soup.title.get_text()) if self.soup.title else ""

    @property
    def h1(self) -> str:
        return self.read("h1")

    @property
    def text(self) -> str:
        """What the page says, without its <head>."""
        return plain((self.soup.body or self.soup).get_text(" "))

    def all(self, css: str) -> list[Tag]:
        return list(self.soup.select(css))

    def one(self, css: str) -> Tag:
        found = self.all(css)
        assert len(found) == 1, f"{len(found)} elements for {css!r} on {self}"
        return found[0]

    def read(self, css: str) -> str:
        """The text of the one element."""
        return plain(self.one(css).get_text(" "))

    def read_all(self, css: str) -> list[str]:
        return [plain(tag.get_text(" ")) for tag in self.all(css)]

    def has(self, css: str) -> bool:
        return bool(self.all(css))

    def links(self) -> list[str]:
        return [str(tag["href"]) for tag in self.all("a[href]")]

    def link(self, text: str) -> str:
        """The address behind the words; several links with the same words must lead to the same place."""
        found = {str(tag["href"]) for tag in self.all("a[href]") if plain(tag.get_text(" ")) == text}
        assert len(found) == 1, f"{len(found)} addresses behind {text!r} on {self}: {sorted(found)}"
        return found.pop()

    def form(self, css: str = "main form[method=post]") -> Form:
        tag = self.one(css)
        assert tag.name == "form", f"{css!r} is a <{tag.name}>"
        return Form(tag, self.path)


class Form:
    """A form filled as a browser would: its own values, those of the test, nothing that it does not offer."""

    def __init__(self, tag: Tag, page_path: str) -> None:
        self.tag = tag
        self.method = str(tag.get("method", "get")).lower()
        self.action = str(tag.get("action") or page_path)
        self.controls = [control for control in self._all_controls() if control.get("name")]

    def names(self) -> set[str]:
        return {str(control["name"]) for control in self.controls}

    def filled(self, values: dict[str, Any], button: str | None = None) -> dict[str, list[str]]:
        """What is sent. AssertionError when a value has no control, or is not among those offered."""
        unknown = set(values) - self.names()
        assert not unknown, f"no field {sorted(unknown)} in the form {self.action}: {sorted(self.names())}"
        data: dict[str, list[str]] = {}
        for control in self.controls:
            if is_button(control) or control.has_attr("disabled"):
                continue
            name = str(control["name"])
            for sent in self._sent(control, values.get(name, KEPT)):
                data.setdefault(name, []).append(sent)
        pressed = self._button(button)
        if pressed is not None and pressed.get("name"):
            data.setdefault(str(pressed["name"]), []).append(str(pressed.get("value", "")))
        return data

    def _all_controls(self) -> list[Tag]:
        selector = "input, select, textarea, button"
        inside = self.tag.select(selector)
        if not self.tag.get("id"):
            return inside
        root = list(self.tag.parents)[-1]
        outside = root.select(f":is({selector})[form='{self.tag['id']}']")
        return inside + [control for control in outside if control not in inside]

    def _button(self, css: str | None) -> Tag | None:
        buttons = [tag for tag in self._all_controls() if is_button(tag)]
        if css is None:
            return buttons[0] if buttons else None
        chosen = [tag for tag in buttons if tag in self.tag.select(css)]
        assert len(chosen) == 1, f"{len(chosen)} buttons for {css!r} in the form {self.action}"
        return chosen[0]

    def _sent(self, control: Tag, value: Any) -> list[str]:
        if control.name == "select":
            return chosen_options(control, value)
        kind = str(control.get("type", "text")).lower()
        if kind == "checkbox":
            return ticked(control, value)
        if kind == "radio":
            return self._radio(control, value)
        if value is KEPT:
            return [control.get_text() if control.name == "textarea" else str(control.get("value", ""))]
        return [str(value)]

    def _radio(self, control: Tag, value: Any) -> list[str]:
        own = str(control.get("value", "on"))
        if value is KEPT:
            return [own] if control.has_attr("checked") else []
        offered = {str(c.get("value")) for c in self.controls if c["name"] == control["name"]}
        assert value in offered, f"{control['name']} offers {sorted(offered)}, not {value!r}"
        return [own] if own == value else []


KEPT = object()
"""The value that the page itself proposes."""


def is_button(control: Tag) -> bool:
    kind = str(control.get("type", "submit" if control.name == "button" else "text")).lower()
    return control.name in {"button", "input"} and kind in {"submit", "image", "button", "reset"}


def ticked(control: Tag, value: Any) -> list[str]:
    """A box alone takes True or False; boxes of one name take the list of the values to tick."""
    own = str(control.get("value", "on"))
    if value is KEPT:
        return [own] if control.has_attr("checked") else []
    wanted = own in value if isinstance(value, (list, tuple, set)) else bool(value)
    return [own] if wanted else []


def chosen_options(control: Tag, value: Any) -> list[str]:
    options = control.select("option")
    if value is KEPT:
        marked = [option for option in options if option.has_attr("selected")] or options[:1]
        return [str(option.get("value", option.get_text())) for option in marked]
    offered = {str(option.get("value", option.get_text())) for option in options}
    assert str(value) in offered, f"{control['name']} offers {sorted(offered)}, not {value!r}"
    return [str(value)]
