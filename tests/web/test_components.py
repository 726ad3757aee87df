"""What templates call, and the macros that make forms."""

from __future__ import annotations

import re
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from flask import Flask, render_template_string
from wtforms import BooleanField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.web.components import html_attributes, page_numbers, page_url
from app.web.forms import PortalForm
from tests.support.backends import SQLITE_ONLY
from tests.support.page import plain

IMPORT = '{% import "components/macros.html" as m %}'


class Sample(PortalForm):
    nom = StringField("Nom", [InputRequired("Renseignez le nom."), Length(max=20)])
    password = PasswordField("Mot de passe")
    message = TextAreaField("Message")
    metier = SelectField("Métier", choices=[SelectChoice("10", "Médecin"), SelectChoice("60", "Infirmier")])
    avis = RadioField(
        "Avis",
        choices=[SelectChoice("a", "Accepter"), SelectChoice("r", "Refuser")],
        validators=[InputRequired("Choisissez.")],
    )
    accord = BooleanField("Je confirme", [InputRequired("Cochez la case.")])


def shown(app: Flask, template: str, **fields: str) -> BeautifulSoup:
    """The template, after the form was sent with `fields`."""
    with app.test_request_context("/aide?q=a&page=2", method="POST", data={**fields}):
        form = Sample(meta={"csrf": False})
        form.validate()
        return BeautifulSoup(render_template_string(IMPORT + template, f=form), "html.parser")


def one(soup: BeautifulSoup, css: str) -> Tag:
    (found,) = soup.select(css)
    return found


@SQLITE_ONLY
def test_a_field_in_error_points_to_its_help_and_its_error(app: Flask) -> None:
    soup = shown(app, '{{ m.champ(f.nom, "En majuscules.", ac="family-name") }}')
    field = one(soup, "input")
    assert str(field["aria-describedby"]).split() == ["nom-aide", "nom-erreur"]
    assert plain(one(soup, "#nom-erreur").get_text()) == "Erreur : Renseignez le nom."
    assert (field["aria-invalid"], field["autocomplete"], field["maxlength"]) == ("true", "family-name", "20")
    assert field.has_attr("required")
    assert "facultatif" not in soup.get_text()


@SQLITE_ONLY
def test_what_was_typed_comes_back_escaped_but_a_password_never_does(app: Flask) -> None:
    soup = shown(
        app,
        "{{ m.champ(f.nom) }}{{ m.champ(f.password) }}{{ m.champ_zone(f.message) }}",
        nom='<b> "x',
        password="s3cret",
        message="</textarea>",
    )
    assert one(soup, "#nom")["value"] == '<b> "x'
    assert one(soup, "#password")["value"] == ""
    assert one(soup, "textarea").get_text().strip() == "</textarea>"
    assert not soup.select("b")


@SQLITE_ONLY
def test_optional_fields_say_so(app: Flask) -> None:
    soup = shown(app, "{{ m.champ_zone(f.message) }}")
    assert "(facultatif)" in one(soup, "label").get_text()


@SQLITE_ONLY
def test_choices_keep_what_was_chosen_and_errors_lead_to_the_first(app: Flask) -> None:
    soup = shown(
        app, "{{ m.resume_erreurs(f) }}{{ m.champ_choix(f.avis) }}{{ m.champ_liste(f.metier) }}", nom="x", metier="60"
    )
    targets = [str(link["href"]).removeprefix("#") for link in soup.select("#resume-erreurs a")]
    assert targets == ["avis", "accord"]
    assert soup.select("input[type=radio]#avis")
    assert [option["value"] for option in soup.select("option[selected]")] == ["60"]
    assert one(soup, "#resume-erreurs h2").get_text() == "2 informations sont à corriger"


@SQLITE_ONLY
def test_no_error_no_summary(app: Flask) -> None:
    soup = shown(app, "{{ m.resume_erreurs(f) }}", nom="x", metier="10", avis="a", accord="y")
    assert not soup.select("#resume-erreurs")


@SQLITE_ONLY
def test_a_form_is_protected_and_versioned(app: Flask) -> None:
    soup = shown(app, '{% call m.formulaire("/x", version=3, cible="#d") %}{{ m.declaration(f.accord) }}{% endcall %}')
    form = one(soup, "form")
    assert (form["method"], form["hx-post"], form["hx-target"], form["hx-sync"]) == ("post", "/x", "#d", "this:drop")
    assert form.has_attr("novalidate")
    assert one(soup, "[name=csrf_token]")["value"]
    assert one(soup, "[name=version]")["value"] == "3"


@SQLITE_ONLY
def test_an_absent_value_is_said(app: Flask) -> None:
    blank = '{% call m.definition("C") %} {% endcall %}{{ m.valeur("") }}'
    soup = shown(app, '{{ m.definition("A", none) }}{{ m.definition("B", 0) }}' + blank)
    assert [dd.get_text() for dd in soup.select("dd")] == ["Non renseigné", "0", "Non renseigné"]
    assert one(soup, "span.vide").get_text() == "Non renseigné"


@SQLITE_ONLY
def test_a_value_that_looks_like_a_script_is_not_a_link(app: Flask) -> None:
    soup = shown(app, '{{ m.site("javascript:alert(1)") }}{{ m.site("https://www.x.example/") }}')
    assert [a["href"] for a in soup.select("a")] == ["https://www.x.example/"]


def test_attributes_are_escaped() -> None:
    assert html_attributes({"hx_get": '/x?"', "hidden": True, "x": None, "y": False}) == ' hx-get="/x?&#34;" hidden'


def test_page_numbers_show_the_ends_and_the_neighbours() -> None:
    assert list(page_numbers(1, 1)) == [1]
    assert list(page_numbers(1, 3)) == [1, 2, 3]
    assert list(page_numbers(5, 9)) == [1, None, 4, 5, 6, None, 9]


@SQLITE_ONLY
def test_a_page_address_keeps_the_question(app: Flask) -> None:
    with app.test_request_context("/recherche?q=l'été&onglet=unites&page=3"):
        assert page_url(2) == "/recherche?q=l%27%C3%A9t%C3%A9&onglet=unites&page=2"
        assert page_url(1) == "/recherche?q=l%27%C3%A9t%C3%A9&onglet=unites"


@SQLITE_ONLY
def test_every_documented_macro_exists_and_every_macro_is_documented(app: Flask) -> None:
    page = (Path(app.root_path).parent / "docs/front.md").read_text()
    table = page[
        page.index("## Macros") : page.index("“Required”") if "“Required”" in page else page.index('"Required"')
    ]
    documented = {
        name
        for row in table.splitlines()
        if row.startswith("| `")
        for name in re.findall(r"`(\w+)`", row.split("|")[1])
    }
    with app.test_request_context("/"):
        module = app.jinja_env.get_template("components/macros.html").make_module()
    parts = {"basics", "boxes", "forms", "navigation", "maps"}
    exported = {name for name in vars(module) if not name.startswith("_")} - parts
    assert documented == exported
