"""Commands: thin, the same use cases as the pages."""

from __future__ import annotations

from flask import Flask

from app.cli.agent import agent_group
from app.cli.db import db_group
from app.cli.demo import demo
from app.cli.import_ import import_group
from app.cli.journal import journal_group
from app.cli.publications import publications_group
from app.cli.retention import retention
from app.cli.sas_receiver import sas_receiver
from app.cli.search import search_group
from app.cli.worker import worker


def register(app: Flask) -> None:
    groups = (db_group, import_group, journal_group, search_group, agent_group, publications_group)
    for command in (*groups, demo, worker, retention, sas_receiver):
        app.cli.add_command(command)
