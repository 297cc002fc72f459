import doctest
import importlib
import pkgutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation import bundles
from participation.bundles.canonical import NotCanonical, read, written
from participation.bundles.merkle import MerkleTree
from participation.bundles.publishing import publishes_ballots
from participation.rounds.rules import SMALL_GROUP
from tests.factories.bundles import canonical, root_of

NAMES = st.text(st.characters(min_codepoint=0, max_codepoint=126), max_size=5)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
DOCUMENTS = st.dictionaries(
    NAMES,
    st.recursive(
        st.none() | st.booleans() | st.integers(1 - 2**53, 2**53 - 1) | TEXTS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)


@given(DOCUMENTS)
def test_what_is_written_is_what_the_standard_library_writes_and_can_be_read_again(document: dict[str, object]) -> None:
    assert written(document) == canonical(document)
    assert read(written(document)) == document


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"1",
        b"null",
        b" {}",
        b"{}\n",
        b'{"a":-0}',
        b'{"a":01}',
        b'{"a":1e2}',
        b'{"a":1.0}',
        b'{"a":Infinity}',
        b'{"a":9007199254740992}',
        b'{"a":-9007199254740992}',
        b'{"a":18446744073709551616}',
        b'{"b":1,"a":1}',
        b'{"a":1,"a":1}',
        b'{"a":"\\/"}',
        b'{"a":"\\u00e9"}',
        b'{"a":"\\u000A"}',
        b'{"a":"\\udc00\\ud800"}',
        b'{"a":"\n"}',
        b'{"a":1}{}',
        b"{'a':1}",
        b'{"a":"\xed\xa0\x80"}',
    ],
)
def test_any_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        read(data)


def test_lists_and_objects_stand_in_each_other_64_deep_and_no_deeper() -> None:
    read(b'{"a":' + b"[" * 63 + b"]" * 63 + b"}")
    with pytest.raises(NotCanonical):
        read(b'{"a":' + b"[" * 64 + b"]" * 64 + b"}")


@given(st.lists(st.binary(max_size=4), max_size=40), st.data())
def test_a_tree_that_grows_in_portions_has_the_root_of_the_definition(lines: list[bytes], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(lines)))
    tree = MerkleTree()
    tree.add(lines[:cut])
    again = MerkleTree(tree.peaks)
    again.add(lines[cut:])
    assert (again.root(), len(again)) == (root_of(lines), len(lines))


def test_few_ballots_are_those_of_a_small_group_and_long_ones_name_more_than_six() -> None:
    ranking = {"kind": "ranking", "k": 6}
    assert publishes_ballots(SMALL_GROUP, ranking, 60)
    assert not publishes_ballots(SMALL_GROUP - 1, ranking, 60)
    assert not publishes_ballots(SMALL_GROUP, {"kind": "ranking", "k": 7}, 60)
    assert publishes_ballots(SMALL_GROUP, {"kind": "score", "max": 5}, 6)
    assert not publishes_ballots(SMALL_GROUP, {"kind": "score", "max": 5}, 7)


def test_the_examples_of_the_documentation_hold() -> None:
    for module in pkgutil.iter_modules(bundles.__path__, f"{bundles.__name__}."):
        assert doctest.testmod(importlib.import_module(module.name)).failed == 0
