"""Work of ballots for after the commit."""

from collections.abc import Mapping
from typing import Final

from participation.outbox.worker import Handler

JOBS: Final[Mapping[str, Handler]] = {}
