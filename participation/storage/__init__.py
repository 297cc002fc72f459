"""The declarative base, column types and engines; knows no feature and no framework."""

from participation.storage.base import Base
from participation.storage.columns import UTCDateTime, enum_column, id_column, reference
from participation.storage.engines import engine_options, make_engine, pool_options, prepare_engine, write_transaction
from participation.storage.failures import IN_DOUBT, STORE_FAILURES, CommitInDoubt
from participation.storage.grouping import write_together

__all__ = [
    "IN_DOUBT",
    "STORE_FAILURES",
    "Base",
    "CommitInDoubt",
    "UTCDateTime",
    "engine_options",
    "enum_column",
    "id_column",
    "make_engine",
    "pool_options",
    "prepare_engine",
    "reference",
    "write_together",
    "write_transaction",
]
