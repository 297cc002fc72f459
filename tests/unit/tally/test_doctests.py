import doctest
import importlib
import pkgutil

import pytest

from participation import tally


@pytest.mark.parametrize(
    "module", [found.name for found in pkgutil.walk_packages(tally.__path__, "participation.tally.")]
)
def test_the_examples_in_the_docstrings_are_true(module: str) -> None:
    assert doctest.testmod(importlib.import_module(module)).failed == 0
