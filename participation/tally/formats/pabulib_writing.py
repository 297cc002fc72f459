"""Write .pb files: from what was read, or from a round of ours."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import Final

import numpy as np

from participation.tally.ballots import Profile
from participation.tally.errors import WrongKind
from participation.tally.formats.cells import row_text
from participation.tally.formats.numbers import number_text
from participation.tally.formats.pabulib import NOT_STATED, SEPARATOR, VOTE_TYPES, Meta, PabulibFile, Project
from participation.tally.kinds import BallotKind

_VOTE_TYPE_OF: Final[Mapping[BallotKind, str]] = MappingProxyType(
    {BallotKind.APPROVAL: "approval", BallotKind.RANKING: "ordinal", BallotKind.POINTS: "cumulative"}
)
"""How a round's ballots are called there. Scores are left out: there, silence is the score 0, with us no opinion."""

NO_ENTRIES: Final[Mapping[str, str]] = MappingProxyType({})


def write_pabulib(file: PabulibFile) -> bytes:
    """Write an election; reading it gives the same. What META counts is counted anew."""
    return "".join([_meta(file, len(file.profile)), _projects(file), _columns(file), *_rows(file)]).encode()


def pabulib_pieces(file: PabulibFile, parts: Iterable[Profile], ballots: int) -> Iterator[bytes]:
    """Write an election piece by piece whose ballots are too many to be held; of `file` all else is taken.

    `parts` are gone through twice; together they have so many ballots, whose voters are numbered.
    """
    yield _meta(file, ballots).encode()
    totals = np.zeros(len(file.projects), np.int64)
    for part in parts:
        totals += np.bincount(part.options, minlength=len(totals))
    counted = zip(file.projects, totals.tolist(), strict=True)
    projects = tuple(replace(one, votes=Fraction(votes)) for one, votes in counted)
    yield _projects(replace(file, projects=projects)).encode()
    yield _columns(file).encode()
    first = 1
    for part in parts:
        rows = _rows(replace(file, profile=part, points=part.values, voter_columns=_numbered(part, first)))
        yield "".join(rows).encode()
        first += len(part)


def pabulib_of(
    profile: Profile,
    costs: Mapping[str, Fraction],
    budget: Fraction,
    *,
    names: Mapping[str, str] = NO_ENTRIES,
    selected: Sequence[str] | None = None,
    entries: Mapping[str, str] = NO_ENTRIES,
) -> PabulibFile:
    """An election from a round's ballots; voters are numbered.

    `entries` are those of META that are not counted, such as description, rule and dates. Raises WrongKind for
    scores and for rankings with ties, which the format cannot hold.
    """
    if profile.kind not in _VOTE_TYPE_OF:
        raise WrongKind("not_written_as_pabulib", kind=profile.kind.value)
    if profile.kind is BallotKind.RANKING and profile.values is not None:
        raise WrongKind("ties_not_written_as_pabulib", kind=profile.kind.value)
    totals = np.bincount(profile.options, minlength=len(profile.shown)).tolist()
    projects = tuple(
        Project(option, costs[option], names.get(option), votes=Fraction(votes), selected=_mark(option, selected))
        for option, votes in zip(profile.shown, totals, strict=True)
    )
    meta = Meta(entries, VOTE_TYPES[_VOTE_TYPE_OF[profile.kind]], budget, entries.get("rule", NOT_STATED), {}, None)
    columns = ["project_id", "cost", "votes", *(["name"] if names else []), *([] if selected is None else ["selected"])]
    lines = np.zeros(len(profile), np.int64)
    projects = tuple(replace(one, name=one.name or "") if names else one for one in projects)
    return PabulibFile(meta, tuple(columns), projects, _numbered(profile), profile, profile.values, lines)


def _mark(option: str, selected: Sequence[str] | None) -> int | None:
    return None if selected is None else int(option in selected)


def _project(one: Project, columns: Sequence[str]) -> list[str]:
    known = {
        "project_id": one.id,
        "cost": number_text(one.cost),
        "name": one.name or "",
        "category": ",".join(one.categories),
        "votes": "" if one.votes is None else number_text(one.votes),
        "score": "" if one.score is None else number_text(one.score),
        "selected": "" if one.selected is None else str(one.selected),
    }
    return [known.get(column.lower(), one.more.get(column, "")) for column in columns]


def _meta(file: PabulibFile, ballots: int) -> str:
    counted = {
        "num_projects": str(len(file.projects)),
        "num_votes": str(ballots),
        "budget": number_text(file.meta.budget),
        "vote_type": file.meta.vote_type.name,
    }
    entries = {**file.meta.entries, **counted}
    return "".join(["META\n", "key;value\n", *(row_text(entry, SEPARATOR) for entry in entries.items())])


def _projects(file: PabulibFile) -> str:
    rows = [file.project_columns, *(_project(one, file.project_columns) for one in file.projects)]
    return "PROJECTS\n" + "".join(row_text(row, SEPARATOR) for row in rows)


def _columns(file: PabulibFile) -> str:
    columns = [*file.voter_columns, "vote", *([] if file.points is None else ["points"])]
    return "VOTES\n" + row_text(columns, SEPARATOR)


def _rows(file: PabulibFile) -> Iterator[str]:
    ids = [one.id for one in file.projects]
    choices = [ids[option] for option in file.profile.options.tolist()]
    points = None if file.points is None else [str(value) for value in file.points.tolist()]
    first = 0
    for ballot, length in enumerate(file.profile.lengths.tolist()):
        entries = slice(first, first + length)
        cells = [column[ballot] for column in file.voter_columns.values()]
        cells.append(",".join(choices[entries]))
        if points is not None:
            cells.append(",".join(points[entries]))
        yield row_text(cells, SEPARATOR)
        first += length


def _numbered(profile: Profile, first: int = 1) -> dict[str, tuple[str, ...]]:
    """Number voters, since who they are is nobody's business."""
    return {"voter_id": tuple(str(number) for number in range(first, first + len(profile)))}
