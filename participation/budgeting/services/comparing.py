"""What other rules would pay for: asked of the ballots that a ranking rests on, outside of any lock."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from participation.budgeting.models import Plan
from participation.budgeting.queries.documents import basis_of, draft_document
from participation.budgeting.rules.side_by_side import TOO_FEW, UNCOUNTED, Voters, side_by_side
from participation.bundles.publishing import FEWEST_BALLOTS
from participation.results.models import JointRanking
from participation.results.queries import result_of
from participation.results.rules.documents import document_hash
from participation.results.services import counted_profile
from participation.tally.budget.electorate import Body


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rules side by side, and the hash of the plan's document on which they rest."""

    rules: dict[str, Any]
    basis: str


def compare(session: Session, plan: Plan) -> Comparison:
    """Work out what other rules would pay for with the figures of now."""
    document = draft_document(session, plan)
    rules = side_by_side(basis_of(session, plan), document, voters_of(session, plan.ranking))
    return Comparison(rules, document_hash(document))


def voters_of(session: Session, ranking: JointRanking) -> Voters:
    """Return the bodies of a ranking with what their ballots support; see Voters for those that are not asked."""
    bodies, published, dropped = [], set(), []
    for part in ranking.parts:
        slug, result = part.round.slug, result_of(session, part.round_id)
        if result is None:
            dropped.append((slug, part.weight, UNCOUNTED))
        elif result.ballots < FEWEST_BALLOTS:
            dropped.append((slug, part.weight, TOO_FEW))
        else:
            bodies.append(Body.from_profile(slug, part.weight, counted_profile(session, part.round)))
            published |= {slug} if result.snapshot["publishes_ballots"] else set()
    return Voters(bodies, frozenset(published), dropped)
