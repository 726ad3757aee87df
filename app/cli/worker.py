"""`flask worker`: mails, publications, states for the platforms, what expires, seals: until stopped."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import timedelta

import click
from flask import current_app
from flask.cli import with_appcontext

from app import clock, db
from app.cli.journal import seal_key
from app.credentials import challenges
from app.integrations.sas.sending import send_states
from app.journal.deliver import deliver_pending
from app.journal.verify import seal
from app.usecases.dossier_reminders import remind_drafts
from app.usecases.factor_reset import remove_lost_factors
from app.usecases.freshness import ask_freshness
from app.usecases.ledger import mark_states
from app.usecases.mandates import expire_nominations
from app.usecases.participation_clock import keep_participations
from app.usecases.publications import mark_closed_lately, project_publications
from app.usecases.request_clock import expire_requests, keep_the_clock
from app.usecases.retention import apply_retention
from app.usecases.review_rounds import close_reviews, open_reviews, remind_reviews
from app.usecases.rhythms import send_digests
from app.usecases.successions import open_successions
from app.usecases.terms_of_office import remind_terms
from app.web.limits import forget_expired

IDLE_SECONDS = 1.0
SEAL_EVERY = timedelta(minutes=5)
log = logging.getLogger(__name__)


@click.command("worker")
@click.option("--once", is_flag=True, help="Vide la file puis s’arrête.")
@with_appcontext
def worker(once: bool) -> None:
    """Envoie les messages en attente, ferme ce qui a expiré, scelle le journal."""
    if once:
        _housekeeping()
        mark_closed_lately()
        mark_states()
        while project_publications() + deliver_pending() + send_states():
            pass
        return
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    _run(stop)


def _run(stop: threading.Event) -> None:
    due = daily = clock.now()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    while not stop.is_set():
        with app.app_context():  # a session of its own for each round: nothing stays open while idle
            handled = _attempt(deliver_pending)  # what waits goes before what is due
            if clock.now() >= due:
                due = clock.now() + SEAL_EVERY
                _attempt(_housekeeping)
            if clock.now() >= daily:
                daily = clock.now() + timedelta(days=1)
                _attempt(_keep_no_longer)
            handled += _attempt(project_publications) + _attempt(send_states)
        if not handled:
            stop.wait(IDLE_SECONDS)


def _attempt(duty: Callable[[], int | None]) -> int:
    """What the duty handled. A fault (the database restarts, a row that cannot be closed) is told, and tried again."""
    try:
        return duty() or 0
    except Exception:
        log.exception("worker: %s failed", duty.__name__)
        db.session().rollback()
        return 0


def _keep_no_longer() -> None:
    """Once a day, and at the start: what it finds done already costs a few statements."""
    apply_retention()
    mark_closed_lately()
    mark_states()


def _housekeeping() -> None:
    expire_requests()
    keep_the_clock()
    send_digests()
    ask_freshness()
    expire_nominations()
    open_successions()
    remind_terms()
    remind_drafts()
    keep_participations()
    remove_lost_factors()
    open_reviews()
    remind_reviews()
    close_reviews()
    seal(seal_key())
    db.session().rollback()
    challenges.forget_expired()
    forget_expired()  # on its own connection: nothing may be held by the session
