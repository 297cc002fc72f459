"""The application as wsgi.py has it, but with one commit a ballot: what casting.py compares groups with."""

from participation.storage import grouping
from wsgi import app

__all__ = ["app"]

grouping.MOST_TOGETHER = 1  # type: ignore[misc]  # a bound in the program, a knob in this measurement
