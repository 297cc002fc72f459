"""A control that must fail: a worker that notes a mail as sent before it sends it."""

from flask import Flask

from participation.core.windows import utcnow
from participation.extensions import transaction
from participation.outbox import worker
from participation.outbox.models import Job
from participation.outbox.services import settle_job

_send = worker._run


def settle_then_send(app: Flask, job: worker.Leased) -> str:
    with transaction() as session:
        settle_job(session, session.get_one(Job, job.id), now=utcnow())
    return _send(app, job)


def apply() -> None:
    """Let this process's worker do so."""
    worker._run = settle_then_send
