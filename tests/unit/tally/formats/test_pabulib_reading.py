from collections.abc import Callable
from fractions import Fraction

import pytest

from participation.tally.counts import PairwiseCounts
from participation.tally.errors import UnreadableFile
from participation.tally.formats.lines import LONGEST_CODE, LONGEST_LINE, MOST_OPTIONS
from participation.tally.kinds import BallotKind
from tests.unit.tally.pabulib_files import APPROVAL, CUMULATIVE, ORDINAL, read

MANY = 40


def many(text: str) -> str:
    """The same file with so many more ballots that they are read at once."""
    more = "".join(f"more{number};20;1;M\n" for number in range(MANY))
    return text.replace("num_votes;3", f"num_votes;{3 + MANY}") + more


def fault(text: str | bytes) -> tuple[str, int, int]:
    with pytest.raises(UnreadableFile) as refusal:
        read(text)
    facts = refusal.value.facts
    assert facts["file"] == "x.pb"
    return refusal.value.code, int(str(facts["line"])), int(str(facts["column"]))


def test_an_election_with_approvals_is_read_whole() -> None:
    file = read(APPROVAL)
    assert file.meta.budget == 2500
    assert (file.meta.vote_type.name, file.meta.rule) == ("approval", "greedy")
    assert dict(file.meta.limits) == {"min_length": 1, "max_length": 2}
    assert file.meta.entries["description"] == "Bürgerhaushalt Lindenhafen"
    assert [one.id for one in file.projects] == ["1", "2", "4"]
    assert [one.cost for one in file.projects] == [600, Fraction(3601, 2), 1400]
    assert [one.name for one in file.projects] == ["Łąka kwietna", "Bänke", "Rampe; neu"]
    assert [one.categories for one in file.projects] == [("culture", "education"), (), ("sport",)]
    assert [(str(one.votes), one.selected) for one in file.projects] == [("2", 1), ("2", 1), ("1", 0)]
    assert file.profile.kind is BallotKind.APPROVAL
    assert file.profile.options.tolist() == [0, 1, 1, 0, 2]
    assert file.profile.lengths.tolist() == [2, 1, 2]
    assert file.voter_columns == {"voter_id": ("a", "b", "c"), "age": ("34", "51", ""), "sex": ("F", "M", "")}
    assert file.lines.tolist() == [18, 19, 20]
    assert file.sums() == [2, 2, 1]


def test_points_stand_beside_the_choices() -> None:
    file = read(CUMULATIVE)
    assert file.profile.kind is BallotKind.POINTS
    assert file.points is not None
    assert file.sums(file.points) == [13, 4]
    assert file.profile.levels().tolist() == [[6, 4], [7, 0]]


def test_an_ordinal_ballot_is_a_ranking_with_the_rest_tied_last() -> None:
    assert read(ORDINAL).profile.levels().tolist() == [[2, 0, 1], [1, 2, 0]]


OTHERWISE: dict[str, Callable[[str], str]] = {
    "byte order mark": lambda text: "\ufeff" + text,
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "empty lines at the end": lambda text: text + "\n\n  \n",
    "empty lines and small letters": lambda text: text.replace("PROJECTS", "\nPROJECTS").replace("VOTES", "\n\nvotes"),
    "no line break at the end": lambda text: text.rstrip("\n"),
    "blanks": lambda text: text.replace(";", "; ").replace("1,2", "1, 2"),
    "decimal comma": lambda text: text.replace("1800.50", "1800,50"),
    "nothing behind a key": lambda text: text.replace("budget;2500", "budget;2500,00\ndefault_score;"),
    "marks": lambda text: text.replace("b;51;2;M", '"b";51;"2";M'),
    "a number in marks": lambda text: text.replace("num_votes;3", 'num_votes;"3"').replace(
        "num_votes;43", 'num_votes;"43"'
    ),
}


@pytest.mark.parametrize("change", OTHERWISE.values(), ids=OTHERWISE)
@pytest.mark.parametrize("size", [str, many])
def test_what_the_collection_writes_otherwise_is_read_as_the_same(
    change: Callable[[str], str], size: Callable[[str], str]
) -> None:
    plain, other = read(size(APPROVAL)), read(change(size(APPROVAL)))
    assert other.projects[1].cost == plain.projects[1].cost
    assert [one.id for one in other.projects] == [one.id for one in plain.projects]
    assert other.voter_columns == plain.voter_columns
    assert PairwiseCounts.of(other.profile) == PairwiseCounts.of(plain.profile)


def test_a_name_in_marks_that_do_not_end_it_stays_as_it_is() -> None:
    file = read(APPROVAL.replace("Bänke", '"Odkupmy" i my - zakup'))
    assert file.projects[1].name == '"Odkupmy" i my - zakup'


def test_a_name_may_go_on_in_the_next_line() -> None:
    file = read(APPROVAL.replace("Bänke", '"Bänke\nund ""Tische"""'))
    assert file.projects[1].name == 'Bänke\nund "Tische"'
    assert file.projects[2].line == 16


def test_an_empty_ballot_chooses_nothing() -> None:
    for text in (APPROVAL, many(APPROVAL)):
        file = read(text.replace("b;51;2;M", "b;51;;M"))
        assert file.profile.lengths.tolist()[:3] == [2, 0, 2]
        assert file.sums()[1] == 1


HERE = "‸"
"""Where in the changed text the fault is to be found; at the file's beginning where there is no such mark."""


def marked_fault(text: str, old: str, new: str) -> tuple[str, bool]:
    """The code of the refusal, and whether it names the marked place."""
    assert old in text
    changed = text.replace(old, new, 1)
    before = changed[: changed.index(HERE)] if HERE in changed else ""
    code, line, column = fault(changed.replace(HERE, ""))
    return code, (line, column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))


@pytest.mark.parametrize("size", [str, many])
@pytest.mark.parametrize(
    "old,new,code",
    [
        ("META\n", "", "missing_section"),
        ("PROJECTS\nproject_id;cost;votes", "project_id;cost;‸votes", "wrong_number_of_cells"),
        ("PROJECTS\n", "‸VOTES\n", "missing_section"),
        ("VOTES\n", "‸PROJECTS\n", "section_twice"),
        ("VOTES\n", "‸META\n", "section_twice"),
        ("key;value\n", "‸", "missing_column"),
        ("num_projects;3\n", "", "missing_entry"),
        ("num_projects;3", "num_projects;‸4", "wrong_count"),
        ("num_votes;", "num_votes;‸1", "wrong_count"),
        ("num_projects;3", "num_projects;‸three", "not_a_number"),
        ("budget;2500\n", "", "missing_entry"),
        ("budget;2500", "budget;‸", "missing_value"),
        ("budget;2500", "budget;‸-2500", "negative_number"),
        ("budget;2500", "budget;‸NaN", "not_a_number"),
        ("budget;2500", "budget;‸1e9", "not_a_number"),
        ("budget;2500", "budget;‸٢٥٠٠", "not_a_number"),
        ("budget;2500", "budget;‸2.500,00", "not_a_number"),
        ("budget;2500", "budget;‸" + "9" * 10_000, "number_too_long"),
        ("budget;2500", "budget;2500\n‸budget;1", "entry_twice"),
        ("budget;2500", "budget;2500;‸1", "wrong_number_of_cells"),
        ("budget;2500", "budget‸,2500", "other_separator"),
        ("approval", "‸Approval!", "unknown_vote_type"),
        ("vote_type;approval\nrule;greedy", "vote_type;scoring\ndefault_score;‸2", "default_score_not_zero"),
        ("project_id;cost", "‸project;cost", "missing_column"),
        ("project_id;cost", "‸project_id;price", "missing_column"),
        ("cost;votes", "cost;‸cost", "column_twice"),
        ("cost;votes", "cost;‸", "column_without_a_name"),
        ("project_id;cost;votes;name;category;selected", "project_id‸,cost,votes", "other_separator"),
        ("1;600;2", "1;‸-600;2", "negative_number"),
        ("1;600;2", "1;‸nan;2", "not_a_number"),
        ("1;600;2", "1;‸inf;2", "not_a_number"),
        ("1;600;2", "1;‸;2", "missing_value"),
        ("1;600;2;Łąka kwietna;culture,education;1", "1;600;2;Łąka;culture;1;‸1", "wrong_number_of_cells"),
        ("1;600;2;Łąka kwietna;culture,education;1", "1;600;2;Łąka;‸culture", "wrong_number_of_cells"),
        ("1;600;2", "‸;600;2", "missing_value"),
        ("2;1800.50", "‸1;1800.50", "id_twice"),
        ("1;600;2", "‸1,5;600;2", "id_with_comma"),
        ("1;600;2", "‸" + "x" * (LONGEST_CODE + 1) + ";600;2", "id_too_long"),
        ("1;600;2", "‸1\u202e;600;2", "id_not_printable"),
        ("Bänke;;1\n", "Bänke;;‸yes\n", "unknown_value"),
        ("voter_id;age;vote;sex", "‸voter;age;vote;sex", "missing_column"),
        ("voter_id;age;vote;sex", "voter_id;vote;sex;‸sex", "column_twice"),
        ("b;51;2;M", "‸a;51;2;M", "id_twice"),
        ("b;51;2;M", "‸;51;2;M", "missing_value"),
        ("b;51;2;M", "b;51;‸9;M", "unknown_option"),
        ("b;51;2;M", "b;51;2, ‸9;M", "unknown_option"),
        ("b;51;2;M", 'b;51;"2,‸9";M', "unknown_option"),
        ("b;51;2;M", "b;51;2,1,‸2;M", "choice_twice"),
        ("b;51;2;M", "b;51;2,‸;M", "empty_choice"),
        ("b;51;2;M", "b;51;2‸|1;M", "other_separator"),
        ("b;51;2;M", "b‸,51,2,M", "other_separator"),
        ("b;51;2;M", "b;51;‸2", "wrong_number_of_cells"),
        ("b;51;2;M", "b;51;2;M;‸M", "wrong_number_of_cells"),
        ("b;51;2;M", 'b;51;2;"‸M', "unclosed_quotation_mark"),
        ("b;51;2;M", "b;51;2;M‸\0", "nul_character"),
        ("b;51;2;M", "b;51;2;M‸\rx", "stray_carriage_return"),
        ("voter_id;age;vote;sex\na;34", "voter_id;vote_strength;vote;sex\na;‸2", "vote_strength_not_one"),
    ],
)
def test_what_cannot_be_read_is_refused_by_line_column_and_reason(
    old: str, new: str, code: str, size: Callable[[str], str]
) -> None:
    assert marked_fault(size(APPROVAL), old, new) == (code, True)


@pytest.mark.parametrize(
    "new,code",
    [
        ("v1;LET/1,LET/2;‸6", "points_do_not_match_votes"),
        ("v1;LET/1,LET/2;‸6,4,1", "points_do_not_match_votes"),
        ("v1;LET/1,LET/2;6,‸-4", "negative_number"),
        ("v1;LET/1,LET/2;6,‸4.5", "not_a_number"),
        ("v1;LET/1,LET/2;6,‸99999999999", "value_too_large"),
    ],
)
def test_points_have_to_match_the_choices(new: str, code: str) -> None:
    assert marked_fault(CUMULATIVE, "v1;LET/1,LET/2;6,4", new) == (code, True)


def test_an_empty_file_and_one_that_ends_early_lack_sections() -> None:
    assert fault("") == ("missing_section", 1, 1)
    assert fault("\n\n") == ("missing_section", 2, 1)
    assert fault(APPROVAL[: APPROVAL.index("VOTES")]) == ("missing_section", 15, 1)
    assert fault(APPROVAL[: APPROVAL.index("voter_id;")]) == ("missing_column_names", 16, 1)


def test_absurd_sizes_are_refused() -> None:
    assert fault("META\nkey;value\n" + "x" * (LONGEST_LINE + 2)) == ("line_too_long", 3, 1)
    projects = "".join(f"p{number};1;0;;;\n" for number in range(MOST_OPTIONS))
    assert fault(APPROVAL.replace("1;600", projects + "1;600")) == ("too_many_options", 13 + MOST_OPTIONS, 1)


def test_bytes_that_are_no_utf_8_are_refused_where_they_stand() -> None:
    assert fault(APPROVAL.replace("Bürger", "Bärger").encode("latin-1", "replace")) == ("not_utf_8", 3, 14)
