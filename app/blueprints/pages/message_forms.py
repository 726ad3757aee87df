"""Messages to the service centre. `email` and the hidden keys come from RequestForm."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError

from app.domain.messages import SUBJECTS, find_subject
from app.domain.requests import Kind
from app.usecases.requests import Submission
from app.web.forms import EmailField, FreeTextField, NameField, PhoneField, one_line
from app.web.request_forms import RequestForm
from app.web.return_path import local_path

SUBJECT_CHOICES = [
    SelectChoice("", "Choisissez un sujet"),
    *(SelectChoice(subject.key, subject.label) for subject in SUBJECTS),
]
KEPT_FILTERS = ("onglet", "tri", "elargir", "page")
"""Parameters of /recherche that say what was asked, beside `q`."""
LONGEST_QUERY = 200
EMAIL_MISSING = "Renseignez votre adresse électronique\u00a0: la réponse y est envoyée."


class MessageForm(RequestForm):
    """`depuis`: the page one comes from; `concerne`: what it is about, a request's number for one."""

    sujet = SelectField("Sujet", choices=SUBJECT_CHOICES, validate_choice=False)
    prenom = NameField("Prénom")
    nom = NameField("Nom")
    email = EmailField(
        "Adresse électronique", missing="Renseignez votre adresse électronique\u00a0: la réponse y est envoyée."
    )
    telephone = PhoneField("Téléphone")
    message = FreeTextField("Message", missing="Écrivez votre message.", longest=2000)
    depuis = HiddenField()
    concerne = HiddenField()

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.sujet.flags.required = True

    def validate_sujet(self, field: SelectField) -> None:
        if find_subject(field.data) is None:
            raise ValidationError("Choisissez le sujet de votre message.")

    @property
    def about(self) -> str:
        return one_line(self.concerne.data, LONGEST_QUERY)

    def submission(self) -> Submission:
        subject = find_subject(self.sujet.data)
        return Submission(
            kind=subject.kind if subject else Kind.CONTACT,
            email=self.email.data or "",
            family_name=self.nom.data,
            given_name=self.prenom.data,
            phone=self.telephone.data,
            subject=subject.label if subject else None,
            message=self.message.data,
            details={"concerne": self.about} if self.about else {},
            came_from=local_path(self.depuis.data),
        )


class ReportForm(RequestForm):
    """A problem in the directory: the search that showed it goes with it (S-029)."""

    email = EmailField(
        "Adresse électronique", missing="Renseignez votre adresse électronique\u00a0: la réponse y est envoyée."
    )
    message = FreeTextField("Ce que vous attendiez", missing="Dites ce qui manque, ou ce qui est faux.", longest=2000)
    q = HiddenField()
    filtres = HiddenField()
    depuis = HiddenField()

    @property
    def query(self) -> str:
        return one_line(self.q.data, LONGEST_QUERY)

    @property
    def filters(self) -> str:
        return one_line(self.filtres.data, LONGEST_QUERY)

    def submission(self) -> Submission:
        """`came_from`: the search itself, for who wants to see what the person saw."""
        searched = urlencode({"q": self.query}) + (f"&{self.filters}" if self.filters else "")
        details = {"recherche": self.query, "filtres": self.filters} if self.query else {}
        return Submission(
            kind=Kind.REPORT,
            email=self.email.data or "",
            subject=f"Recherche «\u00a0{self.query}\u00a0»"[:160] if self.query else None,
            message=self.message.data,
            details=details,
            came_from=local_path(f"/recherche?{searched}" if self.query else self.depuis.data),
        )
