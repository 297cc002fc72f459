"""The table of costings."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Date, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.accounts.models import Department
from participation.core.money import Money
from participation.proposals.models import Proposal
from participation.storage import Base, UTCDateTime, enum_column, id_column, reference
from participation.texts.models import Text
from participation.texts.queries import original


class EstimateQuality(StrEnum):
    """How good an estimate is."""

    ROUGH_ESTIMATE = "rough_estimate"
    CALCULATED = "calculated"
    QUOTED = "quoted"


class Cover(StrEnum):
    """Whether the budget already covers a measure."""

    COVERED = "covered"
    OPEN = "open"


class Feasibility(StrEnum):
    """What the department that answers for a measure says about carrying it out."""

    FEASIBLE = "feasible"
    WITH_CONDITIONS = "with_conditions"
    NOT_FEASIBLE = "not_feasible"


@dataclass(frozen=True, slots=True)
class Costs:
    """What somebody says a measure costs, in cents; `language` is that of the source, the statement and the note.

    `years` is how many years the yearly cost runs, None for good. `posts_hundredths` are hundredths of full-time
    posts, None if nobody has said how many. Months are written `2027-03`; the last one belongs to the time frame.
    """

    once_cents: int
    annual_cents: int
    quality: EstimateQuality
    cover: Cover
    language: str
    low_cents: int | None = None
    high_cents: int | None = None
    cover_source: str = ""
    needs_post: bool = False
    note: str = ""
    years: int | None = None
    posts_hundredths: int | None = None
    feasibility: Feasibility | None = None
    statement: str = ""
    first_month: str | None = None
    last_month: str | None = None

    @property
    def volume_cents(self) -> int:
        """Return one-off cost plus the running cost of one full year."""
        return self.once_cents + self.annual_cents

    @property
    def whole_cents(self) -> int | None:
        """Return one-off cost plus the running cost of all its years; None where that runs for good."""
        return whole_cents(self.once_cents, self.annual_cents, self.years)


def whole_cents(once_cents: int, annual_cents: int, years: int | None) -> int | None:
    """Return what a measure costs over all its years; None where its yearly cost runs for good."""
    if not annual_cents:
        return once_cents
    return None if years is None else once_cents + annual_cents * years


class Costing(Base):
    """One statement of what a measure costs; a new one is a further revision, the highest is current.

    Amounts are cents. `once_cents` falls due one time, `annual_cents` in every full year, for `years` years or for
    good; `low_cents` to `high_cents` is the range in which the sum of both is expected. `cover_source` says what pays
    for a covered measure. `statement` gives the conditions, or why it is not feasible. `department_id` is the unit
    that stated it, None for the office.
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
    years: Mapped[int | None] = mapped_column(Integer)
    posts_hundredths: Mapped[int | None] = mapped_column(Integer)
    feasibility: Mapped[Feasibility | None] = mapped_column(enum_column(Feasibility, "feasibility"))
    statement_id: Mapped[str | None] = reference("texts.id", index=False)
    first_month: Mapped[str | None] = mapped_column(String(7))
    last_month: Mapped[str | None] = mapped_column(String(7))
    department_id: Mapped[str | None] = reference("departments.id", index=False)
    round_id: Mapped[str | None] = reference("rounds.id")
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    written_by: Mapped[str] = mapped_column(String(32))
    proposal: Mapped[Proposal] = relationship()
    cover_source: Mapped[Text | None] = relationship(foreign_keys=[cover_source_id], lazy="selectin")
    note: Mapped[Text | None] = relationship(foreign_keys=[note_id], lazy="selectin")
    statement: Mapped[Text | None] = relationship(foreign_keys=[statement_id], lazy="selectin")
    department: Mapped[Department | None] = relationship(lazy="selectin")

    __table_args__ = (
        UniqueConstraint("proposal_id", "revision", name="uq_costings_proposal_revision"),
        CheckConstraint("once_cents >= 0 AND annual_cents >= 0", name="no_negative_amounts"),
        CheckConstraint(
            "(low_cents IS NULL) = (high_cents IS NULL) AND low_cents <= high_cents", name="range_in_order"
        ),
        CheckConstraint("cover = 'covered' OR cover_source_id IS NULL", name="open_cover_has_no_source"),
        CheckConstraint("years IS NULL OR (years BETWEEN 1 AND 100 AND annual_cents > 0)", name="years_of_yearly_cost"),
        CheckConstraint(
            "posts_hundredths IS NULL OR (posts_hundredths >= 0 AND needs_post = (posts_hundredths > 0))",
            name="posts_fit_needs_post",
        ),
        CheckConstraint(
            "(feasibility IS NOT NULL OR statement_id IS NULL) AND "
            "(feasibility IS NULL OR feasibility = 'feasible' OR statement_id IS NOT NULL)",
            name="feasibility_is_explained",
        ),
        CheckConstraint(
            "last_month IS NULL OR (first_month IS NOT NULL AND first_month <= last_month)", name="months_in_order"
        ),
    )

    @property
    def volume(self) -> Money:
        """Return one-off cost plus the running cost of one full year, the sum that lists speak of."""
        return Money(self.once_cents + self.annual_cents, self.currency)

    @property
    def whole_cents(self) -> int | None:
        """Return what it costs over all its years; None where its yearly cost runs for good."""
        return whole_cents(self.once_cents, self.annual_cents, self.years)

    @property
    def costs(self) -> Costs:
        """Return what was said, as it could be said again."""
        written = self.note or self.statement or self.cover_source
        return Costs(
            once_cents=self.once_cents,
            annual_cents=self.annual_cents,
            quality=self.quality,
            cover=self.cover,
            language=written.language if written else "",
            low_cents=self.low_cents,
            high_cents=self.high_cents,
            cover_source=_words(self.cover_source),
            needs_post=self.needs_post,
            note=_words(self.note),
            years=self.years,
            posts_hundredths=self.posts_hundredths,
            feasibility=self.feasibility,
            statement=_words(self.statement),
            first_month=self.first_month,
            last_month=self.last_month,
        )


def _words(text: Text | None) -> str:
    return original(text).body if text else ""


class CostReminder(Base):
    """A day on which a department was reminded of the costs that it owes; there is one a day at most."""

    __tablename__ = "cost_reminders"

    department_id: Mapped[str] = reference("departments.id", primary_key=True, index=False)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    round_id: Mapped[str] = reference("rounds.id")
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
    letters: Mapped[int] = mapped_column(Integer)
    department: Mapped[Department] = relationship(lazy="joined")
