"""A browser just good enough to sign in over HTTP and to keep what it was given."""

from __future__ import annotations

import http.client
import re
import urllib.parse
from collections.abc import Mapping

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def sign_in(port: int, email: str, password: str) -> str:
    """The cookie of a session. Raises SystemExit when the portal does not let in."""
    status, headers, body = ask(port, "/connexion")
    found = TOKEN.search(body.decode())
    if status != 200 or found is None:
        raise SystemExit(f"/connexion answers {status} without a form.")
    form = urllib.parse.urlencode({"csrf_token": found[1], "email": email, "password": password})
    status, headers, body = ask(port, "/connexion", {"Cookie": cookie_of(headers)}, form)
    if status != 303:
        raise SystemExit(f"{email} cannot sign in: {status}")
    return cookie_of(headers)


def ask(
    port: int, path: str, headers: Mapping[str, str] | None = None, form: str | None = None
) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        sent = dict(headers or {})
        if form is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("POST" if form is not None else "GET", path, form, sent)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def cookie_of(headers: http.client.HTTPMessage) -> str:
    return "; ".join(given.partition(";")[0] for given in headers.get_all("Set-Cookie", []))


class Kept:
    """One connection kept from question to question."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def status(self, path: str, headers: Mapping[str, str]) -> int:
        """Of the answer, once it is whole. A connection that the server let go is opened again."""
        try:
            self._connection.request("GET", path, headers=dict(headers))
            answer = self._connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self._connection.close()
            self._connection.request("GET", path, headers=dict(headers))
            answer = self._connection.getresponse()
        answer.read()
        return answer.status

    def close(self) -> None:
        self._connection.close()
