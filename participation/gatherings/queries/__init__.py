"""Reading gatherings."""

from participation.gatherings.queries.gatherings import (
    Numbers,
    assisted_numbers,
    gathering_at,
    gatherings_of,
    gatherings_page,
    hold_gathering,
    item_of,
    members_of,
    note_of,
    note_takers,
    sees_record,
    sessions_with_agenda,
    table_of,
    whole_gathering,
    workshops_with_tables,
    writers_of,
)

__all__ = [
    "Numbers",
    "assisted_numbers",
    "gathering_at",
    "gatherings_of",
    "gatherings_page",
    "hold_gathering",
    "item_of",
    "members_of",
    "note_of",
    "note_takers",
    "sees_record",
    "sessions_with_agenda",
    "table_of",
    "whole_gathering",
    "workshops_with_tables",
    "writers_of",
]
