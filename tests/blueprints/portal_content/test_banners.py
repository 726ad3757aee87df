"""Banners: between their dates, to their audience, until one puts them away (S-010)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.models import JournalEntry, PortalBanner, PortalBannerDismissal
from tests.personas import Personas
from tests.support.client import Visitor
from tests.support.time import FrozenClock

NEW = "/centre/contenus/bandeaux/nouveau"
CAMPAIGN = {"texte": "Vérifiez vos numéros de rendez-vous.", "du": "2026-11-20", "au": "2026-11-27"}


def banner(session: Session, text: str, **values: object) -> PortalBanner:
    made = PortalBanner(
        **{
            "text": text,
            "tone": "info",
            "starts_on": date(2026, 11, 20),
            "ends_on": date(2026, 11, 27),
            "audience": "everyone",
            "active": True,
            "version": 1,
            "updated_at": clock.now(),
            **values,
        }
    )
    session.add(made)
    session.flush()
    return made


def shown(client: Visitor, path: str = "/aide") -> list[str]:
    return client.get(path).read_all(".bandeau div p")


@pytest.fixture(autouse=True)
def a_wednesday(frozen_clock: FrozenClock) -> FrozenClock:
    return frozen_clock


def test_an_agent_writes_a_banner_that_everybody_reads(client: Visitor, people: Personas) -> None:
    client.enter(people.agent)
    client.get(NEW)
    client.submit(**CAMPAIGN, lien="Lire la consigne", adresse="/documents")
    client.sign_out()
    page = client.get("/")
    assert page.read_all(".bandeau div p") == ["Vérifiez vos numéros de rendez-vous. Lire la consigne"]
    assert page.link("Lire la consigne") == "/documents"


@pytest.mark.parametrize(
    ("moment", "visible"),
    [
        (datetime(2026, 11, 19, 22, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 19, 23, 0, tzinfo=UTC), True),
        (datetime(2026, 11, 27, 22, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 27, 23, 0, tzinfo=UTC), False),
    ],
)
def test_the_first_and_last_days_are_those_of_paris(
    client: Visitor, session: Session, frozen_clock: FrozenClock, moment: datetime, visible: bool
) -> None:
    banner(session, "Campagne")
    frozen_clock.move_to(moment)
    assert shown(client) == (["Campagne"] if visible else [])


def test_each_audience_reads_its_own_and_several_at_once(client: Visitor, session: Session, people: Personas) -> None:
    for audience in ("everyone", "signed_in", "president", "referent", "agent"):
        banner(session, audience, audience=audience)
    banner(session, "retiré", active=False)
    read = {"nobody": set(shown(client))}
    for name in ("professional", "president", "referent", "agent"):
        client.enter(getattr(people, name))
        read[name] = set(shown(client))
    assert read == {
        "nobody": {"everyone"},
        "professional": {"everyone", "signed_in"},
        "president": {"everyone", "signed_in", "president"},
        "referent": {"everyone", "signed_in", "referent"},
        "agent": {"everyone", "signed_in", "agent"},
    }


def test_a_departement_is_that_of_one_s_mandates_and_attachments(
    client: Visitor, session: Session, people: Personas
) -> None:
    home = people.comtat.establishment.departement
    banner(session, "chez nous", departement=home)
    banner(session, "ailleurs", departement="05")
    assert shown(client) == []
    for somebody in (people.president, people.professional):
        client.enter(somebody)
        assert shown(client) == ["chez nous"]
    client.enter(people.stranger)
    assert shown(client) == []


def test_who_has_an_account_puts_a_banner_away_for_good(client: Visitor, session: Session, people: Personas) -> None:
    kept, gone = banner(session, "reste"), banner(session, "part")
    client.enter(people.professional)
    client.get("/mes-roles")
    page = client.submit(f"#bandeau-{gone.id} form")
    assert (page.path, page.read_all(".bandeau div p")) == ("/mes-roles", ["reste"])
    client.enter(people.professional)
    assert shown(client) == ["reste"], "another session of the same account"
    assert session.scalars(select(PortalBannerDismissal.banner_id)).all() == [gone.id]
    client.enter(people.referent)
    assert set(shown(client)) == {"reste", "part"}
    assert kept.version == 1


def test_htmx_puts_those_that_are_left_in_their_place(client: Visitor, session: Session, people: Personas) -> None:
    made, left = banner(session, "part"), banner(session, "reste")
    client.enter(people.professional)
    client.get("/aide")
    client.htmx.submit(f"#bandeau-{made.id} form")
    assert client.current().read_all(".bandeau div p") == ["reste"]
    client.htmx.submit(f"#bandeau-{left.id} form")
    assert not client.current().has(".bandeau")
    assert shown(client) == []


def test_a_visitor_puts_a_banner_away_in_their_browser_alone(client: Visitor, session: Session) -> None:
    gone = banner(session, "part")
    banner(session, "reste")
    link = client.get("/comprendre?x=1").one(f"#bandeau-{gone.id} a")
    answer = client.request("GET", str(link["href"]), status=303)
    assert answer.location == "/comprendre?x=1"
    cookie = answer.response.headers["Set-Cookie"]
    assert cookie.startswith(f"bandeaux={gone.id.hex};")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert shown(client) == ["reste"]
    assert session.scalars(select(PortalBannerDismissal)).all() == []


def test_a_banner_gives_no_session_to_a_visitor(client: Visitor, session: Session) -> None:
    banner(session, "Campagne")
    assert "Set-Cookie" not in client.get("/comprendre").response.headers


@pytest.mark.parametrize("back", ["https://ailleurs.example/", "//ailleurs.example", "/\\ailleurs.example", ""])
def test_putting_away_never_leads_elsewhere(client: Visitor, session: Session, back: str) -> None:
    made = banner(session, "part")
    assert client.request("GET", f"/bandeaux/{made.id}/fermeture?retour={back}", status=303).location == "/"


@pytest.mark.parametrize("forged", ["x", "." * 500, "0" * 31, f"{'0' * 32}." * 50, "é"])
def test_a_cookie_written_by_hand_breaks_nothing(client: Visitor, session: Session, forged: str) -> None:
    banner(session, "Campagne")
    client.browser.set_cookie("bandeaux", forged)
    assert shown(client) == ["Campagne"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"au": "2026-11-19"}, "au"),
        ({"au": ""}, "au"),
        ({"du": "demain"}, "du"),
        ({"du": "0001-01-01"}, "du"),
        ({"texte": " "}, "texte"),
        ({"texte": "x" * 401}, "texte"),
        ({"lien": "Lire"}, "adresse"),
        ({"adresse": "/aide"}, "lien"),
        ({"lien": "Lire", "adresse": "javascript:alert(1)"}, "adresse"),
    ],
)
def test_what_is_wrong_is_told_on_its_field(
    client: Visitor, people: Personas, wrong: dict[str, str], field: str
) -> None:
    client.enter(people.agent)
    client.get(NEW)
    page = client.submit(status=422, **{**CAMPAIGN, **wrong})
    assert page.has(f"#{field}[aria-invalid=true]")


def test_two_agents_at_once_the_second_sees_both_texts(client: Visitor, session: Session, people: Personas) -> None:
    made = banner(session, "Campagne")
    client.enter(people.agent)
    form = client.get(f"/centre/contenus/bandeaux/{made.id}").form("main form.pile")
    colleague = {name: values[0] for name, values in form.filled({"texte": "Celui du collègue"}).items()}
    client.post(f"/centre/contenus/bandeaux/{made.id}", **colleague)
    page = client.post(f"/centre/contenus/bandeaux/{made.id}", status=409, **{**colleague, "texte": "Le mien"})
    assert "« Celui du collègue »" in page.text
    assert page.one("#texte")["value"] == "Le mien"
    session.refresh(made)
    assert made.text == "Celui du collègue"
    entries = session.scalars(select(JournalEntry.actor).where(JournalEntry.event == "portal.banner_saved")).all()
    assert entries == [f"account:{people.agent.account.id}"]


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "１"])
def test_a_forged_version_is_a_bad_request(client: Visitor, session: Session, people: Personas, version: str) -> None:
    made = banner(session, "Campagne")
    client.enter(people.agent)
    sent = {**CAMPAIGN, "ton": "info", "public": "everyone", "departement": ""}
    client.post(f"/centre/contenus/bandeaux/{made.id}", status=400, version=version, **sent)
