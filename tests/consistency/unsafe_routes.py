"""One case for each route that writes. A route without one fails test_unsafe_routes.py.

A case is the shortest true story of its route: who may, who may not, what is sent, what is wrong input, what makes it
too late. The five tests are generated from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from tests.consistency.world import World

Fields = dict[str, str]
Change = Callable[[Session, World], None]

NOBODY = "nobody"


@dataclass(frozen=True)
class Case:
    """`may` and `may_not` are names of personas, or NOBODY for somebody without an account.

    `may_not` None: the route is open to everybody. `bad` None: there is nothing to type wrong.
    `too_late`: what happened meanwhile; None when the route has no wrong moment. `arguments`: of the URL, when they are
    not those of tests/consistency/world.py.
    """

    endpoint: str
    may: str
    may_not: str | None
    good: Fields = field(default_factory=dict)
    bad: Fields | None = None
    too_late: Change | None = None
    works: int = 303
    refused: int = 403
    late: int = 409
    arguments: Callable[[World], dict[str, Any]] | None = None


CASES: tuple[Case, ...] = ()
