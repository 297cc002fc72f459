"""What is done to rounds: set up, put on a roll, given codes, extended, and moved through their lifecycle."""

from participation.rounds.codes import code_text, mark_text
from participation.rounds.services.claims import claim_ballot, mark_claims, settle_overlap
from participation.rounds.services.codes import (
    MAX_BATCH,
    check_wrong_codes,
    find_code,
    give_code_instead,
    hand_in_codes,
    issue_codes,
    let_expire,
    note_wrong_code,
    revoke_batch,
    revoke_code,
)
from participation.rounds.services.forgetting import forget_claims, forget_roll_and_codes
from participation.rounds.services.lifecycle import extend_round, record_event
from participation.rounds.services.printing import PRINTING_REASON, enter_printing, print_codes, see_codes
from participation.rounds.services.records import record_act
from participation.rounds.services.roll import Seat, leave_rolls, set_roll
from participation.rounds.services.setup import MAX_CHOSEN, RoundDraft, create_round, discard_round, edit_round
from participation.rounds.services.tablets import TABLET_LABEL, MadeTablet, end_tablet, make_tablet

__all__ = [
    "MAX_BATCH",
    "MAX_CHOSEN",
    "PRINTING_REASON",
    "TABLET_LABEL",
    "MadeTablet",
    "RoundDraft",
    "Seat",
    "check_wrong_codes",
    "claim_ballot",
    "code_text",
    "create_round",
    "discard_round",
    "edit_round",
    "end_tablet",
    "enter_printing",
    "extend_round",
    "find_code",
    "forget_claims",
    "forget_roll_and_codes",
    "give_code_instead",
    "hand_in_codes",
    "issue_codes",
    "leave_rolls",
    "let_expire",
    "make_tablet",
    "mark_claims",
    "mark_text",
    "note_wrong_code",
    "print_codes",
    "record_act",
    "record_event",
    "revoke_batch",
    "revoke_code",
    "see_codes",
    "set_roll",
    "settle_overlap",
]
