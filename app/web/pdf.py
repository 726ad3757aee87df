"""PDF/UA-1 documents, by Typst: a source of templates/pdf/, data passed beside it, never pasted into it.

Fonts: those inside Typst itself (Libertinus, SIL Open Font License); none of the machine's, so that every machine makes
the same document.
"""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import typst

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "pdf"


def make_pdf(name: str, data: dict[str, Any]) -> bytes:
    """The document of that source with `data`, which it reads as JSON in `sys.inputs.data`."""
    return typst.compile(
        FOLDER / f"{name}.typ",
        root=FOLDER,
        format="pdf",
        pdf_standards="ua-1",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )


def file_name(title: str) -> str:
    """Letters and digits that any system takes as the name of a file."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60] or "document"
