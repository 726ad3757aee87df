"""A real SMTP server on a loopback socket: what the portal sends is received, parsed and kept."""

from __future__ import annotations

import email
import email.policy
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

ACCEPTED = "250 OK"


@dataclass(frozen=True)
class Mail:
    """One delivery: to whom the envelope went, and the parsed message."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def html(self) -> str:
        return self._part("html")

    def link(self, containing: str) -> str:
        """The one address of the text that holds `containing`."""
        found = {url for url in re.findall(r"https?://[^\s<>\"]+", self.text) if containing in url}
        assert len(found) == 1, f"{len(found)} links with {containing!r} in {self.subject!r}: {sorted(found)}"
        return found.pop()

    def _part(self, subtype: str) -> str:
        part = self.message.get_body((subtype,))
        assert part is not None, f"{self.subject!r} has no text/{subtype} part"
        content: str = part.get_content()
        return content


@dataclass
class Mailbox:
    """What arrived. `answer` is what the server says to each message: set a 4xx or 5xx line to refuse."""

    host: str
    port: int
    mails: list[Mail] = field(default_factory=list)
    answer: str = ACCEPTED
    arrived: threading.Condition = field(default_factory=threading.Condition)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 – aiosmtpd's
        if self.answer == ACCEPTED:
            self._keep(envelope)
        return self.answer

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails if address in mail.recipients]

    def only(self, address: str) -> Mail:
        """The one mail to `address`."""
        mails = self.to(address)
        assert len(mails) == 1, f"{len(mails)} mails to {address}: {[mail.subject for mail in mails]}"
        return mails[0]

    def latest(self, address: str) -> Mail:
        mails = self.to(address)
        assert mails, f"no mail to {address}, only to {sorted({r for mail in self.mails for r in mail.recipients})}"
        return mails[-1]

    def wait_for(self, count: int, timeout: float = 5.0) -> list[Mail]:
        """Waits for another process to have sent `count` mails in all."""
        with self.arrived:
            in_time = self.arrived.wait_for(lambda: len(self.mails) >= count, timeout)
        assert in_time, f"{len(self.mails)} mails of {count} after {timeout} s"
        return self.mails

    def clear(self) -> None:
        self.mails.clear()
        self.answer = ACCEPTED

    def _keep(self, envelope: Envelope) -> None:
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        with self.arrived:
            self.mails.append(Mail(str(envelope.mail_from), tuple(envelope.rcpt_tos), message))
            self.arrived.notify_all()


@contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    mailbox = Mailbox("127.0.0.1", free_port())
    controller = Controller(mailbox, hostname=mailbox.host, port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
