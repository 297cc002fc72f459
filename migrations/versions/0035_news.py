"""Number what followers are told of, so that each thing is noted once and nobody is told of it twice.

Why it is safe: one table is added and nothing else is touched. It begins empty; what was settled, issued, decided or
reported before is noted by the next look at the clock, of which nobody is told who asked for news after it. The way back
drops the table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

THINGS = (
    ("status", "measure_statuses"),
    ("plan", "plans"),
    ("paper", "council_papers"),
    ("consultation", "consultations"),
)


def upgrade() -> None:
    count = " + ".join(f"(CASE WHEN {name}_id IS NULL THEN 0 ELSE 1 END)" for name, _table in THINGS)
    op.create_table(
        "news",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(f"{name}_id", sa.String(length=20), nullable=True) for name, _table in THINGS),
        sa.CheckConstraint("number >= 1", name=op.f("ck_news_numbered_from_one")),
        sa.CheckConstraint(f"{count} = 1", name=op.f("ck_news_of_one_thing")),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_news_process_id_processes")),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"], [f"{table}.id"], name=op.f(f"fk_news_{name}_id_{table}"), ondelete="CASCADE"
            )
            for name, table in THINGS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news")),
        sa.UniqueConstraint("process_id", "number", name="uq_news_process_number"),
        *(sa.UniqueConstraint(f"{name}_id", name=f"uq_news_{name}") for name, _table in THINGS),
    )


def downgrade() -> None:
    op.drop_table("news")
