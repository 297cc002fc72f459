"""What is done to ballot sheets: made, printed, received, typed in twice, cast or set aside."""

from participation.ballots.paper.services.entering import (
    Outcome,
    confirm_entry,
    enter_sheet,
    withdraw_entries,
)
from participation.ballots.paper.services.receiving import Noted, receive_sheets
from participation.ballots.paper.services.setting_aside import set_aside, take_up_again
from participation.ballots.paper.services.sheets import PrintedSheet, issue_sheets, print_sheets

__all__ = [
    "Noted",
    "Outcome",
    "PrintedSheet",
    "confirm_entry",
    "enter_sheet",
    "issue_sheets",
    "print_sheets",
    "receive_sheets",
    "set_aside",
    "take_up_again",
    "withdraw_entries",
]
