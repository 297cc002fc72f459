"""Words for the refusals of gatherings."""

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _

from participation.web.errors import Words

WORDS: Final[Mapping[str, Words]] = {
    "no_such_gathering": lambda _facts: _("There is no such session, workshop or meeting."),
    "no_such_item": lambda _facts: _("The agenda has no such item."),
    "no_such_table": lambda _facts: _("This workshop has no such table."),
    "no_such_note": lambda _facts: _("There is no such note."),
    "gathering_too_long": lambda f: _("A meeting can last at most %(days)s days.", days=f["days"]),
    "gathering_without_length": lambda _facts: _("The end must be later than the beginning."),
    "kind_stays": lambda _facts: _("What kind of meeting it is cannot be changed. Please enter a new one."),
    "round_elsewhere": lambda _facts: _("This round belongs to another process."),
    "too_many_gatherings": lambda f: _("A process can have at most %(highest)s meetings.", highest=f["highest"]),
    "too_many_items": lambda f: _("An agenda can have at most %(highest)s items.", highest=f["highest"]),
    "too_many_tables": lambda f: _("A workshop can have at most %(highest)s tables.", highest=f["highest"]),
    "too_many_notes": lambda f: _("A table can have at most %(highest)s notes.", highest=f["highest"]),
    "too_many_codes": lambda f: _("At most %(highest)s proposals can be named here.", highest=f["highest"]),
    "item_about_nothing": lambda _facts: _("Please say what the item is about, or name a proposal."),
    "item_with_minutes": lambda _facts: _("Minutes were written about this item, so it stays on the agenda."),
    "table_with_notes": lambda _facts: _("Something was noted at this table, so it stays."),
    "table_number_taken": lambda f: _("There is a table %(table)s already.", table=f["table"]),
    "unknown_facilitator": lambda _facts: _("Please choose one of the people of the list."),
    "language_of_note_stays": lambda _facts: _(
        "The language in which it was said stays. For words in another language, please add a translation."
    ),
    "not_on_roll": lambda _facts: _("Somebody here is not on the roll any more. Please reload the page."),
    "not_at_this_gathering": lambda _facts: _("This does not belong to a meeting of this kind."),
    "gathering_with_record": lambda _facts: _("Something was written down about this meeting, so it stays."),
    "gathering_with_attendance": lambda _facts: _(
        "Attendance was noted by the roll of this round, so the session stays with it."
    ),
    "gathering_ahead": lambda _facts: _("It has not begun yet. Nothing can be approved before."),
    "record_approved": lambda _facts: _(
        "This has been approved and is public. To correct it, the approval has to be taken back first."
    ),
    "record_state": lambda _facts: _("Somebody has decided about this in the meantime. Please look again."),
    "record_changed": lambda _facts: _(
        "Somebody has written here in the meantime. Nothing was saved. Please look at the present wording first."
    ),
    "record_empty": lambda _facts: _("Nothing is written down yet, so there is nothing to approve."),
    "record_by_yourself": lambda _facts: _(
        "Words in it are yours. Please let somebody approve it who has not written in it."
    ),
    "no_such_statement": lambda _facts: _("There is no statement here, or it is not public yet."),
    "statement_exists": lambda _facts: _("A statement was begun already. Please go on with that one."),
    "statement_final": lambda _facts: _("This statement stands. Nothing of it changes any more."),
    "statement_language_stays": lambda _facts: _(
        "The language in which the statement is worded stays. For words in another language, please add a translation."
    ),
    "statement_of_nobody": lambda _facts: _("Only rounds in which organisations take part have a statement."),
    "statement_of_others": lambda _facts: _(
        "Only somebody who speaks for an organisation of this round can do this, or the office."
    ),
    "statement_too_early": lambda _facts: _("The round has not begun yet. A statement can be begun when it is open."),
    "statement_unsigned": lambda _facts: _(
        "No organisation has signed the present wording yet, so the statement cannot be finalised."
    ),
}
