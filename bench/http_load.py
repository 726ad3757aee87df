"""A closed loop of HTTP requests: so many connections, each asks again as soon as it is answered.

Raw sockets and prebuilt bytes: it has to cost much less than the server it measures (tests/bench/test_http_load.py).
Only the status and the end of an answer are looked at; any other status than the one expected stops everything.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

CONNECTIONS = 8
BLOCK = 2**18
PATIENCE = 60.0
"""Seconds without any answer before giving up."""
END_OF_HEAD = b"\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
CLOSED = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
BODILESS = (204, 304)


class Unexpected(RuntimeError):
    """An answer that is not the one to measure."""


@dataclass(frozen=True)
class Load:
    """What a run measured. `latencies` in seconds, as they came; `busy`: share of its time that the client worked."""

    seconds: float
    latencies: list[float]
    busy: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds


def get(path: str, port: int, headers: Mapping[str, str] | None = None) -> bytes:
    """The bytes of a GET."""
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *(f"{k}: {v}" for k, v in (headers or {}).items())]
    return "\r\n".join((*lines, "", "")).encode()


def drive(
    port: int, requests: Iterable[bytes], seconds: float, *, status: int = 200, connections: int = CONNECTIONS
) -> Load:
    """Asks `requests` one after the other, until there are none left or `seconds` have passed."""
    source = iter(requests)
    latencies: list[float] = []
    with selectors.DefaultSelector() as selector:
        opened = [_Connection(port, status) for _ in range(connections)]
        cpu, start = time.thread_time(), time.perf_counter()
        try:
            for one in opened:
                if one.ask(source):
                    selector.register(one.socket, selectors.EVENT_READ, one)
            _loop(selector, source, latencies, start + seconds)
        finally:
            for one in opened:
                one.socket.close()
        elapsed = time.perf_counter() - start
        return Load(elapsed, latencies, (time.thread_time() - cpu) / elapsed)


def _loop(selector: selectors.BaseSelector, source: Iterator[bytes], latencies: list[float], deadline: float) -> None:
    while selector.get_map():
        ready = selector.select(PATIENCE)
        if not ready:
            raise Unexpected(f"no answer in {PATIENCE:.0f} s")
        for key, _ in ready:
            one: _Connection = key.data
            latency = one.receive()
            if latency is None:
                continue
            latencies.append(latency)
            if one.closing:
                selector.unregister(one.socket)
                one.reopen()
                selector.register(one.socket, selectors.EVENT_READ, one)
            if time.perf_counter() > deadline or not one.ask(source):
                selector.unregister(one.socket)


class _Connection:
    def __init__(self, port: int, status: int) -> None:
        self.port = port
        self.status = status
        self._open()

    def reopen(self) -> None:
        self.socket.close()
        self._open()

    def _open(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.wanted = 0
        self.closing = False

    def ask(self, source: Iterator[bytes]) -> bool:
        request = next(source, None)
        if request is None:
            return False
        self.buffer, self.wanted = b"", 0
        self.asked_at = time.perf_counter()
        self.socket.sendall(request)
        return True

    def receive(self) -> float | None:
        """Seconds since the request when the answer is whole."""
        block = self.socket.recv(BLOCK)
        if not block:
            raise Unexpected(f"closed before its end: {self.buffer[:300]!r}")
        self.buffer = self.buffer + block if self.buffer else block
        if not self.wanted:
            self._read_head()
        whole = self.buffer.endswith(LAST_CHUNK) if self.wanted < 0 else 0 < self.wanted <= len(self.buffer)
        return time.perf_counter() - self.asked_at if whole else None

    def _read_head(self) -> None:
        """`wanted`: bytes of the whole answer, -1 when it comes in chunks, 0 while its head is not there."""
        end = self.buffer.find(END_OF_HEAD)
        if end < 0:
            return
        head = self.buffer[: end + 2]
        if int(head[9:12]) != self.status:
            raise Unexpected(f"{self.status} was expected: {self.buffer[:1000].decode(errors='replace')}")
        self.closing = CLOSED.search(head) is not None
        length = LENGTH.search(head)
        if self.status in BODILESS:
            self.wanted = end + 4
        elif length:
            self.wanted = end + 4 + int(length[1])
        elif CHUNKED.search(head):
            self.wanted = -1
        else:
            raise Unexpected(f"neither a length nor chunks: {head!r}")
