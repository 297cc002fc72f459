"""What is refused, and why."""

from collections.abc import Callable

import pytest

from participation.core.errors import DomainError


def refused(error: type[DomainError], code: str, act: Callable[[], object]) -> DomainError:
    """Return the refusal of an act, which must be of this kind and carry this code."""
    with pytest.raises(error) as refusal:
        act()
    assert refusal.value.code == code
    return refusal.value
