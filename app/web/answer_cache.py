"""Answers to public fragments, kept ready in front of Flask: bodies already made, and 304 for those a browser has.

A fragment is a function of its address and of the data, so that is what it is kept by; the version of the data is read
at each request, and what is published is found at the next keystroke by every process. Cookies are taken out before
Flask sees the request: nothing in an answer can depend on who asks. What Flask refuses is never kept, and only a host
that Flask has answered is answered from here. Documented in docs/decisions.md.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import blake2b
from threading import Lock
from typing import TYPE_CHECKING, Any

from flask import Flask

from app.web.htmx import asks_fragment

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

KEEPABLE = "public, max-age=60"
"""Browsers and shared caches may keep the answer a minute. A view says it of what this module may keep."""
LONGEST_QUERY = 512
MOST_HOSTS = 16
OVERHEAD = 1024
"""Bytes of an entry apart from its body: key, headers that are its own."""
OF_A_BODY = frozenset({"Content-Type", "Content-Length", "HX-Trigger"})
"""Headers that a 304 leaves out."""
Headers = list[tuple[str, str]]
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    headers: Headers
    body: bytes

    @property
    def size(self) -> int:
        return len(self.body) + OVERHEAD


class Kept:
    """Answers of one data version, the least lately asked leaving first; never more than `most_bytes`."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.size = 0
        self._version: object = None
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._lock = Lock()

    def get(self, version: object, key: Key) -> Answer | None:
        with self._lock:
            found = self._answers.get(key) if version == self._version else None
            if found is not None:
                self._answers.move_to_end(key)
            return found

    def put(self, version: object, key: Key, answer: Answer) -> None:
        with self._lock:
            if version != self._version:
                self._forget()
                self._version = version
            before = self._answers.pop(key, None)
            self._answers[key] = answer
            self.size += answer.size - (before.size if before else 0)
            while self.size > self.most_bytes:
                self.size -= self._answers.popitem(last=False)[1].size

    def clear(self) -> None:
        with self._lock:
            self._forget()

    def _forget(self) -> None:
        self._answers.clear()
        self.size, self._version = 0, None


class AnswerCache:
    """WSGI: in front of `app` for the fragments at `paths`. `version()` is asked in an application context."""

    def __init__(self, app: Flask, paths: Iterable[str], version: Callable[[], int], most_bytes: int) -> None:
        self.app, self.flask, self.version = app, app.wsgi_app, version
        self.paths = frozenset(paths)
        self.kept = Kept(most_bytes)
        self.code = _code_version(app)
        self.unchanged: Headers = []
        """Of a 304: those of a whole answer, learnt from the first one."""
        self.hosts: set[str] = set()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        is_ours = environ["PATH_INFO"] in self.paths and environ["REQUEST_METHOD"] in {"GET", "HEAD"}
        if not is_ours or not asks_fragment(environ):
            return self.flask(environ, start_response)
        with self.app.app_context():
            try:
                version = self.version()
            except Exception:  # noqa: BLE001 – the database is away: the view finds out, and its page says so
                return self.flask(environ, start_response)
            return self._answer(environ, start_response, f'W/"{version}-{self.code}"')

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse, etag: str) -> Iterable[bytes]:
        key = (environ.get("SCRIPT_NAME", ""), environ["PATH_INFO"], environ.get("QUERY_STRING", ""))
        if environ.get("HTTP_HOST") in self.hosts:
            if etag.removeprefix("W/") in environ.get("HTTP_IF_NONE_MATCH", ""):
                start_response("304 NOT MODIFIED", [*self.unchanged, ("ETag", etag)])
                return ()
            kept = self.kept.get(etag, key)
            if kept is not None:
                start_response(kept.status, list(kept.headers))
                return () if environ["REQUEST_METHOD"] == "HEAD" else (kept.body,)
        answer = self._made(environ, etag)
        if environ["REQUEST_METHOD"] == "GET" and ("ETag", etag) in answer.headers:
            self._learn(environ, answer)
            if len(key[2]) <= LONGEST_QUERY and answer.size <= self.kept.most_bytes:
                self.kept.put(etag, key, answer)
        start_response(answer.status, answer.headers)
        return (answer.body,)

    def _made(self, environ: WSGIEnvironment, etag: str) -> Answer:
        """What Flask answers to this request without its cookies."""
        told: list[Any] = []

        def start(status: str, headers: Headers, _error: Any = None) -> Callable[[bytes], object]:
            told[:] = status, headers
            return lambda _body: None

        if "HTTP_COOKIE" in environ:
            environ = {name: value for name, value in environ.items() if name != "HTTP_COOKIE"}
        made = self.flask(environ, start)
        try:
            body = b"".join(made)
        finally:
            close = getattr(made, "close", None)
            if close:
                close()
        status, headers = told
        if status == "200 OK" and ("Cache-Control", KEEPABLE) in headers:
            headers = [*headers, ("ETag", etag)]
        return Answer(status, headers, body)

    def _learn(self, environ: WSGIEnvironment, answer: Answer) -> None:
        host = environ.get("HTTP_HOST", "")
        if host in self.hosts:
            return
        self.unchanged = [pair for pair in answer.headers if pair[0] not in OF_A_BODY and pair[0] != "ETag"]
        if len(self.hosts) >= MOST_HOSTS:
            self.hosts.clear()
        self.hosts.add(host)


def init_app(app: Flask, paths: Iterable[str], version: Callable[[], int]) -> None:
    most_bytes = app.extensions["settings"].answer_cache_mib * 2**20
    app.extensions["answer_cache"] = app.wsgi_app = AnswerCache(app, paths, version, most_bytes)  # type: ignore[method-assign]


def _code_version(app: Flask) -> str:
    """Of what an answer is made of apart from the data: the release, the names that it shows."""
    settings, assets = app.extensions["settings"], app.extensions["assets"]
    sprite = assets.find("img/icones.svg")
    told = "\n".join((settings.portal_name, settings.region_code, sprite.name if sprite else ""))
    return f"{app.jinja_env.globals['portal_version']}-{blake2b(told.encode(), digest_size=4).hexdigest()}"
