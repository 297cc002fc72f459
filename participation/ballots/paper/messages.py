"""Words for the refusals of ballot sheets."""

from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from participation.web.errors import Words

WORDS: Final[Mapping[str, Words]] = {
    # What stands on a sheet, said to whoever types it in.
    "sheet_unknown_option": lambda f: _(
        "“%(number)s” is not the number of an option. The numbers on the sheet go from 1 to %(highest)s.",
        number=f["number"],
        highest=f["highest"],
    ),
    "sheet_not_a_whole_number": lambda f: _(
        "What is typed for number %(number)s is not a whole number.", number=f["number"]
    ),
    "sheet_duplicate_option": lambda f: _("Number %(number)s is typed more than once.", number=f["number"]),
    "sheet_too_many_choices": lambda f: _(
        "%(chosen)s options are typed, and at most %(limit)s count. If that is what the sheet says, set it aside as "
        "not valid; please take nothing away.",
        chosen=f["chosen"],
        limit=f["limit"],
    ),
    "sheet_too_many_points": lambda f: _(
        "%(given)s points are typed, and there are %(limit)s. If that is what the sheet says, set it aside as not "
        "valid; please change nothing.",
        given=f["given"],
        limit=f["limit"],
    ),
    "sheet_too_many_points_for_option": lambda f: _(
        "Number %(number)s can get at most %(limit)s points.", number=f["number"], limit=f["limit"]
    ),
    "sheet_points_not_positive": lambda f: _("Points for number %(number)s start at 1.", number=f["number"]),
    "sheet_score_out_of_range": lambda f: _(
        "Number %(number)s can be rated from 0 to %(limit)s.", number=f["number"], limit=f["limit"]
    ),
    "sheet_empty_not_confirmed": lambda _facts: _(
        "Nothing is typed. If the voter has ticked that the empty sheet is meant, please tick it here as well; "
        "otherwise set the sheet aside as empty."
    ),
    "reason_unknown": lambda _facts: _("Please choose one of the reasons."),
    # Typing in.
    "no_such_sheet": lambda f: _("There is no sheet with the number %(sheet)s in this round.", sheet=f["sheet"]),
    "sheet_not_received": lambda f: _(
        "Sheet %(sheet)s was not noted as received before the close, so it is not typed in.", sheet=f["sheet"]
    ),
    "sheet_cast_already": lambda f: _("Sheet %(sheet)s is in the box already.", sheet=f["sheet"]),
    "sheet_set_aside_already": lambda f: _("Sheet %(sheet)s was set aside.", sheet=f["sheet"]),
    "sheet_second_person": lambda f: _(
        "You have already typed in sheet %(sheet)s. A second person types it in next, without seeing your entry. If "
        "you made a mistake, withdraw your entry first.",
        sheet=f["sheet"],
    ),
    "sheet_typed_by_two": lambda f: _(
        "Two people have typed in sheet %(sheet)s, and what they typed differs. They clear it up between them.",
        sheet=f["sheet"],
    ),
    "sheet_typed_by_people": lambda _facts: _("Sheets are typed in by two people, each with an account of their own."),
    "sheet_not_compared": lambda f: _(
        "There is nothing to confirm on sheet %(sheet)s: only the two people who typed it in compare it.",
        sheet=f["sheet"],
    ),
    "sheet_entry_changed": lambda f: _(
        "The other person has typed in sheet %(sheet)s anew in the meantime. Please compare once more.",
        sheet=f["sheet"],
    ),
    "sheet_not_yours": lambda f: _(
        "Entries of sheet %(sheet)s are withdrawn by one of the people who typed it in, or by whoever concludes the "
        "round.",
        sheet=f["sheet"],
    ),
    "sheets_not_yet": lambda _facts: _("The round has not opened yet, so there are no ballots on paper."),
    "sheets_concluded": lambda _facts: _("The round is concluded. Nothing about its sheets changes any more."),
    "sheets_conclusion_requested": lambda _facts: _(
        "The conclusion of this round was asked for, so that its ballots stay as they are. Sheets can be worked on "
        "again if the request is withdrawn."
    ),
    # Receiving.
    "no_sheet_typed": lambda _facts: _("Please scan or type the mark of at least one sheet."),
    "too_many_lines": lambda f: _("Please note at most %(maximum)s sheets at once.", maximum=f["maximum"]),
    "sheet_mark_needed": lambda _facts: _(
        "This is the number of a sheet. Please scan its picture or type the sixteen characters of its mark, which "
        "prove that the sheet is there."
    ),
    "sheet_unknown": lambda _facts: _("No sheet with this mark was given out. Please compare it with the sheet."),
    "sheet_of_other_round": lambda _facts: _("This sheet belongs to another round."),
    "sheet_revoked": lambda f: _("The code of sheet %(sheet)s was made invalid.", sheet=f["sheet"]),
    # Setting aside, printing, concluding.
    "no_sheet_chosen": lambda _facts: _("Please choose at least one sheet."),
    "sheet_not_set_aside": lambda f: _("Sheet %(sheet)s is not set aside.", sheet=f["sheet"]),
    "sheet_stays_aside": lambda f: _(
        "Sheet %(sheet)s stays set aside: its code has voted online or was made invalid.", sheet=f["sheet"]
    ),
    "sheets_before_opening": lambda _facts: _(
        "Sheets are printed once the round is open: only then it is certain what is put to the vote, and under which "
        "number."
    ),
    "too_many_whole_sheets": lambda f: _(
        "At most %(most)s whole sheets are shown at once. Please print labels and one general sheet, or make "
        "smaller batches.",
        most=f["most"],
    ),
    "sheets_waiting": lambda f: ngettext(
        "%(num)s ballot sheet was received and is neither in the box nor set aside. The conclusion can be asked for "
        "when it is typed in by two people, or set aside with a reason.",
        "%(num)s ballot sheets were received and are neither in the box nor set aside. The conclusion can be asked "
        "for when they are typed in by two people, or set aside with a reason.",
        int(str(f["sheets"])),
    ),
}
