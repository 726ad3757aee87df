"""Fields of the portal's forms: what is kept, what is refused and in which words, what is shown again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import Form, PasswordField

from app import clock
from app.domain.errors import Invalid
from app.domain.identifiers import luhn_key
from app.web import forms


class Everything(Form):
    nom = forms.NameField("Nom", missing="Renseignez votre nom.")
    email = forms.EmailField("Courriel", missing="Renseignez votre adresse.")
    telephone = forms.PhoneField("Téléphone")
    rpps = forms.RppsField("RPPS")
    message = forms.FreeTextField("Message", longest=200)
    mot = forms.SecretField("Mot de passe", missing="Saisissez votre mot de passe.")
    accord = forms.Declaration("D’accord", missing="Cochez la case.")


RPPS = "1000000000" + luhn_key("1000000000")
GOOD = {"nom": "Durand", "email": "a@essai.example", "mot": "x", "accord": "y"}


def filled(**values: str) -> Everything:
    form = Everything(MultiDict({**GOOD, **values}))
    form.validate()
    return form


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("nom", "  De   La Tour ", "De La Tour"),
        ("nom", "D’Angély-Müller", "D’Angély-Müller"),
        ("nom", "Zo\u0065\u0301", "Zoé"),
        ("nom", "Nguyễn", "Nguyễn"),
        ("nom", "Du\u200brand", "Durand"),
        ("email", " Camille.Essai@EXEMPLE.fr ", "Camille.Essai@exemple.fr"),
        ("telephone", "04 90 00 00 00", "+33490000000"),
        ("telephone", "04.90.00.00.00", "+33490000000"),
        ("telephone", "+33 (0)4 90 00 00 00", "+33490000000"),
        ("telephone", "0033490000000", "+33490000000"),
        ("telephone", "06 39 98 00 01", "+33639980001"),
        ("telephone", "0262 12 34 56", "+262262123456"),
        ("telephone", "+32 2 555 12 12", "+3225551212"),
        ("telephone", " ", None),
        ("rpps", RPPS[:3] + " " + RPPS[3:], RPPS),
        ("rpps", "", None),
        ("message", "Bonjour,\r\n\r\n  je   m’installe. ", "Bonjour,\n\nje m’installe."),
        ("mot", "  espaces gardées  ", "  espaces gardées  "),
    ],
)
def test_a_good_value_is_tidied(field: str, typed: str, kept: str | None) -> None:
    form = filled(**{field: typed})
    assert not form.errors
    assert form[field].data == kept


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("nom", "", "Renseignez votre nom."),
        ("nom", " \u200b ", "Renseignez votre nom."),
        ("nom", "<b>Durand</b>", forms.NAME_SENTENCE),
        ("nom", "=1+1", forms.NAME_SENTENCE),
        ("nom", "Durand 2", forms.NAME_SENTENCE),
        ("nom", "x" * 121, "Raccourcissez ce texte : 120 caractères au plus."),
        ("email", "durand", forms.EMAIL_SENTENCE),
        ("email", "durand@", forms.EMAIL_SENTENCE),
        ("email", "a@b", forms.EMAIL_SENTENCE),
        ("email", "a b@exemple.fr", forms.EMAIL_SENTENCE),
        ("email", "a@exemple.fr, b@exemple.fr", forms.EMAIL_SENTENCE),
        ("email", "a@exemple.fr\nBcc: b@exemple.fr", forms.EMAIL_SENTENCE),
        ("telephone", "04 90 00", forms.PHONE_SENTENCE),
        ("telephone", "15", forms.PHONE_SENTENCE),
        ("telephone", "bonjour", forms.PHONE_SENTENCE),
        ("rpps", RPPS[:10] + str((int(RPPS[10]) + 1) % 10), forms.RPPS_SENTENCE),
        ("rpps", "840021281", forms.RPPS_SENTENCE),
        ("message", "Patiente 2 69 05 49 588 157 80", forms.NIR_SENTENCE),
        ("mot", "", "Saisissez votre mot de passe."),
        ("mot", "x" * 129, "Un mot de passe compte au plus 128 caractères."),
    ],
)
def test_a_bad_value_is_refused_and_kept_on_screen(field: str, typed: str, sentence: str) -> None:
    form = filled(**{field: typed})
    assert form.errors == {field: [sentence]}
    if field != "mot":
        assert form[field]._value() == typed


def test_a_declaration_must_be_made() -> None:
    form = Everything(MultiDict({name: value for name, value in GOOD.items() if name != "accord"}))
    assert not form.validate()
    assert form.errors == {"accord": ["Cochez la case."]}


def test_a_password_is_never_shown_again() -> None:
    assert "secret" not in str(filled(mot="secret").mot())


def test_what_is_stored_is_proposed_when_nothing_was_typed() -> None:
    assert Everything(data={"nom": "Durand"}).nom._value() == "Durand"


HOSTILE = ["x" * 10_000, "a@" * 5_000, "+3" * 5_000, "é" * 10_000, "-'" * 5_000, "1" * 10_000, "\u0301" * 10_000]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["nom", "email", "telephone", "rpps", "message"])
def test_a_hostile_text_costs_nothing(field: str, text: str) -> None:
    start = time.perf_counter()
    assert field in filled(**{field: text}).errors
    assert time.perf_counter() - start < 0.05


@given(st.text(max_size=40))
def test_any_text_is_kept_or_explained(text: str) -> None:
    form = filled(nom=text, email=text, telephone=text, rpps=text, message=text)
    for sentences in form.errors.values():
        assert all(sentence.endswith((".", "fr.")) for sentence in sentences)
    kept: list[Any] = [field.data for field in form if field.name not in form.errors and field.name in {"nom", "email"}]
    assert all("<" not in value and "\n" not in value for value in kept)


@pytest.fixture
def request_context() -> Iterator[None]:
    bare = Flask(__name__)
    bare.config["SECRET_KEY"] = "a secret of the tests"
    with bare.test_request_context("/", method="POST", data={"nom": "Durand", "site_web": "http://robot.example"}):
        yield


class Guarded(forms.TrapMixin, forms.PortalForm):
    nom = forms.NameField("Nom", missing="Renseignez votre nom.")


@pytest.mark.usefixtures("request_context")
def test_a_robot_that_fills_everything_is_refused() -> None:
    form = Guarded(meta={"csrf": False})
    assert not form.validate()
    assert form.errors == {"site_web": [forms.TRAP_SENTENCE]}
    assert form.status == 422


@pytest.mark.usefixtures("request_context")
def test_a_form_sent_faster_than_anybody_types_is_noticed_and_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    shown_at = clock.now()
    opened = Guarded(formdata=None, meta={"csrf": False}).ouvert.data
    for seconds, hasty in ((0, True), (1.9, True), (2.1, False), (3600, False)):
        monkeypatch.setattr(clock, "now", lambda seconds=seconds: shown_at + timedelta(seconds=seconds))
        assert forms.was_hasty(opened) is hasty
    middle = len(opened) - 10  # of the signature: the bits of its last letter do not all count
    other = "A" if opened[middle] != "A" else "B"
    for forged in ("", "1", "0.0.0", opened[:middle] + other + opened[middle + 1 :]):
        assert forms.was_hasty(forged)
    quick = Guarded(MultiDict({"nom": "Durand", "ouvert": "", "site_web": ""}), meta={"csrf": False})
    assert quick.validate()


@pytest.mark.usefixtures("request_context")
def test_what_a_use_case_refuses_is_shown_on_its_field_or_on_the_form() -> None:
    form = Guarded(meta={"csrf": False})
    form.refuse(Invalid({"nom": "Déjà pris.", "autre": "Impossible."}))
    assert form.errors == {"nom": ["Déjà pris."], "": ["Impossible."]}
    assert form.status == 422


def every_form() -> set[type[forms.PortalForm]]:
    found, waiting = set(), [forms.PortalForm]
    while waiting:
        for form in waiting.pop().__subclasses__():
            found.add(form)
            waiting.append(form)
    return found


def test_every_password_field_is_known_as_such(app: Flask) -> None:
    """app/web/same_origin.py shows again what was typed in a form that was not taken: passwords apart."""
    named = {
        name
        for form in every_form()
        for name, field in vars(form).items()
        if isinstance(getattr(field, "field_class", None), type) and issubclass(field.field_class, PasswordField)
    }
    proofs = {"code", "appareil"}  # a code of six digits, the answer of a passkey: typed in plain fields
    assert named | proofs == set(forms.PASSWORD_FIELDS)
