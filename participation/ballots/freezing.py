"""Options as they are frozen at the opening: what stood where, in all its languages, with the revisions.

The content is plain JSON, so that a page, an export and somebody who recounts years later read the same thing.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from participation.bundles.declarations import MOST_OPTIONS
from participation.core.errors import Conflict
from participation.costings.models import Costing
from participation.costings.queries import current_costings, open_measures
from participation.processes.models import Field
from participation.proposals.models import Proposal
from participation.proposals.queries import admitted, by_codes, sub_goals
from participation.proposals.rules import ProposalKind, ProposalState
from participation.rounds.kinds import Task
from participation.rounds.models import OptionRule, Round
from participation.texts.models import Text
from participation.texts.queries import wordings

FEWEST_OPTIONS: Final = 2
"""With one option there is nothing to prioritise."""

KIND_OF_TASK: Final[Mapping[Task, ProposalKind]] = {
    Task.PRIORITISE_GOALS: ProposalKind.GOAL,
    Task.PRIORITISE_MEASURES: ProposalKind.MEASURE,
}


def proposals_to_freeze(session: Session, round_: Round) -> Sequence[Proposal]:
    """Return what the round's rule puts to the vote now, in the order of lists.

    Raises Invalid `unknown_proposal`, Conflict `option_not_admitted`, `option_of_wrong_kind`, `too_few_options` or
    `too_many_options`.
    """
    if round_.option_rule is None or round_.voting_task is None:
        return []
    found = _SOURCES[round_.option_rule](session, round_)
    wanted = KIND_OF_TASK[round_.voting_task]
    for proposal in found:
        if proposal.state is not ProposalState.ADMITTED:
            raise Conflict("option_not_admitted", option=proposal.code, state=proposal.state.value)
        if proposal.kind is not wanted:
            raise Conflict("option_of_wrong_kind", option=proposal.code, kind=wanted.value)
    if len(found) < FEWEST_OPTIONS:
        raise Conflict("too_few_options", options=len(found), fewest=FEWEST_OPTIONS)
    if len(found) > MOST_OPTIONS:
        raise Conflict("too_many_options", options=len(found), most=MOST_OPTIONS)
    return found


_SOURCES: Final[Mapping[OptionRule, Callable[[Session, Round], Sequence[Proposal]]]] = {
    OptionRule.ALL_SUBGOALS: lambda session, round_: sub_goals(session, round_.process_id),
    OptionRule.ALL_MEASURES: lambda session, round_: admitted(session, round_.process_id, ProposalKind.MEASURE),
    OptionRule.OPEN_MEASURES: lambda session, round_: open_measures(session, round_.process_id),
    OptionRule.CHOSEN: lambda session, round_: by_codes(
        session, round_.process_id, list(dict.fromkeys(round_.chosen_codes)), field="chosen_codes"
    ),
}


def frozen_contents(session: Session, proposals: Sequence[Proposal]) -> list[dict[str, Any]]:
    """Return the content of each option, in the given order."""
    costings = current_costings(session, [proposal.id for proposal in proposals])
    return [_content(proposal, costings.get(proposal.id)) for proposal in proposals]


def content_hash(content: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return the SHA-256 of the canonical JSON: sorted keys, no blanks, UTF-8 (as in RFC 8785 for such content)."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _content(proposal: Proposal, costing: Costing | None) -> dict[str, Any]:
    field = field_of(proposal)
    return {
        "code": proposal.code,
        "kind": proposal.kind.value,
        "title": _text(proposal.title),
        "body": _text(proposal.body),
        "target_group": _text(proposal.target_group),
        "field": field and {"code": field.code, "title": _text(field.title)},
        "goal": proposal.parent and {"code": proposal.parent.code, "title": _text(proposal.parent.title)},
        "serves": [{"code": goal.code, "title": _text(goal.title)} for goal in proposal.serves],
        "department": proposal.department
        and {"code": proposal.department.code, "title": _text(proposal.department.title)},
        "organisation": proposal.organisation
        and {"code": proposal.organisation.code, "name": proposal.organisation.name},
        "costing": costing and _costing(costing),
    }


def field_of(proposal: Proposal) -> Field | None:
    """Return the field in which a goal or a measure stands.

    A sub-goal stands in its goal's field, a measure without one in the field of the first goal that it serves.
    """
    for near in (proposal, proposal.parent, *proposal.serves, *(goal.parent for goal in proposal.serves)):
        if near is not None and near.field is not None:
            return near.field
    return None


def _text(text: Text | None) -> dict[str, Any] | None:
    if text is None:
        return None
    originals = {version.language: version for version in text.versions}  # by revision: the last one is current
    return {
        "language": text.language,
        "revision": text.revision,
        "wordings": {
            tag: {
                "body": wording.body,
                "origin": wording.origin.value,
                "revision": originals[tag].revision,
                "source_revision": originals[tag].source_revision,
                "stale": wording.is_stale,
            }
            for tag, wording in wordings(text).items()
        },
    }


def _costing(costing: Costing) -> dict[str, Any]:
    return {
        "revision": costing.revision,
        "once_cents": costing.once_cents,
        "annual_cents": costing.annual_cents,
        "low_cents": costing.low_cents,
        "high_cents": costing.high_cents,
        "currency": costing.currency,
        "quality": costing.quality.value,
        "cover": costing.cover.value,
        "needs_post": costing.needs_post,
    }
