"""A worker for tests that is killed: it sends what waits and ends. It is run as a program."""

import sys
from pathlib import Path

from participation.app import create_app
from participation.config import Settings
from participation.outbox.worker import run_due_jobs
from tests.faults.controls import settles_first

if __name__ == "__main__":
    database, folder, mail_server, manner = sys.argv[1:]
    if manner == "settles first":
        settles_first.apply()
    app = create_app(Settings.for_tests(database_url=database, data_dir=Path(folder), smtp_url=mail_server))
    run_due_jobs(app)
