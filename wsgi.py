"""What gunicorn loads: the application with the settings of the environment, and its worker.

The worker is a thread of every server process unless PARTICIPATION_WORKER says that another process does the work;
jobs are leased, so that several workers do not do one twice.
"""

from participation.app import create_app
from participation.config import Settings
from participation.outbox.worker import Worker

settings = Settings.from_environment()
app = create_app(settings)
if settings.run_worker:
    Worker(app).start()
