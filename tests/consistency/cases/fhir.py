"""The search of FHIR whose parameters are in a form."""

from __future__ import annotations

from tests.consistency.case import NOBODY, Case

CASES = (Case("fhir.search_by_form", NOBODY, None, good={"name": "cpts"}, works=200, reads=True),)
