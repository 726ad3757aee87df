"""How the portal is served (gunicorn reads this file from the working directory)."""

import os

worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 30
graceful_timeout = 10
max_requests = 2000  # a slow leak never gets old
max_requests_jitter = 200
limit_request_line = 4094
control_socket_disable = True  # nothing but the pages listens
