"""Portals handed from test to test: making one takes 100 ms, and its SQL and templates would be compiled anew.

What a test may change is put back (settings, `testing`, the folder of the instance, what is kept ready of the data, the
one rate limiter, which counts for the portal made last). A portal that got routes or configuration of a test is thrown
away after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache

from app import create_app, db
from app.extensions import limiter
from app.settings import Settings
from tests.support.mailbox import Mailbox

SECRET = "a secret of the tests, long enough to be accepted"


class Portals:
    """One for each database address: tests/support/databases.py gives the same few addresses again and again."""

    def __init__(self, mailbox: Mailbox, compiled_templates: BytecodeCache) -> None:
        self.mailbox = mailbox
        self.compiled_templates = compiled_templates
        self.kept: dict[str, Portal] = {}

    @contextmanager
    def on(self, database_url: str, instance: Path) -> Iterator[Flask]:
        """The portal on its own database, sending its mails to the test's server. Errors reach the test."""
        portal = self.kept.pop(database_url, None) or Portal(self._made(database_url, instance))
        portal.as_new(instance)
        yield portal.app
        with portal.app.app_context():
            db.engine().dispose()
        if portal.unchanged():
            self.kept[database_url] = portal

    def _made(self, database_url: str, instance: Path) -> Flask:
        made = create_app(
            database_url=database_url,
            secret_key=SECRET,
            instance_path=instance,
            mail_server=self.mailbox.host,
            mail_port=self.mailbox.port,
            rate_limits=False,
        )
        made.jinja_env.bytecode_cache = self.compiled_templates
        return made


class Portal:
    """An application and what it was like when it was new."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.settings: Settings = app.extensions["settings"]
        self.first_settings = self.settings.model_dump()
        self.limiter = vars(limiter).copy()
        self.first_shape = self._shape()

    def as_new(self, instance: Path) -> None:
        for name, value in {**self.first_settings, "instance_path": instance}.items():
            setattr(self.settings, name, value)
        self.app.instance_path = str(instance)
        self.app.testing = True
        vars(limiter).update(self.limiter)
        self.app._got_first_request = False  # a test may still add routes to it
        self.app.extensions["database"].kept.clear()
        self.app.extensions["answer_cache"].kept.clear()
        for shelf in self.app.extensions["search_lines"].values():
            shelf.clear()

    def unchanged(self) -> bool:
        return self._shape() == self.first_shape

    def _shape(self) -> tuple[Any, ...]:
        """What a test could add and nobody takes away."""
        hooks = (self.app.before_request_funcs, self.app.after_request_funcs, self.app.template_context_processors)
        counted = [len(functions) for hook in hooks for functions in hook.values()]
        kept = {name: value for name, value in self.app.config.items() if name != "TESTING"}
        return len(list(self.app.url_map.iter_rules())), counted, kept, set(self.app.extensions)
