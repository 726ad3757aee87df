"""Every case of every module here: a new noun is a new file with its CASES, and nothing else to edit."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from tests.consistency.case import Case

CASES: tuple[Case, ...] = tuple(
    case
    for module in sorted(found.name for found in pkgutil.iter_modules(__path__))
    for case in import_module(f"{__name__}.{module}").CASES
)
