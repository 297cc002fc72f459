"""The worked example is the count itself, from the pairwise counts alone."""

import pytest

from participation.results.rules.joint_snapshot import score_from_text
from participation.results.rules.worked_example import win_rate_of
from participation.tally.counts import PairwiseCounts
from tests.factories.documents import BODIES, round_document


@pytest.mark.parametrize("slug", BODIES)
def test_every_options_example_comes_to_its_figure(slug: str) -> None:
    document = round_document(slug)
    for one in document["options"]:
        found = win_rate_of(document, one["code"])
        assert found is not None
        assert found.points / found.comparisons == found.rate == score_from_text(one["win_rate"])
        assert found.others == len(document["options"]) - 1
        assert found.pair.above + found.pair.below + found.pair.tied == found.pair.compared
        assert found.pair.points == found.pair.above + found.pair.tied / 2


def test_the_pair_shown_in_full_is_with_the_next_option_of_the_ranking() -> None:
    document = round_document("steering")
    codes = [one["code"] for one in document["options"]]
    first, last = win_rate_of(document, codes[0]), win_rate_of(document, codes[-1])
    assert first is not None
    assert last is not None
    assert (first.pair.other, last.pair.other) == (codes[1], codes[0])


def test_what_no_ballot_compares_has_no_example() -> None:
    nobody = {"pairwise": PairwiseCounts.none(["M1", "M2"]).to_json(), "options": [{"code": "M1"}, {"code": "M2"}]}
    assert win_rate_of(nobody, "M1") is None
