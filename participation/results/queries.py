"""Reading results: what was declared, what was counted, what waits for a second person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Executable, Select, bindparam, func, select
from sqlalchemy.orm import Session, undefer

from participation.accounts.models import Account
from participation.core.errors import NotFound
from participation.processes.models import Process
from participation.results.models import (
    CarryOver,
    CountCheckpoint,
    JointRanking,
    JointRankingPart,
    JointResult,
    JointStatistics,
    PublishedBundle,
    RoundResult,
)
from participation.results.rules.conclusion import confirmation_of
from participation.rounds.models import Round, RoundEvent
from participation.rounds.queries import conclusion_steps
from participation.rounds.rules import RoundAction, RoundState, Step, pending_request
from participation.texts.models import Origin, Text
from participation.texts.queries import Wording, wordings


def result_of(session: Session, round_id: str) -> RoundResult | None:
    """Return a round's result with its snapshot, None before the conclusion and for a round without a count."""
    return session.get(RoundResult, round_id, options=[undefer(RoundResult.snapshot)])


def has_result(session: Session, round_id: str) -> bool:
    """Say whether a round was counted, without reading its result."""
    return session.scalar(select(RoundResult.round_id).where(RoundResult.round_id == round_id)) is not None


def joint_result_of(session: Session, ranking_id: str) -> JointResult | None:
    """Return what a joint ranking came to, None until the last of its rounds is concluded."""
    return session.get(JointResult, ranking_id, options=[undefer(JointResult.snapshot)])


def has_joint_statistics(session: Session, ranking_id: str) -> bool:
    """Say whether a joint ranking's statistics are worked out, without reading them."""
    found = session.scalar(select(JointStatistics.ranking_id).where(JointStatistics.ranking_id == ranking_id))
    return found is not None


def joint_statistics_of(session: Session, ranking_id: str) -> Mapping[str, Any] | None:
    """Return how sure a joint ranking is and what other rules say; None until that is worked out."""
    return session.scalar(select(JointStatistics.document).where(JointStatistics.ranking_id == ranking_id))


def has_joint_result(session: Session, ranking_id: str) -> bool:
    """Say whether a joint ranking is there, without reading it."""
    found = session.scalar(select(JointResult.ranking_id).where(JointResult.ranking_id == ranking_id))
    return found is not None


def ranking_by_slug(session: Session, process_slug: str, slug: str) -> JointRanking:
    """Return a declared joint ranking or raise NotFound."""
    found = session.scalar(
        select(JointRanking)
        .join(Process, Process.id == JointRanking.process_id)
        .where(Process.slug == process_slug, JointRanking.slug == slug)
    )
    if found is None:
        raise NotFound("no_such_ranking", process=process_slug, slug=slug)
    return found


def rankings_of(session: Session, process_id: str) -> Sequence[JointRanking]:
    """Return the joint rankings of a process in the order of their declaration."""
    return session.scalars(
        select(JointRanking)
        .where(JointRanking.process_id == process_id)
        .order_by(JointRanking.declared_at, JointRanking.slug)
    ).all()


def counted_rounds(session: Session, process_id: str) -> Sequence[RoundResult]:
    """Return the results of a process's rounds without their snapshots, in the order of the rounds' windows."""
    return session.scalars(
        select(RoundResult)
        .join(Round, Round.id == RoundResult.round_id)
        .where(Round.process_id == process_id)
        .order_by(Round.opens_at, Round.slug)
    ).all()


def rankings_with(session: Session, round_id: str) -> Sequence[JointRanking]:
    """Return the joint rankings of which a round is part."""
    return session.scalars(
        select(JointRanking)
        .join(JointRankingPart, JointRankingPart.ranking_id == JointRanking.id)
        .where(JointRankingPart.round_id == round_id)
        .order_by(JointRanking.id)
    ).all()


def carrying_from(ranking_ids: Sequence[str]) -> Select[JointRanking]:
    """Select the joint rankings of measures that take a share of the scores of one of these rankings of goals."""
    return (
        select(JointRanking)
        .join(CarryOver, CarryOver.ranking_id == JointRanking.id)
        .where(CarryOver.goals_ranking_id.in_(ranking_ids))
        .order_by(JointRanking.id)
    )


def without_statistics(session: Session) -> Sequence[str]:
    """Return the joint rankings that have a result but no statistics yet."""
    missing = ~select(JointStatistics.ranking_id).where(JointStatistics.ranking_id == JointResult.ranking_id).exists()
    return session.scalars(
        select(JointResult.ranking_id).where(missing).order_by(JointResult.computed_at, JointResult.ranking_id)
    ).all()


def waiting_confirmation(session: Session, round_id: str) -> Step | None:
    """Return the second person's confirmation of a request whose ballots are being counted."""
    steps = conclusion_steps(session, round_id)
    return confirmation_of(pending_request(steps), steps)


@dataclass(frozen=True, slots=True)
class CountProgress:
    """How many of a round's ballots have been read; never a figure. `fault` is the code of what stopped the count."""

    counted: int
    ballots: int
    fault: str | None


def count_progress(session: Session, round_id: str) -> CountProgress | None:
    """Return how far a count in the background has come, None where none is under way; for officials only."""
    found = session.execute(
        select(CountCheckpoint.counted, CountCheckpoint.ballots, CountCheckpoint.fault).where(
            CountCheckpoint.round_id == round_id
        )
    ).one_or_none()
    return CountProgress(*found) if found else None


def name_of(session: Session, actor_id: str) -> str:
    """Return the name under which an official is known to officials, "" for somebody who is no longer stored."""
    account = session.get(Account, actor_id)
    return (account.display_name or account.email or "") if account else ""


def text_document(text: Text) -> dict[str, Any]:
    """Return a text with its translations as documents carry texts."""
    shown = wordings(text)
    return {
        "language": text.language,
        "body": shown[text.language].body,
        "translations": {
            tag: {"body": wording.body, "origin": wording.origin.value, "stale": wording.is_stale}
            for tag, wording in shown.items()
            if tag != text.language
        },
    }


def wording_in(document: Mapping[str, Any], languages: Sequence[str]) -> Wording:
    """Return the wording of a text in a document that a reader is shown, chosen as texts.queries.wording does."""
    own: str = document["language"]
    for tag in languages:
        if tag == own:
            break
        if tag in document["translations"]:
            shown = document["translations"][tag]
            return Wording(shown["body"], tag, Origin(shown["origin"]), own, shown["stale"])
    return Wording(document["body"], own, Origin.AUTHOR, own, is_stale=False)


@dataclass(frozen=True, slots=True)
class Head:
    """What a page of a result needs around it. It is read with every request, so it is one row and no text."""

    id: str
    slug: str
    process_id: str
    process_slug: str
    default_language: str
    is_example: bool
    forbids_overlap: bool
    has_result: bool
    bundle: str | None = None
    """The fingerprint of its public bundle, None while that is not made."""
    statistics: str | None = None
    """Which version of statistics a joint ranking has, None while they are not worked out."""
    spans_phases: bool = False
    """Whether the rounds of a joint ranking belong to several phases."""
    is_joint: bool = False


def round_head(session: Session, slug: str) -> Head:
    """Return a round's head or raise NotFound."""
    return _head(session, _ROUND_HEAD, {"slug": slug}, NotFound("no_such_round", slug=slug))


def ranking_head(session: Session, process_slug: str, slug: str) -> Head:
    """Return a joint ranking's head or raise NotFound."""
    asked = {"process": process_slug, "slug": slug}
    missing = NotFound("no_such_ranking", process=process_slug, slug=slug)
    return replace(_head(session, _RANKING_HEAD, asked, missing), is_joint=True)


def _head(session: Session, statement: Executable, asked: Mapping[str, str], missing: NotFound) -> Head:
    row = session.execute(statement, asked).one_or_none()
    if row is None:
        raise missing
    return Head(*row)


_OF_PROCESS: Final = (Process.id, Process.slug, Process.default_language, Process.is_example, Process.forbids_overlap)
_ROUND_HEAD: Final = (
    select(Round.id, Round.slug, *_OF_PROCESS, RoundResult.round_id.is_not(None), PublishedBundle.fingerprint)
    .join(Process, Process.id == Round.process_id)
    .outerjoin(RoundResult, RoundResult.round_id == Round.id)
    .outerjoin(PublishedBundle, PublishedBundle.round_id == Round.id)
    .where(Round.slug == bindparam("slug"))
)
_RANKING_HEAD: Final = (
    select(
        JointRanking.id,
        JointRanking.slug,
        *_OF_PROCESS,
        JointResult.ranking_id.is_not(None),
        PublishedBundle.fingerprint,
        JointStatistics.version,
        JointRanking.phase_id.is_(None),
    )
    .join(Process, Process.id == JointRanking.process_id)
    .outerjoin(JointResult, JointResult.ranking_id == JointRanking.id)
    .outerjoin(JointStatistics, JointStatistics.ranking_id == JointRanking.id)
    .outerjoin(PublishedBundle, PublishedBundle.ranking_id == JointRanking.id)
    .where(Process.slug == bindparam("process"), JointRanking.slug == bindparam("slug"))
)


def bundle_of(
    session: Session, *, round_id: str | None = None, ranking_id: str | None = None
) -> PublishedBundle | None:
    """Return the public bundle of a round or of a joint ranking with its manifest, None while it is not made."""
    of_it = PublishedBundle.round_id == round_id if round_id else PublishedBundle.ranking_id == ranking_id
    return session.scalar(
        select(PublishedBundle)
        .where(of_it)
        .options(undefer(PublishedBundle.manifest), undefer(PublishedBundle.signature))
    )


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public key, when bundles were first and last signed with it, and how many."""

    public_key: str
    first: datetime
    last: datetime
    bundles: int


def signing_keys(session: Session) -> list[SigningKey]:
    """Return the keys with which this site has signed bundles, the last used one first."""
    last = func.max(PublishedBundle.made_at)
    rows = session.execute(
        select(PublishedBundle.public_key, func.min(PublishedBundle.made_at), last, func.count())
        .group_by(PublishedBundle.public_key)
        .order_by(last.desc(), PublishedBundle.public_key)
    )
    return [SigningKey(*row) for row in rows]


def waiting_rounds(ranking: JointRanking) -> list[Round]:
    """Return the rounds of a joint ranking that are not concluded yet, and those of the goals that carry over to it."""
    goals = ranking.carry_over.goals_ranking.parts if ranking.carry_over else []
    rounds = {part.round.id: part.round for part in (*ranking.parts, *goals)}
    return [round_ for round_ in rounds.values() if round_.state is not RoundState.CONCLUDED]


@dataclass(frozen=True, slots=True)
class ConclusionStanding:
    """Where the conclusion of a round stands: who asked, who confirmed, how far the count is, when it was concluded."""

    state: RoundState
    request: Step | None
    confirmation: Step | None
    progress: CountProgress | None
    concluded_at: datetime | None


def conclusion_standing(session: Session, round_: Round) -> ConclusionStanding:
    """Return where the conclusion of a round stands now."""
    concluded_at = session.scalar(
        select(RoundEvent.at).where(RoundEvent.round_id == round_.id, RoundEvent.action == RoundAction.CONCLUDE)
    )
    steps = conclusion_steps(session, round_.id)
    request = pending_request(steps)
    confirmation, progress = confirmation_of(request, steps), count_progress(session, round_.id)
    return ConclusionStanding(round_.state, request, confirmation, progress, concluded_at)
