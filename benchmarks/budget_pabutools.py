"""Answer elections with pabutools, for budget.py; run by the interpreter of an environment that has it.

One election a line on standard input, one answer a line on standard output, both JSON. pabutools is GPLv3: it
is no dependency, this script imports nothing of the project, and nothing of the project imports this script.
"""

import json
import sys
import time
from typing import Any

from pabutools.election import ApprovalBallot, ApprovalProfile, Cost_Sat, Instance, Project
from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares
from pabutools.tiebreaking import TieBreakingRule


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    projects = {name: Project(name, cost) for name, cost in asked["costs"].items()}
    instance = Instance(projects.values(), budget_limit=asked["budget"])
    profile = ApprovalProfile(ApprovalBallot(projects[name] for name in ballot) for ballot in asked["ballots"])
    if asked["grouped"]:
        profile = profile.as_multiprofile()
    place = {name: place for place, name in enumerate(asked["order"])}
    rule = TieBreakingRule(lambda _instance, _profile, project: place[project.name])
    start = time.perf_counter()
    if asked["rule"] == "greedy":
        taken = greedy_utilitarian_welfare(instance, profile, sat_class=Cost_Sat, tie_breaking=rule)
    else:
        step = 1 if asked["rule"] == "mes-add1" else None
        taken = method_of_equal_shares(
            instance, profile, sat_class=Cost_Sat, tie_breaking=rule, voter_budget_increment=step
        )
    return {"selected": sorted(project.name for project in taken), "seconds": time.perf_counter() - start}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
