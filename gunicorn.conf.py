"""How the portal is served (gunicorn reads this file from the working directory); the numbers: docs/performance.md."""

import gc
import os

worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True  # workers share the memory of the code; a restart, not a reload, serves a new release
keepalive = 15  # longer than somebody pauses while typing
timeout = 30
graceful_timeout = 10
max_requests = 20_000  # a slow leak never gets old
max_requests_jitter = 2_000
limit_request_line = 4094
control_socket_disable = True  # nothing but the pages listens


def when_ready(_server):
    """What is made at the start stays for ever: the collector leaves it alone, and so its pages stay shared."""
    gc.collect()
    gc.freeze()
