"""Keep for each round how long it is known who took part, and since when it is not known any more.

Why it is safe: a column is added in place on both databases with the usual number of days for every round, concluded ones
among them, and a table that begins empty. No trigger of concluded rounds fires. From then on the job deletes register,
roll and codes of rounds whose time is over; turnout and results stay.

The way back takes both off; what was deleted stays deleted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE rounds ADD COLUMN retention_days INTEGER NOT NULL DEFAULT 180 "
        "CONSTRAINT ck_rounds_retention_in_bounds CHECK (retention_days BETWEEN 1 AND 3650)"
    )
    op.create_table(
        "forgotten_rounds",
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_forgotten_rounds_round_id_rounds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_forgotten_rounds")),
    )


def downgrade() -> None:
    op.drop_table("forgotten_rounds")
    op.execute("ALTER TABLE rounds DROP COLUMN retention_days")
