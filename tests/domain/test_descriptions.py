"""A blank never overwrites a value that the SAS needs: whatever the subset of blanks, stored values stand."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.descriptions import REQUIRED_DOWNSTREAM, blanked

FIELDS = [*REQUIRED_DOWNSTREAM, "email", "website"]
values = st.fixed_dictionaries({name: st.sampled_from([None, "", "  ", "une valeur"]) for name in FIELDS})


@given(values, values)
def test_every_blank_over_a_required_value_is_refused_and_nothing_else(
    before: dict[str, str | None], after: dict[str, str | None]
) -> None:
    refused = blanked(before, after)
    for name in FIELDS:
        emptied = bool(before[name]) and not (after[name] or "").strip()
        assert (name in refused) == (emptied and name in REQUIRED_DOWNSTREAM)
