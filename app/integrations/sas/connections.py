"""Connections that only go where they may: to public addresses, for a bounded time (SECURITY.md, case 34).

The name is resolved here and the connection is made to the very address that was checked: a name server that changes
its mind in between (rebinding) changes nothing. A name that also stands for an inner address is refused whole.
"""

from __future__ import annotations

import functools
import socket
import threading
import time
from contextlib import suppress
from typing import Any, Self

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError, NewConnectionError

from app.consumers import is_loopback, is_public


class AddressRefused(Exception):
    """The name stands for an address that the portal does not speak to."""


class Patience:
    """Ends the exchange when its time is over, however slowly the other side speaks."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        for watched in self._sockets:
            watched.close()

    @property
    def left(self) -> float:
        return self._end - time.monotonic()

    def watch(self, opened: socket.socket) -> None:
        """By a duplicate, which stays when TLS takes the socket over."""
        self._sockets.append(opened.dup())

    def _cut(self) -> None:
        for watched in self._sockets:
            with suppress(OSError):  # the other side went first
                watched.shutdown(socket.SHUT_RDWR)


def checked_addresses(host: str, port: int, *, loopback: bool) -> list[str]:
    """Raises AddressRefused, and OSError when the name is unknown. `loopback`: this machine, and nothing else."""
    found = list(dict.fromkeys(str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    allowed = is_loopback if loopback else is_public
    if not found or not all(allowed(address) for address in found):
        raise AddressRefused(f"{host}: {', '.join(found)}")
    return found


class _Guarded:
    """Mixed into urllib3's connections. TLS still checks the certificate of the name."""

    def __init__(self, *arguments: Any, patience: Patience, loopback: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._patience, self._loopback = patience, loopback

    def _new_conn(self) -> socket.socket:
        told: Any = self
        try:
            addresses = checked_addresses(told._dns_host, told.port, loopback=self._loopback)
        except OSError as error:
            raise NameResolutionError(told.host, told, error) from error  # type: ignore[arg-type]
        failure: OSError | None = None
        for address in addresses:
            try:
                opened = socket.create_connection((address, told.port), max(self._patience.left, 0.01))
            except OSError as error:
                failure = error
            else:
                self._patience.watch(opened)
                return opened
        raise NewConnectionError(told, f"{told.host}: {failure}") from failure


class _Plain(_Guarded, HTTPConnection):
    pass


class _Secure(_Guarded, HTTPSConnection):
    pass


class GuardedAdapter(HTTPAdapter):
    """Of one exchange: no retry of its own."""

    def __init__(self, patience: Patience, *, loopback: bool) -> None:
        self._options: dict[str, Any] = {"patience": patience, "loopback": loopback}
        super().__init__(max_retries=0)

    def get_connection_with_tls_context(self, *arguments: Any, **options: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*arguments, **options)
        chosen = _Secure if pool.scheme == "https" else _Plain
        pool.ConnectionCls = functools.partial(chosen, **self._options)
        return pool
