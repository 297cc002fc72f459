"""The table of costings."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.core.money import Money
from participation.proposals.models import Proposal
from participation.storage import Base, UTCDateTime, enum_column, id_column, reference
from participation.texts.models import Text


class EstimateQuality(StrEnum):
    """How good an estimate is."""

    ROUGH_ESTIMATE = "rough_estimate"
    CALCULATED = "calculated"
    QUOTED = "quoted"


class Cover(StrEnum):
    """Whether the budget already covers a measure."""

    COVERED = "covered"
    OPEN = "open"


class Costing(Base):
    """One statement of what a measure costs; a new one is a further revision, the highest is current.

    Amounts are cents. `once_cents` falls due one time, `annual_cents` in every full year; `low_cents` to
    `high_cents` is the range in which the sum of both is expected. `cover_source` says what pays for a covered
    measure.
    """

    __tablename__ = "costings"

    id: Mapped[str] = id_column()
    proposal_id: Mapped[str] = reference("proposals.id", ondelete="CASCADE")
    revision: Mapped[int] = mapped_column(Integer)
    once_cents: Mapped[int] = mapped_column(BigInteger)
    annual_cents: Mapped[int] = mapped_column(BigInteger)
    low_cents: Mapped[int | None] = mapped_column(BigInteger)
    high_cents: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    quality: Mapped[EstimateQuality] = mapped_column(enum_column(EstimateQuality, "quality"))
    cover: Mapped[Cover] = mapped_column(enum_column(Cover, "cover"))
    cover_source_id: Mapped[str | None] = reference("texts.id", index=False)
    needs_post: Mapped[bool] = mapped_column(default=False)
    note_id: Mapped[str | None] = reference("texts.id", index=False)
    round_id: Mapped[str | None] = reference("rounds.id")
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    written_by: Mapped[str] = mapped_column(String(32))
    proposal: Mapped[Proposal] = relationship()
    cover_source: Mapped[Text | None] = relationship(foreign_keys=[cover_source_id], lazy="selectin")
    note: Mapped[Text | None] = relationship(foreign_keys=[note_id], lazy="selectin")

    __table_args__ = (
        UniqueConstraint("proposal_id", "revision", name="uq_costings_proposal_revision"),
        CheckConstraint("once_cents >= 0 AND annual_cents >= 0", name="no_negative_amounts"),
        CheckConstraint(
            "(low_cents IS NULL) = (high_cents IS NULL) AND low_cents <= high_cents", name="range_in_order"
        ),
        CheckConstraint("cover = 'covered' OR cover_source_id IS NULL", name="open_cover_has_no_source"),
    )

    @property
    def volume(self) -> Money:
        """Return one-off cost plus the running cost of one full year, the sum that lists speak of."""
        return Money(self.once_cents + self.annual_cents, self.currency)
