"""The page on which a request is decided: by agents with everything they need, by those in office without what
agents say among themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Response, url_for

from app.blueprints.service_centre.forms import NoteForm, QuestionForm, RefusalForm, WordForm
from app.blueprints.service_centre.kinds import desk_of
from app.domain.requests import Kind, Status, is_pending
from app.models import Request
from app.policies.permissions import Permission
from app.queries.desk_request import desk_request
from app.web.access import current_actor
from app.web.forms import PortalForm
from app.web.htmx import page_or_fragment

DECIDING = {Kind.AFFILIATION: Permission.AFFILIATION_DECIDE, Kind.CORRECTION: Permission.CORRECTION_DECIDE}
ACCEPT, REFUSE, ASK, WRITE, NOTE = "accepter", "refuser", "completer", "message", "note"
NOT_SHOWN_AGAIN = ("CSRFTokenField", "HiddenField", "PasswordField")


@dataclass(frozen=True)
class Refused:
    """What was just sent and could not be done. `notice`: why, when the request has moved on (409)."""

    name: str
    form: PortalForm
    status: int
    notice: str | None = None


@dataclass
class Forms:
    """Each form of the page, as new or as it was sent."""

    sent: Refused | None = None
    made: dict[str, PortalForm] = field(default_factory=dict)

    def get(self, name: str, make: Any) -> PortalForm:
        if self.sent and self.sent.name == name:
            return self.sent.form
        return self.made.setdefault(name, make())


def permission_of(asked: Request) -> Permission:
    """What deciding that kind of request takes."""
    return DECIDING.get(Kind(asked.kind), Permission.REQUEST_DECIDE)


def address(asked: Request) -> str:
    """Where who acts reads that request."""
    endpoint = "service_centre.request_page" if current_actor().is_agent else "service_centre.decision"
    return url_for(endpoint, request_id=asked.id)


def accept_form(asked: Request, **options: Any) -> PortalForm:
    desk = desk_of(asked)
    return desk.form(**desk.prefill(asked), **options)


def show(asked: Request, refused: Refused | None = None) -> Response:
    """The request as it is now; what was refused keeps its words on the page."""
    name = "request" if current_actor().is_agent else "decision"
    return page_or_fragment(
        f"service_centre/{name}.html",
        f"service_centre/_{name}.html",
        status=refused.status if refused else 200,
        root=f"#{name}",
        **_context(asked, refused),
    )


def _context(asked: Request, refused: Refused | None) -> dict[str, Any]:
    forms, desk, state = Forms(refused), desk_of(asked), Status(asked.status)
    context: dict[str, Any] = {
        "asked": asked,
        "kind": Kind(asked.kind),
        "state": state.label_for(asked.kind),
        "pending": is_pending(asked.status),
        "decidable": state in (Status.SUBMITTED, Status.INFO_NEEDED),
        "permission": permission_of(asked).value,
        "kind_desk": desk,
        "notice": refused.notice if refused else None,
        "typed": typed(refused.form) if refused and refused.notice else [],
        "accept_form": forms.get(ACCEPT, lambda: accept_form(asked, formdata=None)),
        "refuse_form": forms.get(REFUSE, lambda: RefusalForm(asked.kind, formdata=None)),
        "ask_form": forms.get(ASK, lambda: QuestionForm(formdata=None)),
        "sent": refused.name if refused else None,
        **desk.context(asked),
    }
    if current_actor().is_agent:
        context |= {
            "desk": desk_request(asked),
            "write_form": forms.get(WRITE, lambda: WordForm(formdata=None)),
            "note_form": forms.get(NOTE, lambda: NoteForm(formdata=None)),
        }
    return context


def typed(form: PortalForm) -> list[tuple[str, str]]:
    """(label, text) of what was typed and not kept: nothing is lost when the request has moved on."""
    return [
        (field.label.text, str(field.data))
        for field in form
        if field.type not in NOT_SHOWN_AGAIN and isinstance(field.data, str) and field.data
    ]
