"""Two people in the same boxes lose nothing; a draft is never said to be kept when it is not (B-13, B-14, S-134)."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect
from sqlalchemy.orm import Session

from app.models import Unit
from tests import personas
from tests.factories import PASSWORD
from tests.personas import Persona, Personas
from tests.support.backends import SQLITE_ONLY
from tests.support.browser import OpenPage, enter

pytestmark = [pytest.mark.browser, pytest.mark.slow, SQLITE_ONLY]
WITHIN = 5_000
"""Milliseconds after which a failure must have been said."""


@pytest.fixture
def people(app: Flask, session: Session) -> Personas:
    built = personas.build(session)
    session.commit()
    return built


def in_front(app: Flask, page: Page, who: Persona, path: str) -> Page:
    enter(page, app, who)
    page.goto(path)
    return page


def test_two_people_editing_at_once_lose_nothing(
    app: Flask, session: Session, people: Personas, open_page: OpenPage
) -> None:
    path = f"/unites/{people.comtat.unit.id}"
    hers = in_front(app, open_page(), people.president, path)
    mine = open_page(width=390)
    in_front(app, mine, people.referent, path)
    mine.clock.install()
    mine.watch.expect(409)
    for page in (hers, mine):
        page.get_by_role("link", name="Modifier l’encadré Conditions").click()
        expect(page.locator("#conditions-t")).to_be_focused()
        assert page.url.endswith(path), "in place"
    hers.locator("#admission").fill("D’elle.")
    hers.locator("#accueil").fill("Accueil d’elle.")
    expect(hers.locator("[data-etat-brouillon]")).to_contain_text("Brouillon enregistré à")
    mine.clock.fast_forward(15_000)
    expect(mine.locator("#presence-conditions")).to_contain_text("Hélène Vasseur modifie cet encadré")
    hers.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(hers.get_by_role("link", name="Modifier l’encadré Conditions")).to_be_focused()
    expect(hers.locator("#conditions .alerte--ok")).to_contain_text("enregistré")
    mine.locator("#admission").fill("De moi.")
    mine.locator("#regulateur").fill("Composer le 1.")
    mine.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(mine.locator("#conditions .conflit")).to_contain_text("D’elle.")
    expect(mine.locator("#admission")).to_have_value("De moi.")
    mine.get_by_label("Garder ma saisie").check()
    mine.locator("#admission").fill("D’elle et de moi.")
    mine.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(mine.locator("#conditions .alerte--ok")).to_contain_text("enregistré")
    row = session.get_one(Unit, people.comtat.unit.id, populate_existing=True)
    kept = (row.admission_conditions, row.reception_conditions, row.regulator_info)
    assert kept == ("D’elle et de moi.", "Accueil d’elle.", "Composer le 1.")


def test_a_page_whose_session_is_over_stops_asking_and_keeps_what_was_typed(
    app: Flask, people: Personas, open_page: OpenPage
) -> None:
    page = open_page()
    page.clock.install()
    in_front(app, page, people.referent, f"/unites/{people.comtat.unit.id}/encadres/conditions")
    page.locator("#admission").fill("Pas encore enregistré.")
    expect(page.locator("[data-etat-brouillon]")).to_contain_text("Brouillon enregistré à")
    page.watch.expect(401)
    page.context.clear_cookies()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for _ in range(3):
        page.clock.fast_forward(15_000)
        expect(page.locator("#presence-conditions")).to_contain_text("Votre session a expiré")
    assert len(asked) == 1, asked
    expect(page.locator("#session-expiree")).to_be_hidden()
    expect(page.locator("#admission")).to_have_value("Pas encore enregistré.")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    enter(page, app, people.referent)
    page.clock.fast_forward(15_000)
    expect(page.locator("#presence-conditions")).not_to_contain_text("Votre session a expiré")


def test_a_failed_autosave_says_why_keeps_the_text_and_tries_again(
    app: Flask, people: Personas, open_page: OpenPage
) -> None:
    path = f"/unites/{people.comtat.unit.id}/encadres/conditions"
    page = in_front(app, open_page(), people.referent, path)
    page.watch.expect(400, 401, 500)
    field, state = page.locator("#admission"), page.locator("[data-etat-brouillon]")
    alert = page.locator("[data-alerte-brouillon][role=alert]")

    field.fill("Un")
    expect(state).to_contain_text("Brouillon enregistré à", timeout=WITHIN)

    page.context.set_offline(True)
    field.fill("Un, deux")
    expect(alert).to_contain_text("Connexion interrompue", timeout=WITHIN)
    expect(state).to_contain_text("Non enregistré")
    with page.expect_event("dialog") as leaving:
        page.close(run_before_unload=True)
    assert leaving.value.type == "beforeunload"
    leaving.value.dismiss()
    page.context.set_offline(False)
    expect(state).to_contain_text("Brouillon enregistré à", timeout=2 * WITHIN)
    expect(alert).to_be_empty()
    assert all("ERR_INTERNET_DISCONNECTED" in fault for fault in page.watch.faults)
    page.watch.faults.clear()

    def broken(route: Route) -> None:
        route.fulfill(status=500, body="panne")

    page.route("**/brouillon", broken)
    field.fill("Un, deux, trois")
    expect(alert).to_contain_text("erreur est survenue de notre côté", timeout=WITHIN)
    page.unroute("**/brouillon", broken)
    expect(state).to_contain_text("Brouillon enregistré à", timeout=2 * WITHIN)

    page.context.clear_cookies()
    field.fill("Un, deux, trois, quatre")
    expect(alert).to_contain_text("Votre session a expiré", timeout=WITHIN)
    expect(field).to_have_value("Un, deux, trois, quatre")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Se reconnecter").click()
    signing_in = opened.value
    signing_in.locator("#email").fill(people.referent.email)
    signing_in.locator("#password").fill(PASSWORD)
    signing_in.locator("main").get_by_role("button", name="Se connecter").click()
    signing_in.wait_for_url(lambda url: "/connexion" not in url)
    assert signing_in.url.endswith("?champ=admission")
    expect(signing_in.locator("#admission")).to_be_focused()
    signing_in.close()
    page.bring_to_front()
    expect(state).to_contain_text("Brouillon enregistré à", timeout=2 * WITHIN)

    page.reload()
    expect(field).to_have_value("Un, deux, trois, quatre")
    expect(page.locator(".alerte--info")).to_contain_text("Brouillon du")
    page.get_by_role("button", name="Reprendre la version enregistrée").click()
    expect(field).to_have_value("")


def test_rows_are_added_in_place_and_focus_follows(app: Flask, people: Personas, open_page: OpenPage) -> None:
    page = in_front(app, open_page(width=320), people.referent, f"/unites/{people.comtat.unit.id}")
    page.get_by_role("link", name="Modifier l’encadré Secrétariat").click()
    page.get_by_role("button", name="Ajouter un contact").click()
    expect(page.locator("[name='contacts-1-nature']")).to_be_focused()
    page.locator("[name='contacts-1-nature']").select_option("07")
    page.locator("[name='contacts-1-telecoms-0-valeur']").fill("04 65 71 99 20")
    page.locator("[name='contacts-1-telecoms-0-valeur']").press("Enter")
    expect(page.get_by_role("link", name="Modifier l’encadré Secrétariat")).to_be_focused()
    expect(page.locator("#contacts")).to_contain_text("Secrétariat")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
