"""How the application is served; `gunicorn wsgi:app` reads this by itself.

SQLite is written by one process with threads: a second process would only wait for the same lock.
PostgreSQL is served by several processes.
"""

import os

from participation.config import Settings

settings = Settings.from_environment()

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = 1 if settings.uses_sqlite else int(os.environ.get("PARTICIPATION_PROCESSES", "4"))
threads = int(os.environ.get("PARTICIPATION_THREADS", "16"))
proc_name = "participation"

# The application writes its own line for each request, without addresses or content.
accesslog = None
loglevel = "warning"

# A worker that hangs is replaced; a request that is running may finish when the server stops.
timeout = 60
graceful_timeout = 20
keepalive = 5

# Long addresses, many headers and slow senders are not what people's browsers send.
limit_request_line = 4094
limit_request_fields = 60
