"""Which file a paper is read from: its own language's, whatever else readers have asked for."""

from types import SimpleNamespace
from typing import Any

import pytest

from participation.oparl.rules.objects import main_file
from participation.papers.rules.files import FileKind


@pytest.mark.parametrize(
    "language,made,read",
    [
        ("de", ["ar", "de", "tr"], "de"),
        ("tr", ["ar", "tr"], "tr"),
        ("tr", ["ar", "de", "tr"], "de"),
        ("de", ["tr"], "tr"),
    ],
)
def test_no_reader_changes_the_file_that_counts(language: str, made: list[str], read: str) -> None:
    sheet: Any = SimpleNamespace(language=language)
    files: list[Any] = [SimpleNamespace(kind=FileKind.PDF, language=tag) for tag in made]
    found = main_file(sheet, files)
    assert found is not None
    assert found.language == read
