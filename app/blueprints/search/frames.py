"""HTML made once for each shape of what it shows: what stands around the lines of an answer, and a line.

A template sees a frame (which tab, whether anything was found; which facts a line has …) and slots; the texts and
numbers of one question or document are written into the slots afterwards. It sees nothing else, so what it makes can be
kept by the frame alone.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from threading import Lock
from typing import Any, NamedTuple

from flask import current_app, request

from app.web.marking import slot

_SLOT = re.compile(rb"<slot (\w+)/>")
MOST = 512
"""Made templates that a process keeps: answers of about 8 kB, lines of 2 kB."""


class Slotted(NamedTuple):
    """HTML cut at its slots: there is one text more than there are names."""

    texts: list[bytes]
    names: list[str]

    def filled(self, values: Mapping[str, bytes | list[bytes]]) -> bytes:
        written = [self.texts[0]]
        for name, text in zip(self.names, self.texts[1:], strict=True):
            value = values[name]
            if isinstance(value, list):
                written += value
            else:
                written.append(value)
            written.append(text)
        return b"".join(written)


def slotted(html: str) -> Slotted:
    cut = _SLOT.split(html.encode())
    return Slotted(cut[::2], [name.decode() for name in cut[1::2]])


class Slots:
    """For templates: `at.text` is the slot of that name."""

    def __getattr__(self, name: str) -> Any:
        return slot(name)

    def __getitem__(self, name: str) -> Any:
        return slot(name)


class Frames:
    """Those of a portal, the oldest making room."""

    def __init__(self) -> None:
        self._made: dict[Hashable, Slotted] = {}
        self._writing = Lock()

    def of(self, template: str, frame: Hashable, **shown: Any) -> Slotted:
        """`shown`: what depends on nothing that a request says."""
        key = (template, request.script_root, frame)
        made = self._made.get(key)
        if made is None or current_app.jinja_env.auto_reload:
            made = slotted(current_app.jinja_env.get_template(template).render(frame=frame, at=Slots(), **shown))
            with self._writing:
                self._made[key] = made
                while len(self._made) > MOST:
                    del self._made[next(iter(self._made))]
        return made
