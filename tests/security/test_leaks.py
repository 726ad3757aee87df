"""What the public must not learn from the search."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy.orm import Session

from app.models import Contact, Telecom
from app.search.index import index_professional, index_unit
from tests import factories
from tests.personas import Personas
from tests.support.backends import SQLITE_ONLY
from tests.support.client import Visitor
from tests.support.publishing import make_shown, project


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


RESERVED, FREE, RESTRICTED = "Composer le 04 65 71 77 01 après 17 h.", "+33465719902", "+33465717702"
PUBLISHED = (
    "/etablissements/{finess}",
    "/unites/{unit}",
    "/donnees-ouvertes/cpts.csv",
    "/donnees-ouvertes/cpts.json",
    "/donnees-ouvertes/cpts.geojson",
    "/fhir/HealthcareService",
    "/fhir/HealthcareService/{unit}",
    "/fhir/HealthcareService/_history",
    "/fhir/Organization?_revinclude=HealthcareService:organization",
)


@SQLITE_ONLY
@pytest.mark.parametrize("path", PUBLISHED)
def test_what_is_reserved_to_regulators_is_published_nowhere(
    session: Session, people: Personas, client: Visitor, path: str
) -> None:
    """S-145: beside what is published of the same unit, which is there."""
    unit = people.comtat.unit
    make_shown(session, unit, FREE)
    unit.regulator_info = RESERVED
    line = Telecom(position=1, channel_code="2", value=RESTRICTED, confidentiality=2)
    keys = {"establishment_finess": people.comtat.finess, "unit_id": unit.id, "nature_code": "07"}
    session.add(Contact(**keys, position=2, confidentiality=2, telecoms=[line]))
    project(session)
    answer = client._open(path.format(finess=people.comtat.finess, unit=unit.id), method="GET")
    told = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert people.comtat.unit.name.casefold() in html.unescape(told).casefold()
    assert RESERVED not in html.unescape(told)
    tight = re.sub(r"\s", "", told)
    assert (FREE[3:] in tight) == path.startswith(("/unites", "/donnees-ouvertes", "/fhir")), "it is the same unit"
    assert RESTRICTED[3:] not in tight
