"""What is done about gatherings: announcing them, writing down what was said, approving it."""

from participation.gatherings.services.agenda import (
    AgendaDraft,
    change_item,
    move_item,
    put_on_agenda,
    take_off_agenda,
)
from participation.gatherings.services.attendance import (
    forget_attendance,
    let_go_of_gatherings,
    note_attendance,
)
from participation.gatherings.services.minutes import MinutesDraft, approve_record, reopen_record, write_minutes
from participation.gatherings.services.setup import (
    GatheringDraft,
    change_gathering,
    create_gathering,
    discard_gathering,
    note_heads,
)
from participation.gatherings.services.statements import (
    StatementDraft,
    finalise_statement,
    revise_statement,
    sign_statement,
    translate_statement,
    withdraw_signature,
    write_statement,
)
from participation.gatherings.services.workshops import (
    NoteDraft,
    TableDraft,
    change_note,
    change_table,
    note_heads_at_table,
    remove_note,
    remove_table,
    set_table,
    translate_note,
    write_note,
)

__all__ = [
    "AgendaDraft",
    "GatheringDraft",
    "MinutesDraft",
    "NoteDraft",
    "StatementDraft",
    "TableDraft",
    "approve_record",
    "change_gathering",
    "change_item",
    "change_note",
    "change_table",
    "create_gathering",
    "discard_gathering",
    "finalise_statement",
    "forget_attendance",
    "let_go_of_gatherings",
    "move_item",
    "note_attendance",
    "note_heads",
    "note_heads_at_table",
    "put_on_agenda",
    "remove_note",
    "remove_table",
    "reopen_record",
    "revise_statement",
    "set_table",
    "sign_statement",
    "take_off_agenda",
    "translate_note",
    "translate_statement",
    "withdraw_signature",
    "write_minutes",
    "write_note",
    "write_statement",
]
