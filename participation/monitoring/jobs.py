"""Work for after the commit: what is new is noted, and followers get a mail that tells it in their language."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flask import current_app, render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from participation.accounts.models import Account
from participation.budgeting.models import Plan
from participation.budgeting.queries import CouncilOnPlans
from participation.budgeting.wording import reason_in_words, standing_in_words
from participation.core.languages import reading_order
from participation.extensions import transaction
from participation.monitoring.models import Follower, MeasureStatus, News
from participation.monitoring.queries import NewsOfProcess, followers_to_look_at, processes_with_news
from participation.monitoring.rules import MOST_TOLD
from participation.monitoring.sentences import status_sentence
from participation.monitoring.telling import AT_ONCE, NEWS_MAIL, Message, message_for, note_news, stop_token, tell
from participation.outbox.mail import Mail
from participation.outbox.worker import Letter, Tick
from participation.papers.models import Consultation, CouncilPaper
from participation.papers.queries import council_on_plans
from participation.papers.sentences import outcome_in_words
from participation.processes.models import Process
from participation.texts.models import Text
from participation.texts.queries import wording
from participation.web.locale import force_language
from participation.web.redirects import absolute_url

LOOKING_PAUSE: Final = timedelta(minutes=1)
_LOOKED_AT: Final = "participation.news_looked_at"


def look_now_and_then(session: Session, now: datetime) -> None:
    """Look for news every minute; at once where the clock was put back. Two workers file nothing twice (telling)."""
    looked_at: datetime | None = current_app.extensions.get(_LOOKED_AT)
    if looked_at is None or not looked_at <= now < looked_at + LOOKING_PAUSE:
        note_and_tell(session, now)
        current_app.extensions[_LOOKED_AT] = now


def note_and_tell(session: Session, now: datetime) -> int:
    """Note what happened, and file the mails that are due, some in each transaction; return how many those are."""
    processes = processes_with_news(session)
    session.rollback()
    for process_id in processes:
        with transaction() as writing:
            note_news(writing, process_id, now=now)
    filed = 0
    seen: set[str] = set()
    while True:
        ids = [one for one in followers_to_look_at(session, now, AT_ONCE) if one not in seen]
        session.rollback()
        if not ids:
            return filed
        seen.update(ids)
        with transaction() as writing:
            filed += tell(writing, ids, now=now)


@dataclass(frozen=True, slots=True)
class Line:
    """One of the news in a mail: what it is about, what happened, why, and where to read on."""

    about: str
    what: str
    reason: str
    link: str
    goes_on: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Reader:
    """For whom a mail is rendered, in which languages, of which process."""

    follower: Follower
    process: Process
    languages: Sequence[str]
    news: NewsOfProcess
    corrected: frozenset[str]
    council: CouncilOnPlans

    def said(self, text: Text | None) -> str:
        """Return a text in the reader's language."""
        return wording(text, self.languages).body if text is not None else ""


def render_news(session: Session, payload: Mapping[str, Any]) -> Mail | None:
    """Render what is new for a follower; whoever wants no more mails by now gets none."""
    message = message_for(session, payload)
    if message is None:
        return None
    account = session.get(Account, message.follower.account_id)
    if account is None or account.email is None or account.disabled_at is not None:
        return None
    settings = current_app.config["SETTINGS"]
    token = stop_token(settings.secret_key, account.id)
    off = absolute_url("monitoring.stop_by_link", account=account.id, token=token)
    council = council_on_plans(session, message.follower.process_id)
    with force_language(account.language) as language:
        return Mail(
            to=account.email,
            subject=_("News about your proposals and measures at %(site)s", site=settings.site_name),
            text=_text(message, council, language.tag, off),
            unsubscribe=off,
        )


def _text(message: Message, council: CouncilOnPlans, tag: str, off: str) -> str:
    process = message.follower.process
    languages = reading_order(tag, process.default_language)
    reader = _Reader(message.follower, process, languages, message.of_process, message.corrected, council)
    lines = [line for one in message.news for line in _lines(one, reader)]
    return render_template(
        "monitoring/mails/news.txt",
        process=reader.said(process.title),
        lines=lines[:MOST_TOLD],
        more=len(lines) - len(lines[:MOST_TOLD]),
        all=absolute_url("monitoring.measures", process=process.slug),
        off=off,
    )


def _lines(one: News, reader: _Reader) -> Iterator[Line]:
    for thing, speak in _SPEAKERS.items():
        found = getattr(one, thing)
        if found is not None:
            yield speak(found, reader)


def _report(status: MeasureStatus, reader: _Reader) -> Line:
    measure = status.proposal
    went = [
        _("Your proposal %(code)s goes on in it.", code=followed.proposal.code)
        for followed in reader.follower.proposals
        if followed.proposal_id != measure.id and measure.id in reader.news.lives_in(followed.proposal_id)
    ]
    return Line(
        f"{measure.code} {reader.said(measure.title)}",
        status_sentence(status),
        reader.said(status.reason),
        absolute_url("site.proposal", process=reader.process.slug, code=measure.code),
        went,
    )


def _settled(plan: Plan, reader: _Reader) -> Line:
    rows = {row["code"]: row for row in (plan.snapshot["measures"] if plan.snapshot else ())}
    followed = {
        measure.code: measure
        for one in reader.follower.proposals
        for measure in (one.proposal, *reader.news.carried_by(one.proposal_id))
    }
    about = [
        _(
            "%(measure)s: %(sentence)s",
            measure=f"{code} {reader.said(measure.title)}",
            sentence=reason_in_words(rows[code], plan.process.currency),
        )
        for code, measure in sorted(followed.items())
        if code in rows
    ]
    link = absolute_url("budgeting.plan", process=reader.process.slug, plan=plan.slug)
    what = _("This plan says which measure starts when, and why.")
    stands = standing_in_words(plan, reader.council, reader.languages)
    return Line(reader.said(plan.title), f"{what} {stands}".strip(), "", link, about)


def _issued(paper: CouncilPaper, reader: _Reader) -> Line:
    link = absolute_url("papers.show", process=reader.process.slug, slug=paper.slug)
    about = f"{paper.number} {reader.said(paper.subject)}"
    return Line(about, _("This paper was laid before the council."), "", link)


def _decided(consultation: Consultation, reader: _Reader) -> Line:
    paper = consultation.paper
    committee = reader.said(consultation.committee.name)
    corrects = []
    if consultation.outcome is None:
        what = _("%(committee)s: the result that we wrote to you was taken back.", committee=committee)
    else:
        outcome = outcome_in_words(consultation.outcome)
        what = _("%(committee)s: %(outcome)s", committee=committee, outcome=outcome)
        if consultation.id in reader.corrected:
            corrects = [_("This corrects the result that we wrote to you before.")]
    link = absolute_url("papers.show", process=reader.process.slug, slug=paper.slug)
    about = f"{paper.number} {reader.said(paper.subject)}"
    return Line(about, what, reader.said(consultation.outcome_text), link, corrects)


_SPEAKERS: Final[Mapping[str, Callable[[Any, _Reader], Line]]] = {
    "status": _report,
    "plan": _settled,
    "paper": _issued,
    "consultation": _decided,
}

LETTERS: Final[Mapping[str, Letter]] = {NEWS_MAIL: render_news}
TICKS: Final[Mapping[str, Tick]] = {"monitoring.news": look_now_and_then}
