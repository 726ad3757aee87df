"""The form of a reader: a message, and of each line a decision and a remark, whose names depend on the dossier."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import request
from wtforms import HiddenField

from app.domain.dossier_reviews import Decision
from app.domain.errors import Invalid
from app.queries.dossier_differences import Reading
from app.usecases.dossier_review_steps import LONGEST, Verdict
from app.web.forms import FreeTextField, PortalForm
from app.web.names import name_fr

DECISION, REMARK = "decision-", "remarque-"


class ReadingForm(PortalForm):
    """`vu`: the stamp of what was read."""

    vu = HiddenField()
    message = FreeTextField("Message à la CPTS", longest=LONGEST)

    @property
    def verdict(self) -> Verdict:
        values = {decision.value: decision for decision in Decision}
        decisions = {
            name.removeprefix(DECISION): values[value]
            for name, value in request.form.items()
            if name.startswith(DECISION) and value in values
        }
        remarks = {
            name.removeprefix(REMARK): value.replace("\0", "")
            for name, value in request.form.items()
            if name.startswith(REMARK)
        }
        return Verdict(decisions, remarks, self.message.data or "")


@dataclass(frozen=True)
class Sent:
    """What was sent and what is wrong with it: `errors` by name of input. `notice`: why nothing was done (409)."""

    verdict: Verdict = field(default_factory=Verdict)
    errors: dict[str, str] = field(default_factory=dict)
    notice: str = ""
    status: int = 200

    def summary(self, reading: Reading) -> list[tuple[str, str]]:
        """(anchor, sentence), in the order of the page; each says of what."""
        named = [(f"{kind}{line.key}", line) for line in reading.lines for kind in (DECISION, REMARK)]
        told = [
            (name, f"{line.field.label} ({name_fr(line.sheet.title)})\u00a0: {self.errors[name]}")
            for name, line in named
            if name in self.errors
        ]
        return [*told, *(("message", self.errors["message"]) for _ in range("message" in self.errors))]

    def decision(self, key: str) -> str | None:
        return self.verdict.decisions.get(key)

    def remark(self, key: str) -> str:
        return self.verdict.remarks.get(key, "")


def message_field(sent: Sent, *, to: str = "la CPTS") -> FreeTextField:
    """As it was typed, with what is wrong with it."""
    field_: FreeTextField = ReadingForm(formdata=None, message=sent.verdict.message).message
    field_.label.text = f"Message à {to}"
    field_.errors = [sent.errors["message"]] if "message" in sent.errors else []
    return field_


def refused(form: ReadingForm, error: Invalid | None = None) -> Sent:
    """422: what was typed stays in its place."""
    errors = dict(error.fields) if error else {name: found[0] for name, found in form.errors.items() if name and found}
    return Sent(form.verdict, errors, status=422)
