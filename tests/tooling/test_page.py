"""Forms are filled as a browser fills them, and what a page does not offer cannot be sent."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from tests.support.page import Form

HTML = """<form method="post" action="/demande" id="f">
<input type="hidden" name="csrf_token" value="t"><input name="nom" value="Durand">
<input name="vieux" disabled value="x">
<textarea name="message">Bonjour</textarea>
<select name="metier"><option value="">Choisir</option><option value="60" selected>Infirmier</option></select>
<input type="checkbox" name="declaration" value="oui">
<input type="radio" name="avis" value="oui"><input type="radio" name="avis" value="non" checked>
<button name="action" value="garder">Garder</button><button class="autre" name="action" value="jeter">Jeter</button>
</form><input form="f" name="dehors" value="1">"""


@pytest.fixture
def form() -> Form:
    tag = BeautifulSoup(HTML, "html.parser").form
    assert tag is not None
    return Form(tag, "/ici")


def test_an_untouched_form_sends_what_it_shows(form: Form) -> None:
    assert form.filled({}) == {
        "csrf_token": ["t"],
        "nom": ["Durand"],
        "message": ["Bonjour"],
        "metier": ["60"],
        "avis": ["non"],
        "dehors": ["1"],
        "action": ["garder"],
    }


def test_a_filled_form_sends_the_test_s_values_and_the_pressed_button(form: Form) -> None:
    sent = form.filled({"nom": "Arnaud", "declaration": True, "avis": "oui", "metier": ""}, button=".autre")
    assert (sent["nom"], sent["declaration"], sent["avis"]) == (["Arnaud"], ["oui"], ["oui"])
    assert (sent["metier"], sent["action"]) == ([""], ["jeter"])


@pytest.mark.parametrize("values", [{"inconnu": 1}, {"metier": "99"}, {"avis": "peut-être"}])
def test_what_the_page_does_not_offer_is_refused(form: Form, values: dict[str, object]) -> None:
    with pytest.raises(AssertionError):
        form.filled(values)
