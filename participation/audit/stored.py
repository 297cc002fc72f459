"""What the record of acts holds about a person: what they did, and what was done to their account."""

from typing import Final

from sqlalchemy import select

from participation.audit.models import AuditRecord
from participation.storage.holdings import Holding, the_person

STORED: Final = (
    Holding(
        "acts",
        select(
            AuditRecord.number,
            AuditRecord.at,
            AuditRecord.action,
            AuditRecord.subject_kind,
            AuditRecord.subject_id,
            AuditRecord.facts,
        )
        .where(AuditRecord.actor_id == the_person())
        .order_by(AuditRecord.number),
    ),
    Holding(
        "acts_on_account",
        select(AuditRecord.number, AuditRecord.at, AuditRecord.action, AuditRecord.facts)
        .where(AuditRecord.subject_kind == "account", AuditRecord.subject_id == the_person())
        .order_by(AuditRecord.number),
    ),
)
