"""The register of what has been published for other programs."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.oparl.rules.addresses import Kind
from participation.storage import Base, UTCDateTime, enum_column, id_column


class PublishedObject(Base):
    """An object as other programs see it, since when, and when that last changed.

    `fingerprint` is that of everything which the object shows, what is put out inside of it included; the moment of the
    last change is set where it differs, and nowhere else. What is no longer public keeps its row without content, for
    good: whoever has a copy must learn that it is gone. `source_sha256` names the bytes of a file that were read.
    """

    __tablename__ = "oparl_objects"

    id: Mapped[str] = id_column()
    kind: Mapped[Kind] = mapped_column(enum_column(Kind, "kind"))
    key: Mapped[str] = mapped_column(String(96))
    body_key: Mapped[str] = mapped_column(String(24), default="")
    organization_key: Mapped[str] = mapped_column(String(96), default="")
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    fingerprint: Mapped[str] = mapped_column(String(64))
    source_sha256: Mapped[str] = mapped_column(String(64), default="")
    is_deleted: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    modified_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (
        UniqueConstraint("kind", "key", name="uq_oparl_objects_kind_key"),
        CheckConstraint("is_deleted = (content IS NULL)", name="deleted_without_content"),
        CheckConstraint("created_at <= modified_at", name="created_before_modified"),
        Index("ix_oparl_objects_list", "kind", "body_key", "created_at", "key"),
        Index("ix_oparl_objects_modified", "kind", "modified_at"),
    )
