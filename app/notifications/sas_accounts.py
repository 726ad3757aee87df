"""The welcome mail of a SAS account, when it is created and again (S-162)."""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.requests import Kind
from app.models import Request
from app.notifications.mail import Body, Mail, announces
from app.notifications.requests import request_of, when_accepted, words_of


@when_accepted(Kind.SAS_ACCOUNT)
def created(request: Request, _body: Body) -> Iterator[Mail]:
    yield _welcome(request)


@announces("request.sas_welcome_sent")
def sent_again(body: Body) -> Iterator[Mail]:
    yield _welcome(request_of(body))


def _welcome(request: Request) -> Mail:
    words = {**words_of(request), "profile": request.details["profil"], "email": request.email}
    return Mail("sas_welcome", request.email, words)
