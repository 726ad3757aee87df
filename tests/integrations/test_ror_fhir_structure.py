"""Any document gives a resource that FHIR R4 accepts, in both generations, and the same bytes each time.

`fhir.resources` knows R4B (4.3.0), not R4 (4.0.1): HL7 says that R4B changed the modules it lists and nothing else
(hl7.org/fhir/R4B/r4b-explanation.html), none of which holds these resources. It checks elements, types, cardinalities
and formats; invariants of R4 and the profiles of the ROR guide are in test_ror_fhir_rules.py.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.published import Document, Kind
from app.integrations.ror_fhir import VERSIONS, NotPublished, kind_of, resource, resource_type
from tests.support.fhir_paths import every
from tests.support.published_examples import EXAMPLES, ROLE, UNIT
from tests.support.published_strategies import TODAY, documents

few = settings(max_examples=60)


def made(document: Document, generation: str) -> dict[str, Any]:
    return resource(document, generation, "93", today=TODAY)


@few
@given(documents, st.sampled_from(sorted(VERSIONS)))
def test_any_document_is_a_resource_of_fhir_with_its_keys_in_their_order(document: Document, generation: str):
    """Read by the model and written again, it is the same text: nothing is unknown, lost or out of place."""
    written = made(document, generation)
    model = get_fhir_model_class(resource_type(document)).model_validate(written)
    reread = json.loads(model.model_dump_json(exclude_none=True))
    assert json.dumps(written, ensure_ascii=False) == json.dumps(reread, ensure_ascii=False)
    assert (written["resourceType"], written["id"]) == (resource_type(document), document.key)
    assert re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", written["id"])


@few
@given(documents, st.sampled_from(sorted(VERSIONS)))
def test_nothing_is_empty_and_no_string_is_blank(document: Document, generation: str):
    """ele-1: an element has a value or children."""
    for name, element in every(made(document, generation)):
        for key, value in element.items():
            assert value not in (None, "", [], {}), f"{name}.{key}"
            if isinstance(value, str):
                assert value.strip(), f"{name}.{key}"
                assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", value), f"{name}.{key}"


@pytest.mark.parametrize("generation", VERSIONS)
@pytest.mark.parametrize("document", EXAMPLES.values(), ids=EXAMPLES)
def test_the_same_document_gives_the_same_bytes(document: Document, generation: str):
    assert json.dumps(made(document, generation)) == json.dumps(made(replace(document), generation))


def test_each_kind_has_its_resource():
    assert {kind_of(document) for document in EXAMPLES.values()} == set(Kind)


@pytest.mark.parametrize("document", [UNIT, ROLE], ids=["unit", "role"])
def test_a_document_that_was_never_published_is_not_written(document: Document):
    with pytest.raises(NotPublished):
        made(replace(document, meta=None), "0.6")
