"""The example city's rounds and ballots, read without the rooms that import them."""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from participation.tally.declarations import RoundDeclaration

DATA: Final = Path(__file__).parents[3] / "participation" / "exchange" / "data"
BALLOTS: Final = DATA / "example_ballots.jsonl.gz"


@cache
def city() -> dict[str, Any]:
    with (DATA / "example_city.yaml").open(encoding="utf-8") as file:
        document: dict[str, Any] = yaml.safe_load(file)
    return document


@cache
def stored_ballots() -> dict[str, list[dict[str, Any]]]:
    """Every round's ballots as the file has them."""
    rounds: dict[str, list[dict[str, Any]]] = {}
    with gzip.open(BALLOTS) as file:
        for line in file:
            ballot = json.loads(line)
            rounds.setdefault(ballot["round"], []).append(ballot)
    return rounds


def declarations() -> list[RoundDeclaration]:
    """The concluded rounds, with the options that stood in them."""
    named = {
        "all_subgoals": [goal["code"] for goal in city()["subgoals"]],
        "open_measures": [
            measure["code"] for measure in city()["measures"] if measure["costing"]["financing"] == "open"
        ],
    }
    return [
        RoundDeclaration.from_json({"round": one["id"], "ballot": one["ballot"], "options": named[one["options"]]})
        for one in city()["rounds"]
        if one["state"] == "concluded"
    ]
