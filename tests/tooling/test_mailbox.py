"""The mailbox receives over SMTP what the standard library sends."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import pytest

from tests.support.mailbox import Mailbox


def letter() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "relais@essai.example", "a@essai.example", "Rôle accepté"
    message.set_content("Suivez https://relais.example/suivi/abc pour la suite.")
    return message


def send(smtp: Mailbox) -> None:
    with smtplib.SMTP(smtp.host, smtp.port) as server:
        server.send_message(letter())


def test_a_mail_is_received_and_read(smtp: Mailbox) -> None:
    send(smtp)
    mail = smtp.only("a@essai.example")
    assert mail.subject == "Rôle accepté"
    assert mail.link("/suivi/") == "https://relais.example/suivi/abc"


def test_a_refusing_server_keeps_nothing(smtp: Mailbox) -> None:
    smtp.answer = "451 try again later"
    with pytest.raises(smtplib.SMTPDataError):
        send(smtp)
    assert smtp.mails == []
