"""Flask as this portal runs it: what it would find out anew at each request is found out once (docs/performance.md)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer

from app.web import assets


class Sessions(SecureCookieSessionInterface):
    """Flask's own signed cookie. A request without one costs nothing, and the keys are derived once."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        return self._serializer(app.secret_key, tuple(app.config["SECRET_KEY_FALLBACKS"] or ()))

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if app.config["SESSION_COOKIE_NAME"] not in request.environ.get("HTTP_COOKIE", ""):
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session or session.modified or session.accessed:
            super().save_session(app, session, response)

    @lru_cache(maxsize=4)  # noqa: B019 – one of these for the life of the process
    def _serializer(self, key: str | bytes | None, old_keys: tuple[str | bytes, ...]) -> URLSafeTimedSerializer | None:
        if not key:
            return None
        return URLSafeTimedSerializer(
            [*old_keys, key],  # type: ignore[arg-type]
            salt=self.salt,
            serializer=self.serializer,
            signer_kwargs={"key_derivation": self.key_derivation, "digest_method": self.digest_method},
        )


class Portal(Flask):
    session_interface = Sessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Nothing of ours is a coroutine: Flask looks again at each hook of each request."""
        return func

    def send_static_file(self, filename: str) -> Response:
        return assets.answer(filename) or super().send_static_file(filename)
