"""How the application is prepared and served; `gunicorn wsgi:app` reads this by itself.

SQLite is written by one process with threads: a second process would only wait for the same lock.
PostgreSQL is served by several processes.

The database is prepared in the process that starts the others, so that everything is imported once and a start takes
the time of one.
"""

import logging
import os
import sys
from typing import Protocol

import click
import flask_migrate
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy.exc import OperationalError

from participation.app import create_app
from participation.config import Misconfigured, Settings
from participation.extensions import db
from participation.storage.engines import UnsafeDatabase

try:
    settings = Settings.from_environment()
except Misconfigured as reason:
    sys.exit(f"participation: {reason}")

host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
worker_class = "gthread"
workers = 1 if settings.uses_sqlite else int(os.environ.get("PARTICIPATION_PROCESSES", "4"))
threads = settings.threads
proc_name = "participation"

# The application writes its own line for each request, without addresses or content. As a warning, gunicorn would
# write the address and the request line of everybody whose request it cannot read.
accesslog = None
loglevel = "error"

# A worker that hangs is replaced; a request that is running may finish when the server stops.
timeout = 60
graceful_timeout = 20
keepalive = 5

# Long addresses, many headers and slow senders are not what people's browsers send.
limit_request_line = 4094
limit_request_fields = 60


class Process(Protocol):
    """What is used of gunicorn's worker: how many were started before it, and the application."""

    age: int
    wsgi: Flask


def run_command(app: Flask, *words: str) -> None:
    """Run a command of the command line in this process."""
    with app.app_context():
        app.cli.main(args=words, obj=ScriptInfo(create_app=lambda: app), standalone_mode=False)


def on_starting(_server: object) -> None:
    """Migrate the database and, in a demonstration, load the example city; called once, before anything is served."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        app = create_app(settings)
        with app.app_context():
            flask_migrate.upgrade()
        if settings.demo:
            run_command(app, "demo", "load")
        with app.app_context():  # a connection must not be shared with the processes that are about to be made
            db.session.remove()
            db.engine.dispose()
    except UnsafeDatabase as reason:
        sys.exit(f"participation: {reason}")
    except OperationalError as reason:
        sys.exit(f"participation: the database cannot be used: {reason.orig}")
    except click.ClickException as refusal:
        sys.exit(f"participation: {refusal.format_message()}")


def post_worker_init(worker: Process) -> None:
    """Say where the site is once the first process answers, and in a demonstration how to sign in."""
    if worker.age > 1:
        return
    click.echo(f"\n{settings.site_name} is at {settings.base_url}  (Ctrl-C stops it)\n")
    if settings.demo:
        run_command(worker.wsgi, "demo", "links")
        click.echo()
    sys.stdout.flush()
