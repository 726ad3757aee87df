"""The client of the benchmarks: what it counts, what it refuses, and that it costs less than what it measures."""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Iterator

import pytest

from bench.http_load import Unexpected, drive, get

PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
NOT_MODIFIED = b'HTTP/1.1 304 NOT MODIFIED\r\nETag: W/"1"\r\n\r\n'
LAST = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
FAILURE = b"HTTP/1.1 500 INTERNAL SERVER ERROR\r\nContent-Length: 0\r\n\r\n"


class Responder(threading.Thread):
    """Answers every request with the same bytes, in as many pieces."""

    def __init__(self, *pieces: bytes) -> None:
        super().__init__(daemon=True)
        self.pieces = pieces
        self.asked = 0
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.ending, self.wake = socket.socketpair()

    def run(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self.listener, selectors.EVENT_READ)
            selector.register(self.ending, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.fileobj is self.ending:
                        self._hang_up(selector)
                        return
                    if key.fileobj is self.listener:
                        selector.register(self.listener.accept()[0], selectors.EVENT_READ)
                        self.connections += 1
                    elif not self._answer(key.fileobj):
                        selector.unregister(key.fileobj)

    def _hang_up(self, selector: selectors.BaseSelector) -> None:
        for key in selector.get_map().values():
            if key.fileobj not in (self.ending, self.listener):
                key.fileobj.close()  # type: ignore[union-attr]

    def _answer(self, client: socket.socket) -> bool:
        if not client.recv(65536):
            client.close()
            return False
        self.asked += 1
        for piece in self.pieces:
            client.sendall(piece)
        if b"close" in self.pieces[0]:
            client.close()
            return False
        return True


@pytest.fixture
def responder(request: pytest.FixtureRequest) -> Iterator[Responder]:
    thread = Responder(*request.param)
    thread.start()
    yield thread
    thread.wake.send(b".")
    thread.join()
    for opened in (thread.listener, thread.ending, thread.wake):
        opened.close()


@pytest.mark.parametrize(
    ("responder", "status", "connections"),
    [
        ([PLAIN], 200, 4),
        ([PLAIN[:20], PLAIN[20:]], 200, 4),
        ([CHUNKED[:50], CHUNKED[50:]], 200, 4),
        ([NOT_MODIFIED], 304, 4),
        ([LAST], 200, 44),
    ],
    indirect=["responder"],
    ids=["length", "in two pieces", "chunks", "no body", "closed each time"],
)
def test_a_client_asks_each_request_once_and_times_each_answer(
    responder: Responder, status: int, connections: int
) -> None:
    requests = [get(f"/{number}", responder.port) for number in range(40)]
    load = drive(responder.port, requests, 30, status=status, connections=4)
    assert len(load.latencies) == responder.asked == 40
    assert 4 <= responder.connections <= connections
    assert 0 < min(load.latencies) <= max(load.latencies) <= load.seconds
    assert load.rate == pytest.approx(40 / load.seconds)


@pytest.mark.parametrize("responder", [[FAILURE], [PLAIN[:-1] + b"!"]], indirect=True, ids=["500", "200"])
def test_a_client_stops_at_an_answer_that_is_not_the_one_to_measure(responder: Responder) -> None:
    with pytest.raises(Unexpected, match="204 was expected"):
        drive(responder.port, [get("/", responder.port)], 30, status=204)


@pytest.mark.parametrize("responder", [[PLAIN]], indirect=True)
def test_a_client_works_less_than_120_microseconds_a_request(responder: Responder) -> None:
    """Of its own processor time: 8,000 answers a second, whatever else the machine does."""
    load = drive(responder.port, [get("/", responder.port)] * 4_000, 30)
    assert load.busy * load.seconds / len(load.latencies) < 0.000_12


def test_a_request_carries_its_headers() -> None:
    assert get("/a?q=b", 5000, {"Cookie": "s=1"}) == (
        b"GET /a?q=b HTTP/1.1\r\nHost: 127.0.0.1:5000\r\nCookie: s=1\r\n\r\n"
    )
