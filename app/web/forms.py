"""The base of every form: what people type is tidied, capped, checked, and explained in French.

    class AskForm(PortalForm):
        nom = NameField("Nom", missing="Renseignez votre nom.")
        telephone = PhoneField("Téléphone", missing="Renseignez un numéro de téléphone.")
        rpps = RppsField("Numéro RPPS")                       # optional: no `missing`
        message = FreeTextField("Message", longest=2000)

After `validate_on_submit()`, `field.data` is the clean value (E.164 phone, eleven digits…) or None; on an error the
page shows again what was typed. A field is required when it says what is missing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, URLSafeSerializer
from wtforms import BooleanField, HiddenField, PasswordField, StringField
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import TextArea

from app import clock
from app.credentials.passwords import MAXIMUM_LENGTH
from app.domain.errors import Invalid
from app.domain.free_text import holds_nir
from app.domain.identifiers import InvalidIdentifier, Rpps
from app.web.french import phone_fr

PASSWORD_FIELDS = ("password", "mot_de_passe", "actuel", "code", "appareil")
"""Every field that takes a password, a code or a passkey: never shown again, and counted when guessed."""
PHONE_SENTENCE = "Renseignez un numéro à 10 chiffres, par exemple 04 90 00 00 00."
EMAIL_SENTENCE = "Renseignez une adresse électronique complète, par exemple prenom.nom@exemple.fr."
NIR_SENTENCE = "Retirez le numéro de sécurité sociale : le portail ne doit contenir aucune donnée de patient."
RPPS_SENTENCE = "Ce numéro RPPS n’est pas valable. Vérifiez les 11 chiffres."
NAME_SENTENCE = "Écrivez ce nom avec des lettres, des espaces, des tirets ou des apostrophes."
FASTEST = 2.0
"""Seconds under which no person has filled in a form."""
TRAP_SENTENCE = "Laissez ce champ vide, puis renvoyez le formulaire."
OVERSEAS = ("GP", "MQ", "GF", "RE", "YT", "PM", "NC", "PF", "WF")
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'’-])*")


class PortalForm(FlaskForm):  # type: ignore[misc]
    """A form of the portal; `refuse` shows on it what a use case found wrong."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        locales = ("fr",)

    def refuse(self, error: Invalid) -> None:
        """Put each sentence of `error` on its field, or on the form when it has no such field."""
        for name, sentence in error.fields.items():
            if name in self._fields:
                self[name].errors = [*self[name].errors, sentence]
            else:
                self.form_errors.append(sentence)

    @property
    def status(self) -> int:
        """422 when the form is in error, else 200."""
        return 422 if self.errors else 200


class TextLine(StringField):
    """One line of text, tidied. `missing` is the sentence for an empty required field."""

    def __init__(
        self,
        label: str,
        validators: Sequence[Any] = (),
        *,
        missing: str | None = None,
        longest: int = 120,
        **options: Any,
    ) -> None:
        super().__init__(label, list(validators), **options)
        self.missing, self.longest = missing, longest
        self.typed: str | None = None
        self.flags.required = bool(missing)
        self.flags.maxlength = longest

    def process_formdata(self, valuelist: list[Any]) -> None:
        if valuelist:
            self.typed = str(valuelist[0])
            self.data = self.typed

    def pre_validate(self, _form: Any) -> None:
        """Empty, too long, then `clean`: nothing looks at a text longer than what the field accepts."""
        typed = self.data or ""
        if len(typed) > self.longest:
            raise StopValidation(f"Raccourcissez ce texte : {self.longest} caractères au plus.")
        self.data = self.tidy(typed) or None
        if self.data is None:
            raise StopValidation(self.missing or "")
        try:
            self.data = self.clean(self.data)
        except ValueError as error:
            raise StopValidation(str(error)) from None
        if len(self.data) > self.longest:  # normalising makes some characters two, a scheme is added…
            raise StopValidation(f"Raccourcissez ce texte : {self.longest} caractères au plus.")

    def tidy(self, text: str) -> str:
        """NFC, without control characters, single spaces."""
        return " ".join(_printable(text).split())

    def clean(self, text: str) -> str:
        """The value to keep. Raises ValueError with a French sentence."""
        return text

    def _value(self) -> str:
        return self.typed if self.typed is not None else self.data or ""


class NameField(TextLine):
    """A family or given name."""

    def clean(self, text: str) -> str:
        if not _NAME.fullmatch(text):
            raise ValueError(NAME_SENTENCE)
        return text


class EmailField(TextLine):
    """An address; its unique form is `app.usecases.enrolment.email_key(field.data)`. No DNS look-up."""

    def __init__(self, label: str, validators: Sequence[Any] = (), *, longest: int = 254, **options: Any) -> None:
        super().__init__(label, validators, longest=longest, **options)

    def clean(self, text: str) -> str:
        return email_address(text)


class PhoneField(TextLine):
    """A French number, mainland or overseas, or a valid foreign one with its `+`; kept in E.164."""

    def __init__(self, label: str, validators: Sequence[Any] = (), *, longest: int = 30, **options: Any) -> None:
        super().__init__(label, validators, longest=longest, **options)

    def clean(self, text: str) -> str:
        return phone_number(text)

    def _value(self) -> str:
        """What was typed as it was, what is known as people write it."""
        return self.typed if self.typed is not None else typed_phone(self.data)


class RppsField(TextLine):
    """Eleven digits with their Luhn key, spaces allowed."""

    def __init__(self, label: str, validators: Sequence[Any] = (), *, longest: int = 30, **options: Any) -> None:
        super().__init__(label, validators, longest=longest, **options)

    def clean(self, text: str) -> str:
        try:
            rpps = Rpps.parse(text)
        except InvalidIdentifier:
            raise ValueError(RPPS_SENTENCE) from None
        if not rpps.key_is_valid:
            raise ValueError(RPPS_SENTENCE)
        return rpps.value


class FreeLine(TextLine):
    """A line of free words (a function, a reason): no social security number."""

    def clean(self, text: str) -> str:
        if holds_nir(text):
            raise ValueError(NIR_SENTENCE)
        return text


class FreeTextField(FreeLine):
    """Several lines of free words."""

    widget = TextArea()

    def tidy(self, text: str) -> str:
        lines = _printable(text.replace("\r\n", "\n")).split("\n")
        return "\n".join(" ".join(line.split()) for line in lines).strip()


class SecretField(PasswordField):
    """A password: taken as typed, spaces included, never shown again."""

    def __init__(self, label: str, *, missing: str, **options: Any) -> None:
        super().__init__(label, **options)
        self.missing = missing
        self.flags.required = True

    def pre_validate(self, _form: Any) -> None:
        if not self.data:
            raise StopValidation(self.missing)
        if len(self.data) > MAXIMUM_LENGTH:
            raise StopValidation(f"Un mot de passe compte au plus {MAXIMUM_LENGTH} caractères.")


class Declaration(BooleanField):
    """A box that must be ticked."""

    def __init__(self, label: str, *, missing: str, **options: Any) -> None:
        super().__init__(label, **options)
        self.missing = missing
        self.flags.required = True

    def pre_validate(self, _form: Any) -> None:
        if not self.data:
            raise StopValidation(self.missing)


class TrapMixin:
    """What robots do and people do not: include "components/trap.html" in the form.

    `site_web`: a field that people do not see and robots fill in.
    `ouvert`: when the page was shown, signed. A form sent in less than FASTEST seconds, or without it, is not refused:
    that would stop fast typists, autofill and honest scripts, and a robot waits as long as it is told to. It counts as
    several sends in the hourly limit of its network (app/web/limits.py, SEND).
    """

    site_web = StringField("Laissez ce champ vide")
    ouvert = HiddenField(default=lambda: _opened().dumps(clock.now().timestamp()))

    def validate_site_web(self, field: StringField) -> None:
        if field.data:
            raise ValidationError(TRAP_SENTENCE)


def email_address(text: str) -> str:
    """Normalised. Raises ValueError with a French sentence."""
    try:
        checked = validate_email(text, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError:
        raise ValueError(EMAIL_SENTENCE) from None
    return checked.normalized


def phone_number(text: str) -> str:
    """In E.164. Raises ValueError with a French sentence."""
    number = _french_number(text)
    if number is None:
        raise ValueError(PHONE_SENTENCE)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def typed_phone(number: str | None) -> str:
    """As people type it: a mainland number without its `+33`; the others keep theirs, which says where they are."""
    return phone_fr(number) if (number or "").startswith("+33") else number or ""


def one_line(text: str | None, longest: int) -> str:
    """What came in a hidden field or an address, fit to keep and to show: tidied and cut, never refused."""
    return " ".join(_printable(text or "").split())[:longest]


def was_hasty(opened: str) -> bool:
    """Whether a form whose `ouvert` holds that text was sent faster than anybody fills it in."""
    try:
        shown_at = float(_opened().loads(opened))
    except (BadSignature, TypeError, ValueError):
        return True
    return clock.now().timestamp() - shown_at < FASTEST


def _opened() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="relais.formulaire")


def _printable(text: str) -> str:
    """NFC without control characters, line breaks and tabs apart."""
    normal = unicodedata.normalize("NFC", text)
    return "".join(char for char in normal if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cf", "Cs"})


def _french_number(text: str) -> phonenumbers.PhoneNumber | None:
    """Mainland first: its new or fictional ranges, which the library does not know, are taken when possible."""
    mainland = _parsed(text, "FR")
    if mainland is None:
        return None
    if phonenumbers.is_valid_number(mainland):
        return mainland
    for region in OVERSEAS:
        number = _parsed(text, region)
        if number is not None and phonenumbers.is_valid_number_for_region(number, region):
            return number
    possible = mainland.country_code == 33 and phonenumbers.is_possible_number(mainland)
    return mainland if possible else None


def _parsed(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
