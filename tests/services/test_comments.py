"""Comments on both databases: who speaks where, one level of replies, and moderation that says why."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from participation.audit.models import AuditRecord
from participation.comments import services
from participation.comments.models import Comment, CommentReport
from participation.comments.queries import hidden, reported, threads
from participation.comments.rules import CommentState
from participation.comments.services import Recorded, Remark
from participation.core.actor import ANONYMOUS, SYSTEM, Actor
from participation.core.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from participation.proposals.models import Proposal
from participation.proposals.services import withdraw
from participation.rounds.kinds import Task
from participation.rounds.rules import RoundState
from participation.texts.models import Origin
from participation.texts.queries import wordings
from tests.factories.contributions import Town, make_town
from tests.support.refusals import refused

BECAUSE = {"de": "Würdigt eine Gruppe herab.", "en": "Disparages a group of people."}


@pytest.fixture
def town(session: Session, now: datetime) -> Town:
    return make_town(session, now)


@pytest.fixture
def proposal(town: Town) -> Proposal:
    return town.submitted()


def say(
    town: Town, proposal: Proposal, body: str = "Çok iyi", actor: Actor | None = None, slug: str = "online", **more: str
) -> Comment:
    remark = Remark("tr", body, **more)
    return services.write_comment(town.session, proposal.id, remark, slug=slug, actor=actor or town.ayse, now=town.now)


def test_a_comment_keeps_its_language_and_its_authors_name(town: Town, proposal: Proposal) -> None:
    comment = say(town, proposal, author_name="Ayşe")
    assert (comment.body.language, comment.author_name, comment.organisation_id) == ("tr", "Ayşe", None)
    theirs = say(town, proposal, actor=town.olena, slug="forum", author_name="egal")
    assert (theirs.author_name, theirs.organisation_id) == ("", town.organisation.id)
    assert say(town, proposal, actor=town.code, slug="werkstatt").author_name == ""


def test_before_during_and_after_the_round(town: Town, proposal: Proposal) -> None:
    def at(moment: datetime) -> Comment:
        return services.write_comment(
            town.session, proposal.id, Remark("tr", "x"), slug="online", actor=town.ayse, now=moment
        )

    refused(Conflict, "round_not_open_yet", lambda: at(town.online.opens_at - timedelta(seconds=1)))
    refused(Conflict, "round_over", lambda: at(town.online.closes_at))
    at(town.online.opens_at)
    town.online.state = RoundState.CLOSED
    town.session.flush()
    refused(Conflict, "round_closed_early", lambda: at(town.now))


def test_only_participants_of_a_round_that_asks_for_comments_speak(town: Town, proposal: Proposal) -> None:
    refused(SignInNeeded, "sign_in_needed", lambda: say(town, proposal, actor=ANONYMOUS))
    refused(Forbidden, "not_a_participant", lambda: say(town, proposal, slug="forum"))
    refused(Conflict, "task_not_in_round", lambda: say(town, proposal, actor=town.jens, slug="kosten"))
    town.online.task_names = [Task.PROPOSE.value]
    town.session.flush()
    refused(Conflict, "task_not_in_round", lambda: say(town, proposal))


def test_what_has_ended_or_is_not_public_takes_no_comments(town: Town, proposal: Proposal) -> None:
    withdraw(town.session, proposal.id, actor=town.ayse, now=town.now)
    refused(Conflict, "proposal_takes_no_comments", lambda: say(town, proposal))


def test_threads_have_one_level(town: Town, proposal: Proposal) -> None:
    first = say(town, proposal, "Birinci")
    second = say(town, proposal, "İkinci")
    reply = say(town, proposal, "Cevap", town.olena, "forum", reply_to=first.id)
    refused(Conflict, "reply_to_a_reply", lambda: say(town, proposal, "Daha", reply_to=reply.id))
    other = town.submitted(title="Başka")
    refused(Conflict, "reply_to_another_proposal", lambda: say(town, other, "Daha", reply_to=first.id))
    refused(NotFound, "no_such_comment", lambda: say(town, proposal, "Daha", reply_to="nowhere"))
    shape = {thread.comment.id: [one.id for one in thread.replies] for thread in threads(town.session, proposal.id)}
    assert shape == {first.id: [reply.id], second.id: []}


def test_an_impatient_finger_says_it_once(town: Town, proposal: Proposal) -> None:
    first = say(town, proposal)
    assert say(town, proposal, " Çok iyi\r\n").id == first.id
    assert say(town, proposal, reply_to=first.id).id != first.id
    assert town.session.scalar(select(func.count()).select_from(Comment)) == 2


@pytest.mark.parametrize(
    "more, code, field",
    [
        ({"body": ""}, "text_missing", "body"),
        ({"body": "x" * 5_001}, "text_too_long", "body"),
        ({"body": "\u202e"}, "bidi_control", "body"),
        ({"body": "x", "author_name": "\x07"}, "control_character", "author_name"),
    ],
)
def test_words_that_cannot_be_kept_are_refused(
    town: Town, proposal: Proposal, more: Mapping[str, str], code: str, field: str
) -> None:
    fault = refused(Invalid, code, lambda: say(town, proposal, **more))  # type: ignore[arg-type]
    assert fault.field == field


def test_a_flood_is_stopped(town: Town, proposal: Proposal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("participation.comments.services.MAX_PER_PARTICIPANT", 1)
    say(town, proposal, "bir")
    refused(Conflict, "too_many_comments", lambda: say(town, proposal, "iki"))


# Moderation


def test_a_comment_is_hidden_with_a_public_reason_and_can_be_restored(town: Town, proposal: Proposal) -> None:
    comment = say(town, proposal)
    services.hide_comment(town.session, comment.id, BECAUSE, actor=town.farid, now=town.now)
    assert comment.state == CommentState.HIDDEN
    assert {tag: shown.body for tag, shown in wordings(comment.decisions[-1].reason).items()} == BECAUSE
    assert [one.id for one in hidden(town.session, town.process.id)] == [comment.id]
    refused(Conflict, "reply_to_a_hidden_comment", lambda: say(town, proposal, "Cevap", reply_to=comment.id))
    restored = services.restore_comment(
        town.session, comment.id, {"de": "Widerspruch war berechtigt."}, actor=town.farid, now=town.now
    )
    assert restored.state is CommentState.VISIBLE
    assert [decision.action.value for decision in comment.decisions] == ["hide", "restore"]


def test_hiding_without_a_reason_is_refused(town: Town, proposal: Proposal) -> None:
    comment = say(town, proposal)
    fault = refused(
        Invalid,
        "reason_missing",
        lambda: services.hide_comment(town.session, comment.id, {"de": ""}, actor=town.farid, now=town.now),
    )
    assert fault.field == "reason"
    assert comment.state is CommentState.VISIBLE


def test_hiding_twice_is_refused(town: Town, proposal: Proposal) -> None:
    comment = say(town, proposal)
    services.hide_comment(town.session, comment.id, BECAUSE, actor=town.farid, now=town.now)
    for act in (services.hide_comment, services.keep_comment):
        refused(
            Conflict,
            "comment_state",
            lambda act=act: act(town.session, comment.id, BECAUSE, actor=town.farid, now=town.now),  # type: ignore[misc]
        )


@pytest.mark.parametrize("who", ["ayse", "olena", "jens", "elif_", "code"])
def test_only_moderators_moderate(town: Town, proposal: Proposal, who: str) -> None:
    comment = say(town, proposal)
    refused(
        Forbidden,
        "not_permitted",
        lambda: services.hide_comment(town.session, comment.id, BECAUSE, actor=getattr(town, who), now=town.now),
    )


def test_a_notice_waits_for_its_answer(town: Town, proposal: Proposal) -> None:
    comment = say(town, proposal)
    report = services.report_comment(town.session, comment.id, "Beleidigt.", actor=town.olena, now=town.now)
    again = services.report_comment(town.session, comment.id, "Beleidigt uns.", actor=town.olena, now=town.now)
    assert (again.id, again.reason) == (report.id, "Beleidigt uns.")
    services.report_comment(
        town.session, comment.id, "Auch mich.", actor=town.code, now=town.now + timedelta(minutes=1)
    )
    (waiting,) = reported(town.session, town.process.id)
    assert (waiting.comment.id, len(waiting.reports)) == (comment.id, 2)
    services.keep_comment(town.session, comment.id, {"de": "Scharf, aber zulässig."}, actor=town.farid, now=town.now)
    assert reported(town.session, town.process.id) == []
    assert comment.state is CommentState.VISIBLE
    refused(
        Conflict,
        "report_answered",
        lambda: services.report_comment(town.session, comment.id, "Doch!", actor=town.olena, now=town.now),
    )


def test_hiding_answers_every_notice(town: Town, proposal: Proposal) -> None:
    comment = say(town, proposal)
    services.report_comment(town.session, comment.id, "Beleidigt.", actor=town.olena, now=town.now)
    services.hide_comment(town.session, comment.id, BECAUSE, actor=town.farid, now=town.now)
    assert town.session.scalars(select(CommentReport.settled_at)).all() == [town.now]
    refused(
        Conflict,
        "comment_state",
        lambda: services.report_comment(town.session, comment.id, "x", actor=town.ayse, now=town.now),
    )


def test_nobody_in_particular_gives_no_notice(town: Town, proposal: Proposal) -> None:
    comment = say(town, proposal)
    refused(
        SignInNeeded,
        "sign_in_needed",
        lambda: services.report_comment(town.session, comment.id, "x", actor=ANONYMOUS, now=town.now),
    )


def test_moderation_is_recorded_without_anybodys_words(town: Town, proposal: Proposal) -> None:
    comment = say(town, proposal)
    services.hide_comment(town.session, comment.id, BECAUSE, actor=town.farid, now=town.now)
    (entry,) = town.session.scalars(select(AuditRecord).where(AuditRecord.action == "comment_hide"))
    assert (entry.subject_id, entry.facts) == (comment.id, {})


def test_entered_comments_keep_their_dates_and_decisions(town: Town, proposal: Proposal) -> None:
    told = Recorded(
        language="uk",
        bodies={"uk": "Я не розуміла", "de": "Ich habe nicht verstanden"},
        at=town.now - timedelta(days=21),
        round_id=town.online.id,
        origins={"uk": Origin.AUTHOR, "de": Origin.MACHINE},
        author_name="Iryna",
        hidden_at=town.now - timedelta(days=20),
        hidden_because=BECAUSE,
    )
    comment = services.record_comment(town.session, proposal, told, actor=SYSTEM, now=town.now)
    assert (comment.state, comment.decisions[0].at) == (CommentState.HIDDEN, town.now - timedelta(days=20))
    refused(
        Forbidden,
        "not_permitted",
        lambda: services.record_comment(town.session, proposal, told, actor=town.farid, now=town.now),
    )
