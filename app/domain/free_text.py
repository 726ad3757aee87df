"""What people may not write in a free text: a social security number (HDS: no patient data in the portal)."""

from __future__ import annotations

import re

_GAP = r"[ \u00a0\u202f.-]?"
_NIR = re.compile(
    rf"(?<!\d)[1-478]{_GAP}\d{{2}}{_GAP}(?:0[1-9]|1[0-2]|[2-9]\d){_GAP}(?:\d{{2}}|2[AB]){_GAP}\d{{3}}{_GAP}\d{{3}}"
    rf"(?:{_GAP}\d{{2}})?(?!\d)",
    re.IGNORECASE | re.ASCII,
)


def holds_nir(text: str) -> bool:
    """Whether some digits have the shape of a NIR: 13 characters, or 15 with the key, grouped or not."""
    return _NIR.search(text) is not None
