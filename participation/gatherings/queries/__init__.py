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
    table_of,
    whole_gathering,
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
    "table_of",
    "whole_gathering",
    "writers_of",
]
