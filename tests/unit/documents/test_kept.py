"""A file that everybody may ask for is made once, and a crowd at its door fills nothing."""

from collections.abc import Callable
from typing import Any

import pytest
import typst

from participation.core.errors import Unavailable
from participation.documents import kept
from participation.documents.blocks import Document, Paragraph, Text
from participation.documents.kept import KeptFiles
from participation.documents.pdf import CannotBeSet, render_pdf
from tests.factories.papers import a_document


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Document]:
    """Return what was typeset, in order; each file has a hundred bytes."""
    documents: list[Document] = []

    def render(document: Document) -> bytes:
        documents.append(document)
        return str(len(documents)).encode().rjust(100)

    monkeypatch.setattr(kept, "render_pdf", render)
    return documents


def other(number: int) -> Document:
    return a_document(Paragraph(Text(f"Nummer {number}")))


def test_the_same_document_is_made_once(made: list[Document]) -> None:
    files = KeptFiles()
    first = [files.pdf(other(turn)) for turn in (1, 2, 1, 2, 1)]
    assert made == [other(1), other(2)]
    assert first[0] == first[2] != first[1]


def test_what_was_asked_for_the_longest_time_ago_goes_first(made: list[Document]) -> None:
    files = KeptFiles(most_bytes=250)
    for turn in (1, 2, 1, 3, 1, 2):
        files.pdf(other(turn))
    assert made == [other(1), other(2), other(3), other(2)]


def test_a_file_larger_than_the_room_is_given_and_not_kept(made: list[Document]) -> None:
    files = KeptFiles(most_bytes=99)
    assert files.pdf(other(1)) != files.pdf(other(1))
    assert len(made) == 2


def test_whoever_comes_when_many_wait_is_refused_and_what_is_kept_is_given_all_the_same(made: list[Document]) -> None:
    files = KeptFiles()
    files.turns.patience = 0.01
    files.pdf(other(1))
    with files.turns.one():
        with pytest.raises(Unavailable, match="files_busy"):
            files.pdf(other(2))
        assert files.pdf(other(1))
    assert files.pdf(other(2))
    assert made == [other(1), other(2)]


@pytest.mark.parametrize("broken", [Exception, BaseException], ids=["a fault of Python", "the end of the process"])
def test_only_a_panic_of_the_typesetter_is_taken_for_a_refusal(
    broken: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_with(reason: BaseException) -> Callable[..., bytes]:
        def compile_(*_args: Any, **_kwargs: Any) -> bytes:
            raise reason

        return compile_

    panic = type("PanicException", (BaseException,), {})
    monkeypatch.setattr(typst, "compile", fail_with(panic("index out of bounds")))
    with pytest.raises(CannotBeSet, match="out of bounds"):
        render_pdf(other(1))
    monkeypatch.setattr(typst, "compile", fail_with(broken("something else")))
    with pytest.raises(broken, match="something else"):
        render_pdf(other(1))
