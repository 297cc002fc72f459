"""What the register still knows about a person: that they voted, never what; and of what they are reminded."""

from typing import Final

from sqlalchemy import literal, select

from participation.ballots.models import Participation, Reminder, ReminderWish
from participation.rounds.models import Round
from participation.rounds.queries import account_key
from participation.storage.holdings import Holding, the_person

STORED: Final = (
    Holding(
        "votes",
        select(
            Round.slug.label("round"), Participation.participant_class, Participation.channel, Participation.voted_on
        )
        .select_from(Participation)
        .join(Round, Round.id == Participation.round_id)
        .where(Participation.participant == literal(account_key("")).concat(the_person()))
        .order_by(Participation.voted_on, Round.slug),
    ),
    Holding(
        "reminders",
        select(Round.slug.label("round"), Reminder.number, Reminder.closes_at)
        .select_from(Reminder)
        .join(Round, Round.id == Reminder.round_id)
        .where(Reminder.account_id == the_person())
        .order_by(Round.slug, Reminder.number),
    ),
    Holding(
        "reminder_wishes",
        select(Round.slug.label("round"))
        .select_from(ReminderWish)
        .join(Round, Round.id == ReminderWish.round_id)
        .where(ReminderWish.account_id == the_person())
        .order_by(Round.slug),
    ),
)
