"""A decided budget as lines of text: for people who read it in a terminal."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from participation.tally.budget.reasons import amount

_AGREES: Final[Mapping[bool | None, str]] = {True: "as counted", False: "differs", None: "not published"}


def budget_table(document: Mapping[str, Any]) -> str:
    """The document of pabulib_budget.decide_file: what is taken first, in its order, then the rest."""
    projects = {one["id"]: one for one in document["projects"]}
    header = ["", "project", "cost", "score", "reason"]
    rows = [header, *(_row(projects[one], said) for one, said in document["reasons"].items())]
    widths = [max(len(row[place]) for row in rows) for place in range(4)]
    about = [
        f"rule {document['rule']} (the file states {document['stated_rule']})",
        f"{_said(document['spent'])} of {_said(document['budget'])} spent, {document['ballots']:,} ballots",
    ]
    if document["note"]:
        about.append(f"note: {document['note']}")
    about += [
        f"tie: {', '.join(tie['options'])}, decided by {', '.join(tie['decided_by'])}" for tie in document["ties"]
    ]
    published = document["published"]
    names = ("votes", "score", "limits", "selected")
    about.append("published: " + ", ".join(f"{name} {_AGREES[published[f'{name}_agree']]}" for name in names))
    if published["selected_agree_under_another_tie_break"]:
        about.append("the published selection follows from the same rule if equals are told apart otherwise")
    about += [_difference(one) for one in published["differences"]]
    return "".join(f"{line}\n" for line in [*about, "", *(_line(row, widths) for row in rows)])


def _row(project: Mapping[str, Any], reason: str) -> list[str]:
    mark = "x" if project["selected"] else ""
    return [mark, project["id"], _said(project["cost"]), _said(project["score"]), reason]


def _line(row: list[str], widths: list[int]) -> str:
    """The figures to the right, all else to the left."""
    mark, project, cost, score, reason = row
    cells = [mark.ljust(widths[0]), project.ljust(widths[1]), cost.rjust(widths[2]), score.rjust(widths[3]), reason]
    return "  ".join(cells).rstrip()


def _difference(one: Mapping[str, Any]) -> str:
    return f"line {one['line']}: {one['what']} of {one['id']} is {one['published']}, found {one['found']}"


def _said(value: int | str) -> str:
    return amount(Fraction(value))
