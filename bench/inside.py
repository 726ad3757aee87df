"""The portal asked from inside its own process: a WSGI call, nothing of the network, no answer kept from before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.test import create_environ

from bench.asking import Asking
from bench.dataset import PRESIDENT_EMAIL, PRESIDENT_PASSWORD
from bench.visitor import TOKEN


class Inside:
    def __init__(self, app: Flask) -> None:
        self.app = app
        self._cookie = ""

    def asks(self, path: str, asking: Asking) -> Callable[[], int]:
        """A call that asks it once. Raises RuntimeError when the answer is not 200."""
        headers = {**asking.headers, **({"Cookie": self.cookie()} if asking.signed_in else {})}
        environ = create_environ(path, "http://127.0.0.1/", headers=headers)

        def ask() -> int:
            told: list[str] = []

            def start(status: str, _headers: Any, _fault: Any = None) -> Callable[[bytes], object]:
                told.append(status)
                return lambda _block: None

            body = self.app.wsgi_app(dict(environ), start)
            size = sum(len(block) for block in body)
            close = getattr(body, "close", None)
            if close:
                close()
            if told[0][:3] != "200":
                raise RuntimeError(f"{path}: {told[0]}")
            return size

        return ask

    def forget(self) -> None:
        """The answers that this process keeps (app/web/answer_cache.py)."""
        kept = getattr(self.app.wsgi_app, "kept", None)
        if kept is not None:
            kept.clear()

    def cookie(self) -> str:
        if not self._cookie:
            browser = self.app.test_client()
            token = TOKEN.search(browser.get("/connexion").text)
            form = {"csrf_token": token[1] if token else "", "email": PRESIDENT_EMAIL, "password": PRESIDENT_PASSWORD}
            answer = browser.post("/connexion", data=form)
            if answer.status_code != 303:
                raise RuntimeError(f"{PRESIDENT_EMAIL} cannot sign in: {answer.status}")
            kept: Any = browser.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
            self._cookie = f"{kept.key}={kept.value}"
        return self._cookie
