"""What may be shown about parts of a round (promise 12).

The exact figures of a whole round are its result. A breakdown of it, such as the ballots by class of participants,
could point at single people where a part is small; such parts are suppressed, and so is what they could be worked
out from.
"""

from collections.abc import Mapping

from participation.rounds.rules import SMALL_GROUP


def is_small(ballots: int) -> bool:
    """Say whether a round has so few ballots that they are not published one by one."""
    return ballots < SMALL_GROUP


def published_parts(parts: Mapping[str, int]) -> dict[str, int | None]:
    """Return a breakdown as it may be shown: None for a part that is suppressed.

    Parts below SMALL_GROUP are suppressed. Since the whole is known, the suppressed ones together must not be a small
    group either, nor one part alone: the next smallest is suppressed with them until neither is the case.
    A whole that is small is not broken down at all. Parts in which nobody is are not shown.

    >>> published_parts({"account": 640, "code": 4})
    {'account': None, 'code': None}
    >>> published_parts({"account": 640, "code": 30, "paper": 6})
    {'account': 640, 'code': None, 'paper': None}
    >>> published_parts({"account": 640, "code": 30})
    {'account': 640, 'code': 30}
    """
    present = {name: size for name, size in parts.items() if size}
    rising = sorted(present, key=lambda name: (present[name], name))
    hidden = [name for name in rising if is_small(present[name])]
    shown = rising[len(hidden) :]
    while hidden and shown and (len(hidden) == 1 or is_small(sum(present[name] for name in hidden))):
        hidden.append(shown.pop(0))
    return {name: present[name] if name in shown else None for name in present}
