"""What the public must not learn from the search."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.search.index import index_professional, index_unit
from tests import factories
from tests.personas import Personas
from tests.support.client import Visitor


def test_the_search_does_not_tell_who_works_in_a_unit_kept_from_the_public(
    session: Session, people: Personas, client: Visitor
) -> None:
    secret = factories.unit(session, people.comtat.establishment, name="UNITE DU REFUGE", sensitive=True)
    listed = factories.person(session, "Noémie", "Discrète", listed=True)
    assert people.president.mandate is not None
    factories.affiliation(session, listed, secret, people.president.mandate)
    index_unit(session, secret.id)
    index_professional(session, listed.id)
    for address in ("/recherche?q=Discrète", "/recherche/suggestions?q=Discrète", "/recherche?q=refuge"):
        page = client.get(address)
        assert "REFUGE" not in page.text.upper().replace("REFUGE »", "")
        assert "Noémie" not in page.text
        assert f"/unites/{secret.id}" not in page.html
