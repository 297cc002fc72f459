"""Real elections of public collections, where they lie beside the project; they may not be copied into it."""

import os
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pytest

from participation.tally.counts import PairwiseCounts
from participation.tally.formats.abif import read_abif, write_abif
from participation.tally.formats.pabulib import PabulibFile
from participation.tally.formats.pabulib_budget import FILE_RULES, Settings, decide_file
from participation.tally.formats.pabulib_reading import read_pabulib
from participation.tally.formats.pabulib_writing import write_pabulib
from participation.tally.formats.preflib import read_preflib
from participation.tally.formats.preflib_writing import write_preflib
from participation.tally.scoring import rank, win_rates
from tests.unit.tally.pabulib_files import read

SHARED: Final = Path(os.environ.get("PARTICIPATION_SHARED") or Path(__file__).parents[5] / "shared" / "data")
PABULIB: Final = sorted((SHARED / "pabulib").glob("*.pb"))
OTHER: Final = SHARED / "other"

MES: Final = ("Netherlands_Assen_2024", "Poland_Swiecie_2023", "Poland_Wieliczka_2023")
INCONSISTENT: Final = ("Poland_Warszawa_2018_Saska_Kepa",)
"""Said to contradict its own rule; the collection's maintainers say so of a few older Warsaw elections."""

needs_pabulib = pytest.mark.skipif(not PABULIB, reason=f"{SHARED / 'pabulib'} has no .pb files")
needs_other = pytest.mark.skipif(not OTHER.is_dir(), reason=f"{OTHER} is not there")


def open_pabulib(path: Path) -> PabulibFile:
    with path.open("rb") as stream:
        return read_pabulib(stream, name=path.name)


def decided(path: Path, rule: str | None = None) -> dict[str, Any]:
    return decide_file(open_pabulib(path), Settings(rule=rule, seed=b"any"))


def named(names: tuple[str, ...]) -> list[Path]:
    return [path for path in PABULIB if path.stem in names]


@needs_pabulib
@pytest.mark.parametrize("path", PABULIB or [Path("none")], ids=lambda path: path.stem)
def test_votes_and_scores_are_those_that_were_published(path: Path) -> None:
    published = decided(path)["published"]
    assert published["votes_agree"] is not False
    assert published["score_agree"] is not False


@needs_pabulib
@pytest.mark.parametrize("path", PABULIB or [Path("none")], ids=lambda path: path.stem)
def test_greedy_selections_are_those_that_were_published(path: Path) -> None:
    document = decided(path)
    rule = FILE_RULES[document["stated_rule"]]
    if rule.note or not rule.rule.startswith("greedy") or path.stem in INCONSISTENT:
        pytest.skip("it does not say a greedy rule that can be followed, or is known to contradict it")
    published = document["published"]
    assert published["selected_agree"] is not False or published["selected_agree_under_another_tie_break"]


@needs_pabulib
def test_the_official_elections_by_equal_shares_come_out_as_they_did() -> None:
    for path in named(MES):
        stated = FILE_RULES[open_pabulib(path).meta.rule].rule
        rule = stated if stated.startswith("mes") else "mes-add1"
        document = decided(path, rule)
        assert set(document["selected"]) == set(document["published"]["selected"]), path.stem


@needs_pabulib
def test_an_election_that_contradicts_itself_is_reported() -> None:
    """Some editions of such a file were put right later: a plain count of the file's columns says which this is."""
    for path in named(INCONSISTENT):
        file, published = open_pabulib(path), decided(path)["published"]
        left, chosen = file.meta.budget, set()
        for project in sorted(file.projects, key=lambda one: one.votes or Fraction(0), reverse=True):
            if project.cost <= left and (project.votes or 0) >= (file.meta.threshold or 0):
                left -= project.cost
                chosen.add(project.id)
        agrees = chosen == set(published["selected"])
        assert published["selected_agree"] is agrees or published["selected_agree_under_another_tie_break"]


@needs_pabulib
def test_the_ballot_formats_of_the_same_voters_agree_on_the_first_eight() -> None:
    found = []
    for path in PABULIB:
        if path.stem.startswith("Switzerland_Zurich"):
            ranking = rank(win_rates(PairwiseCounts.of(open_pabulib(path).profile)))
            found.append({one.option for one in ranking[:8]})
    assert found == found[:1] * len(found)


@needs_pabulib
@pytest.mark.parametrize("path", PABULIB or [Path("none")], ids=lambda path: path.stem)
def test_a_file_that_is_written_again_is_read_as_the_same(path: Path) -> None:
    file = open_pabulib(path)
    again = read(write_pabulib(file))
    assert again.voter_columns == file.voter_columns
    assert [(one.id, one.cost, one.name) for one in again.projects] == [
        (one.id, one.cost, one.name) for one in file.projects
    ]
    assert PairwiseCounts.of(again.profile) == PairwiseCounts.of(file.profile)


@needs_other
@pytest.mark.parametrize(
    "name,ballots,first,score",
    [
        ("00002-00000001.soi", 475, "Bdale Garbee", "2149/2850"),
        ("00002-00000002.soi", 488, "Bdale Garbee", "2821/3904"),
        ("00002-00000007.toc", 403, "Stefano Zacchiroli", "729/806"),
    ],
)
def test_small_elections_of_preflib_are_counted(name: str, ballots: int, first: str, score: str) -> None:
    with (OTHER / name).open("rb") as stream:
        file = read_preflib(stream, name=name)
    counts = file.election().count().counts
    best = rank(win_rates(counts))[0]
    assert counts.ballots == ballots
    assert (file.election().names[best.option], best.score) == (first, Fraction(score))
    assert write_preflib(file).count(b"\n") == len(file.header) + len(file.alternatives) + len(file.orders) + 3


@needs_other
@pytest.mark.parametrize(
    "name,ballots,order",
    [
        ("burl2009.abif", 8980, ["Montroll", "Kiss", "Wright", "Smith", "Simpson", "Write-in"]),
        ("tennessee-example-scores.abif", 100, ["Nash", "Chat", "Memph", "Knox"]),
    ],
)
def test_examples_of_abif_are_counted(name: str, ballots: int, order: list[str]) -> None:
    with (OTHER / name).open("rb") as stream:
        file = read_abif(stream, name=name)
    counts = file.election().count().counts
    assert counts.ballots == ballots
    assert [one.option for one in rank(win_rates(counts))] == order
    assert b"=" in write_abif(file)
