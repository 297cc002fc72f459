"""Documents and their hashes."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.results.rules.documents import BallotsHash, canonical, document_hash

codes = st.text("MG0123456789.", min_size=1, max_size=6)
contents = st.one_of(st.lists(codes, unique=True), st.dictionaries(codes, st.integers(0, 10**6)))


def test_a_document_has_one_way_of_being_written() -> None:
    document = {"b": [1, "ü"], "a": {"d": None, "c": True}}
    assert canonical(document) == '{"a":{"c":true,"d":null},"b":[1,"ü"]}'.encode()
    assert document_hash(document) == hashlib.sha256(canonical(document)).hexdigest()


@given(st.dictionaries(st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=16, max_size=16), contents))
def test_the_hash_of_ballots_is_that_of_one_sorted_list_whatever_the_order_of_arrival(ballots: dict[str, Any]) -> None:
    box = BallotsHash()
    for receipt in sorted(ballots):
        box.add(receipt, ballots[receipt])
    whole = [{"receipt": receipt, "content": ballots[receipt]} for receipt in sorted(ballots)]
    written = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert box.hexdigest() == hashlib.sha256(written).hexdigest()


@pytest.mark.parametrize("receipts", [("b", "a"), ("a", "a")])
def test_ballots_out_of_order_or_doubled_are_refused(receipts: tuple[str, str]) -> None:
    box = BallotsHash()
    box.add(receipts[0], [])
    with pytest.raises(ValueError, match="sorted"):
        box.add(receipts[1], [])
