"""Telephone numbers as the SAS takes them: `+`, the prefix, nine digits (DOMAIN.md §5.2, §11.3); pure."""

from __future__ import annotations

import re

_INTERNATIONAL = re.compile(r"(?:\+|00)(33|262|590|594|596)(?:0|\(0\))?([1-9][0-9]{8})", re.ASCII)
"""Mainland, then La Réunion and Mayotte, Guadeloupe, Guyane, Martinique."""
_NATIONAL = re.compile(r"0([1-9][0-9]{8})", re.ASCII)
_SEPARATORS = str.maketrans("", "", " \t\u00a0\u202f.-/")
LONGEST = 40


def e164(text: str | None) -> str | None:
    """`04 65 71 00 00`, `0033465710000`, `+33 (0)4 65 71 00 00` → `+33465710000`; None for what the SAS cannot dial
    (15, 3624, a foreign number)."""
    number = (text or "")[:LONGEST].translate(_SEPARATORS)
    if found := _INTERNATIONAL.fullmatch(number):
        return f"+{found[1]}{found[2]}"
    national = _NATIONAL.fullmatch(number)
    return f"+33{national[1]}" if national else None
