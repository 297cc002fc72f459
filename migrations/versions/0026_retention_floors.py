"""Leave rounds that had ended before rounds forgot who took part thirty days more.

Why it is safe: a table is added, with one row for each closed or concluded round whose people are still known, and
nothing else is touched. Without it the first minute after an upgrade would delete rolls, registers and codes of every
old round, before anybody could read that this is what the program now does. Rounds that end later are not in it.

The way back drops the table; upgrading once more gives thirty days again.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_DAYS = timedelta(days=30)


def upgrade() -> None:
    floors = op.create_table(
        "retention_floors",
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_retention_floors_round_id_rounds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_retention_floors")),
    )
    rounds = sa.table("rounds", sa.column("id"), sa.column("state"))
    forgotten = sa.table("forgotten_rounds", sa.column("round_id"))
    not_before = sa.literal(datetime.now(UTC) + _DAYS, sa.DateTime(timezone=True))
    ended = sa.select(rounds.c.id, not_before).where(
        rounds.c.state.in_(["closed", "concluded"]), rounds.c.id.not_in(sa.select(forgotten.c.round_id))
    )
    op.execute(floors.insert().from_select(["round_id", "not_before"], ended))


def downgrade() -> None:
    op.drop_table("retention_floors")
