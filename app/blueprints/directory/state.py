"""What the tree shows, all of it in the address: whoever opens the link sees the same tree (S-088)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from app.domain.directory import GROUPS, Grouping
from app.domain.identifiers import Finess, InvalidIdentifier
from app.search.question import LONGEST

MOST_BRANCHES = 8
MOST_OPEN = 30
LAST_PAGE = 100_000
LONGEST_KEY = 12
Opened = tuple[str, int]
"""Key of a branch and the page of it; 0: the page that holds what is open, else the first."""


@dataclass(frozen=True)
class State:
    grouping: Grouping = Grouping.DEPARTEMENT
    groups: tuple[str, ...] = ()
    text: str = ""
    branches: tuple[Opened, ...] = ()
    opened: tuple[str, ...] = ()
    page: int = 1

    @property
    def url(self) -> str:
        return url_for("directory.page", **self._args())

    def _args(self) -> dict[str, Any]:
        """Only what is not the default: the address of the default state is the plain one."""
        branches = [f"{key}:{page}" if page > 1 else key for key, page in self.branches]
        args: dict[str, Any] = {
            "par": self.grouping.value if self.grouping is not Grouping.DEPARTEMENT else None,
            "type": list(self.groups),
            "filtre": self.text or None,
            self.branch_argument: branches,
            "open": list(self.opened),
            "page": self.page if self.page > 1 else None,
        }
        return {name: value for name, value in args.items() if value}

    @property
    def branch_argument(self) -> str:
        return "dept" if self.grouping is Grouping.DEPARTEMENT else "branche"

    @property
    def is_default(self) -> bool:
        return self == State()

    def is_open(self, key: str) -> bool:
        return any(key == opened for opened, _ in self.branches)

    def page_of(self, key: str) -> int:
        return next((page for opened, page in self.branches if key == opened), 0)

    # ── links ───────────────────────────────────────────────────────────────

    def opening(self, key: str, page: int = 0) -> str:
        others = tuple(each for each in self.branches if each[0] != key)
        return replace(self, branches=(*others, (key, page))[-MOST_BRANCHES:]).url

    def closing(self, key: str, holding: Collection[str] = ()) -> str:
        """With what was open under it."""
        branches = tuple(each for each in self.branches if each[0] != key)
        opened = tuple(finess for finess in self.opened if finess not in holding)
        return replace(self, branches=branches, opened=opened).url

    def unfolding(self, finess: str) -> str:
        return replace(self, opened=(*(each for each in self.opened if each != finess), finess)[-MOST_OPEN:]).url

    def folding(self, finess: str) -> str:
        return replace(self, opened=tuple(each for each in self.opened if each != finess)).url

    def at_page(self, page: int) -> str:
        return replace(self, page=page).url


def read_state(args: MultiDict[str, str]) -> State:
    """Unknown values are taken as the default ones: an address that somebody edited still answers."""
    asked = args.get("par", "")
    grouping = Grouping(asked) if asked in set(Grouping) else Grouping.DEPARTEMENT
    chosen = set(args.getlist("type"))
    branches = [*args.getlist("departement"), *args.getlist("dept")]
    if grouping is not Grouping.DEPARTEMENT:
        branches = args.getlist("branche")
    return State(
        grouping=grouping,
        groups=tuple(group for group in GROUPS if group in chosen),
        text=" ".join(args.get("filtre", "").replace("\0", "").split())[:LONGEST],
        branches=tuple({key: (key, page) for key, page in map(_branch, branches) if key}.values())[-MOST_BRANCHES:],
        opened=tuple(dict.fromkeys(filter(None, map(_number, args.getlist("open")))))[-MOST_OPEN:],
        page=_page(args.get("page", "")),
    )


def _branch(text: str) -> Opened:
    key, _, page = text.partition(":")
    return (key if len(key) <= LONGEST_KEY and key.replace("-", "").isalnum() else "", _page(page) if page else 0)


def _number(text: str) -> str:
    try:
        return Finess.parse(text).value
    except InvalidIdentifier:
        return ""


def _page(text: str) -> int:
    return min(int(text), LAST_PAGE) if text.isascii() and text.isdigit() and int(text[:9]) else 1
