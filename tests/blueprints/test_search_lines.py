"""Lines of results that are kept ready are marked as a text is."""

from __future__ import annotations

from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from app.blueprints.search.frames import Slotted
from app.blueprints.search.lines import wanted_of
from app.blueprints.search.prepared import COMMUNE, prepare
from app.search.expression import Word
from app.search.find import Row
from app.web.marking import marked, said

PARTS = ("ST", "Saint", "saintes", "d’", "Été", "1er", "1", "&", "<b>", '"', "-", " ", "CH", "CPTS", "de", "Œuvre", "_")
texts = st.lists(st.sampled_from(PARTS), max_size=8).map("".join)
words = st.builds(
    Word,
    st.sampled_from(("saint", "sain", "hospitalier", "centre", "ete", "1", "oeuvre", "d", "cpts", "b")),
    st.booleans(),
)


@given(title=texts, address=texts, searched=st.lists(words, max_size=3))
@example(title="CH ST & CH", address="ST", searched=[Word("saint"), Word("centre"), Word("hospitalier", prefix=True)])
def test_a_ready_line_is_marked_as_its_texts_are(title: str, address: str, searched: list[Word]) -> None:
    made = Slotted([b"<h3>", b"</h3><p>", b"</p>", b"."], ["title", "address", COMMUNE])
    row = Row(1, "etablissement", "840000012", date(2026, 1, 1), {})
    line = prepare(row, made, {"title": said(title), "address": said(address), COMMUNE: b""})
    written = list[bytes]()
    line.write(wanted_of(searched), b"Apt", written)
    expected = f"<h3>{marked(title, searched)}</h3><p>{marked(address, searched)}</p>Apt."
    assert b"".join(written).decode() == expected
