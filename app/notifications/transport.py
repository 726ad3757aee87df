"""Send a written mail: by SMTP, with checked certificates and a time-out, or to files when no server is set."""

from __future__ import annotations

import re
import smtplib
import ssl
from pathlib import Path

from flask import current_app
from flask_mail import Connection, Mail, Message

from app import clock
from app.settings import Settings, current_settings

TIMEOUT_SECONDS = 10


class SafeConnection(Connection):
    """Flask-Mail as shipped accepts any certificate and waits for ever (SECURITY.md §1.2)."""

    def configure_host(self) -> smtplib.SMTP:
        mail = self.mail
        context = ssl.create_default_context()
        host: smtplib.SMTP
        if mail.use_ssl:
            host = smtplib.SMTP_SSL(mail.server, mail.port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            host = smtplib.SMTP(mail.server, mail.port, timeout=TIMEOUT_SECONDS)
        if mail.use_tls:
            host.starttls(context=context)
        if mail.username and mail.password:
            host.login(mail.username, mail.password)
        return host


class SafeMail(Mail):
    """Flask-Mail with the connection above, one recipient a message."""

    def connect(self) -> Connection:
        return SafeConnection(current_app.extensions["mail"])


mailer = SafeMail()


def send(message: Message) -> None:
    """Hand the message over. Raises OSError or smtplib.SMTPException when it could not be."""
    settings = current_settings()
    if settings.mail_server:
        mailer.send(message)
    else:
        _write_file(message, settings)


def _write_file(message: Message, settings: Settings) -> Path:
    """One .eml a mail in instance/mails/, complete or absent."""
    folder = settings.instance_path / "mails"
    folder.mkdir(parents=True, exist_ok=True)
    recipient = re.sub(r"[^a-z0-9.@-]", "_", str(message.recipients[0]).lower())
    file = folder / f"{clock.now():%Y%m%d-%H%M%S}-{recipient}-{str(message.msgId)[1:9]}.eml"
    partial = file.with_suffix(".part")
    partial.write_bytes(message.as_bytes())
    return partial.rename(file)
