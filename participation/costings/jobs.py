"""The mail that reminds a department of the costs that it owes."""

from collections.abc import Mapping
from typing import Any, Final

from flask import current_app, render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from participation.accounts.models import Account, Department, Representation
from participation.costings.queries import sheet
from participation.costings.reminders import REMINDER_MAIL
from participation.outbox.mail import Mail
from participation.outbox.worker import Letter
from participation.rounds.models import Round
from participation.rounds.rules import RoundState
from participation.texts.queries import wording
from participation.web.locale import force_language, reader_languages
from participation.web.redirects import absolute_url
from participation.web.rendering import end_in_words


def render_reminder(session: Session, payload: Mapping[str, Any]) -> Mail | None:
    """Render what a department still owes; nothing is sent once it owes nothing or the round is over."""
    account = session.get(Account, str(payload["account"]))
    department = session.get(Department, str(payload["department"]))
    round_ = session.get(Round, str(payload["round"]))
    if account is None or account.email is None or account.disabled_at is not None:
        return None
    if department is None or session.get(Representation, (account.id, department.id)) is None:
        return None
    if round_ is None or round_.state is not RoundState.OPEN:
        return None
    owed = sheet(session, round_.process_id).of_departments({department.id}).owed
    if not owed:
        return None
    process, site = round_.process, current_app.config["SETTINGS"].site_name
    with force_language(account.language):
        languages = reader_languages(process.default_language)
        return Mail(
            to=account.email,
            subject=_("Costs that your department still owes at %(site)s", site=site),
            text=render_template(
                "costings/mails/reminder.txt",
                department=wording(department.title, languages).body,
                process=wording(process.title, languages).body,
                measures=[(line.proposal.code, wording(line.proposal.title, languages).body) for line in owed],
                until=end_in_words(round_.closes_at, process.time_zone),
                link=absolute_url("rounds.show", slug=round_.slug),
            ),
        )


LETTERS: Final[Mapping[str, Letter]] = {REMINDER_MAIL: render_reminder}
