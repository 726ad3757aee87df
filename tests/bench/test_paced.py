"""A reader who had to wait for the answer before has waited."""

from __future__ import annotations

import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from bench.paced import readers

STALL, EVERY = 0.5, 0.02


@pytest.fixture
def stalled_once() -> Iterator[int]:
    """A port where the third answer takes half a second, the others nothing."""
    asked: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append(self.path)
            if len(asked) == 3:
                time.sleep(STALL)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_told: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_one_stall_is_felt_by_every_question_that_was_due_meanwhile(stalled_once: int) -> None:
    with readers(stalled_once, ["/"], {}, EVERY) as waits:
        time.sleep(3 * STALL)
    slow = [seconds for seconds in waits.seconds if seconds > STALL / 2]
    assert len(slow) >= STALL / EVERY / 3
    assert waits.late >= len(slow) - 1
