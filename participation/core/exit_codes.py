"""How a command ends, for whoever calls it from a script; click itself ends with 2 what it did not understand."""

from typing import Final

REFUSED: Final = 1
"""Understood and refused; standard error says why."""

BROKEN: Final = 3
"""Looked through, and something is not as it must be; standard error says what."""
