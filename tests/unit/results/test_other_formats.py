"""Rounds and joint rankings in the formats of others: what is read back is what was counted."""

import io
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from participation.core.errors import Conflict, Invalid
from participation.results.rules.other_formats import (
    POINTS,
    budget_from_text,
    formats_of_ranking,
    formats_of_round,
    ranking_as_pabulib,
    ranking_as_preflib,
    round_as_pabulib,
    round_as_preflib,
)
from participation.tally.ballots import Profile
from participation.tally.exact import fraction_from_text
from participation.tally.formats.pabulib_reading import read_pabulib
from participation.tally.formats.pabulib_scores import scores
from participation.tally.formats.preflib import read_preflib
from participation.tally.kinds import BallotKind
from participation.tally.scoring import win_rates
from tests.factories.documents import BODIES, MEASURES, drawn_ballots, joint_documents, round_document

NAMES = {code: f"Maßnahme {code}" for code in MEASURES}
IN_PREFLIB = {code: f"{code} {name}" for code, name in NAMES.items()}


def ballots_of(slug: str) -> Profile:
    _kind, ballot_kind, size, _weight = BODIES[slug]
    return Profile.of(ballot_kind, MEASURES, drawn_ballots(ballot_kind, MEASURES, size, seed=len(slug)))


def pb(document: Mapping[str, Any], profile: Profile, budget_cents: int | None) -> bytes:
    return b"".join(round_as_pabulib(document, list(profile.batches(7)), NAMES, budget_cents))


def preflib(document: Mapping[str, Any], profile: Profile, names: Mapping[str, str] = NAMES) -> tuple[str, bytes]:
    ending, pieces = round_as_preflib(document, list(profile.batches(7)), names)
    return ending, b"".join(pieces)


@pytest.mark.parametrize("slug", BODIES)
def test_a_rounds_ballots_give_the_same_win_rates_when_they_are_read_again(slug: str) -> None:
    document = round_document(slug)
    ending, data = preflib(document, ballots_of(slug))
    assert ending == ("toi" if BODIES[slug][1] is BallotKind.RANKING else "cat") or ending == "soi"
    read = read_preflib(io.BytesIO(data), name="f").election()
    assert dict(zip(MEASURES, read.names.values(), strict=True)) == IN_PREFLIB
    rates = {MEASURES[int(code) - 1]: rate for code, rate in win_rates(read.count().counts).items()}
    assert {code: str(rate) for code, rate in rates.items()} == {
        one["code"]: one["win_rate"] for one in document["options"]
    }


def test_strict_and_complete_orders_take_the_narrowest_type() -> None:
    document = {"process": "p", "round": "r"}
    types = []
    boxes: list[list[list[str]]] = [[["a", "b"]], [["a"]], [[]], [["a"], []]]
    for contents in boxes:
        profile = Profile.of(BallotKind.RANKING, ["a", "b"], contents)
        types.append(preflib(document, profile, {"a": "A", "b": "B"})[0])
    assert types == ["soc", "soi", "toc", "toi"]


@pytest.mark.parametrize("slug", ["steering", "forum"])
def test_a_round_as_pb_has_costs_names_and_every_ballot(slug: str) -> None:
    document = round_document(slug)
    read = read_pabulib(io.BytesIO(pb(document, ballots_of(slug), 500_000_00)), name="f.pb")
    assert read.meta.budget == 500_000
    assert {one.id: (one.name, one.cost) for one in read.projects}["M2"] == ("Maßnahme M2", Fraction(2_500))
    assert len(read.profile) == document["ballots"]
    assert "comment" not in read.meta.entries


def test_without_an_amount_the_budget_is_everything_and_says_so() -> None:
    read = read_pabulib(io.BytesIO(pb(round_document("forum"), ballots_of("forum"), None)), name="f")
    assert read.meta.budget == sum(one.cost for one in read.projects)
    assert "decides nothing" in read.meta.entries["comment"]


def test_scores_and_options_without_costs_are_refused_as_pb() -> None:
    with pytest.raises(Conflict, match="scores_not_in_pabulib"):
        pb(round_document("online"), ballots_of("online"), None)
    document = round_document("forum")
    document["options"][0]["costing"] = None
    with pytest.raises(Conflict, match="costs_missing"):
        pb(document, ballots_of("forum"), None)
    assert formats_of_round(document) == ("preflib",)
    assert formats_of_round(round_document("online", codes=MEASURES[:6])) == ("preflib",)
    assert formats_of_round(round_document("online")) == ()  # scores of more than six could tell who gave them
    assert formats_of_round(round_document("forum")) == ("pb", "preflib")
    assert formats_of_round(round_document("forum", ballots=9)) == ()


@pytest.mark.parametrize("share", [None, Fraction(1, 5)])
def test_the_points_of_a_joint_ranking_add_up_to_its_scores(share: Fraction | None) -> None:
    snapshot, _statistics = joint_documents(share=share)
    read = read_pabulib(io.BytesIO(ranking_as_pabulib(snapshot, NAMES, None)), name="f.pb")
    voters = ("steering", "online", "forum", *(("goals",) if share else ()))
    assert read.voter_columns["voter_id"] == voters
    given = scores(read)
    for one in snapshot["options"]:
        assert abs(given[one["code"]] - fraction_from_text(one["score"]) * POINTS) <= len(voters)
    by_points = sorted(MEASURES, key=lambda code: -given[code])
    assert by_points == [one["code"] for one in snapshot["options"]]


def test_a_joint_ranking_as_orders_has_each_body_as_often_as_it_has_weight() -> None:
    snapshot, _statistics = joint_documents()
    ending, data = ranking_as_preflib(snapshot, NAMES)
    read = read_preflib(io.BytesIO(data), name="f.toi")
    assert ending == "toi"
    assert [order.times for order in read.orders] == [8, 7, 5]  # weights 40, 35 and 25
    first: Any = max(snapshot["options"], key=lambda one: Fraction(one["rounds"]["steering"]))
    assert read.alternatives[read.orders[0].groups[0][0]] == IN_PREFLIB[first["code"]]
    assert formats_of_ranking(snapshot) == ("pb", "preflib")


def test_amounts_are_digits() -> None:
    assert budget_from_text("") is None
    assert budget_from_text("12300") == 12300
    for typed in ("12,5", "-1", "٣", "1" * 20):
        with pytest.raises(Invalid, match="budget_not_a_number"):
            budget_from_text(typed)


def test_what_was_struck_is_left_out_and_the_files_say_so() -> None:
    document = round_document("forum")
    document["struck"] = [{"code": "M12"}]
    profile = ballots_of("forum").without(["M12"])
    document["options"] = [one for one in document["options"] if one["code"] != "M12"]
    _ending, data = preflib(document, profile)
    assert "M12" in read_preflib(io.BytesIO(data), name="f").header["DESCRIPTION"]
    read = read_pabulib(io.BytesIO(pb(document, profile, None)), name="f.pb")
    assert "M12" not in {one.id for one in read.projects}
    assert "struck after the opening: M12" in read.meta.entries["comment"]
