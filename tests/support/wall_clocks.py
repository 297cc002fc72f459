"""Times as people type them."""

from datetime import datetime, timedelta


def typed(local: datetime) -> str:
    """Return what is typed into a field for a time on the wall; an hour later in the one in which clocks are changed.

    On two nights of the year that hour is not there or is there twice, and what is typed in it is refused.
    """
    return (local + timedelta(hours=local.hour == 2)).strftime("%Y-%m-%dT%H:%M")
