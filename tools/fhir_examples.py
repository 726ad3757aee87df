"""Writes the resources of docs/fhir.md again, from the authored documents of the tests: python -m tools.fhir_examples

A marker names the generation and the document; the block of JSON below it is replaced. A test fails when they differ.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from app.integrations.ror_fhir import resource
from tests.support.published_examples import EXAMPLES, REGION, TODAY

PAGE = Path(__file__).resolve().parent.parent / "docs" / "fhir.md"
BLOCK = re.compile(r"(?P<marker><!-- resource (?P<generation>\S+) (?P<name>[^>]+) -->\n)```json\n.*?```\n", re.DOTALL)
WIDTH = 170


def with_examples(page: str) -> str:
    return BLOCK.sub(_written, page)


def _written(found: re.Match[str]) -> str:
    made = resource(EXAMPLES[found["name"]], found["generation"], REGION, today=TODAY)
    return f"{found['marker']}```json\n{laid_out(made)}\n```\n"


def laid_out(value: Any, depth: int = 0) -> str:
    """What fits on a line is on a line."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or len(line) + 2 * depth < WIDTH:
        return line
    inner, outer = "  " * (depth + 1), "  " * depth
    if isinstance(value, list):
        return "[\n" + ",\n".join(inner + laid_out(item, depth + 1) for item in value) + f"\n{outer}]"
    members = (f"{json.dumps(key)}: {laid_out(item, depth + 1)}" for key, item in value.items())
    return "{\n" + ",\n".join(inner + member for member in members) + f"\n{outer}}}"


if __name__ == "__main__":
    PAGE.write_text(with_examples(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"{PAGE.name}: written again.")
