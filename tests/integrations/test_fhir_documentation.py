"""docs/fhir.md says what the code does: its resources are made again, its table is read in them."""

from __future__ import annotations

import json
import re

import pytest

from app.integrations.ror_fhir import VERSIONS, resource, systems
from tests.support.fhir_paths import at
from tests.support.published_examples import EXAMPLES, REGION, TODAY
from tools.fhir_examples import BLOCK, PAGE, with_examples

TEXT = PAGE.read_text(encoding="utf-8")
ROW = re.compile(
    r"^\| (?P<label>[^|]+) \| [^|]+ \| (?P<example>[^|]+) \| `(?P<path>[^`]+)` \| (?P<there>[^|]+) \|$", re.MULTILINE
)
ROWS = [found.groupdict() for found in ROW.finditer(TEXT)]


def test_the_examples_are_those_of_the_code():
    assert with_examples(TEXT) == TEXT, "python -m tools.fhir_examples writes them again"


def test_every_kind_of_resource_is_shown():
    shown = {(found["generation"], found["name"]) for found in BLOCK.finditer(TEXT)}
    assert {name for generation, name in shown if generation == "0.6"} == set(EXAMPLES)
    assert {generation for generation, _ in shown} == set(VERSIONS)
    assert all(json.loads(found[0].partition("json\n")[2].removesuffix("```\n")) for found in BLOCK.finditer(TEXT))


def test_the_table_has_the_fields_that_people_fill():
    assert len(ROWS) == TEXT.split("## From the screen")[1].split("\n## ")[0].count("\n| ") - 1


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['label']} in {row['path'][:40]}")
def test_each_field_is_where_the_table_says(row: dict[str, str]):
    written = resource(EXAMPLES[row["example"]], "0.6", REGION, today=TODAY)
    assert " · ".join(map(str, at(written, row["path"]))) == row["there"]


@pytest.mark.parametrize("name", re.findall(r"`(TRE_[RG][0-9]+-[A-Za-z]+)`", TEXT))
def test_a_table_that_is_named_is_one_of_ours(name: str):
    assert systems.table(name) in vars(systems).values()
