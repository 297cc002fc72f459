"""Let a costing say for how many years it runs, which posts it needs, whether it is feasible, and when.

Why it is safe: columns are added in place, empty for every statement that is there, and no trigger stands on the table.
One is filled in: the department for which somebody stated costs, where the writer still acts for the department that
answers for the measure; for all others it stays empty, which says that the office stated them. What rounds have frozen
is not touched. Further, a table says on which days departments were reminded of costs that they owe; it begins empty.

The way back takes table and columns off, and with them what was said in them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

COLUMNS = (
    (
        "years INTEGER CONSTRAINT ck_costings_years_of_yearly_cost "
        "CHECK (years IS NULL OR (years BETWEEN 1 AND 100 AND annual_cents > 0))"
    ),
    (
        "posts_hundredths INTEGER CONSTRAINT ck_costings_posts_fit_needs_post "
        "CHECK (posts_hundredths IS NULL OR (posts_hundredths >= 0 AND needs_post = (posts_hundredths > 0)))"
    ),
    (
        "feasibility VARCHAR(32) CONSTRAINT ck_costings_feasibility "
        "CHECK (feasibility IN ('feasible', 'with_conditions', 'not_feasible'))"
    ),
    (
        "statement_id VARCHAR(20) CONSTRAINT fk_costings_statement_id_texts REFERENCES texts (id) "
        "CONSTRAINT ck_costings_feasibility_is_explained CHECK ("
        "(feasibility IS NOT NULL OR statement_id IS NULL) AND "
        "(feasibility IS NULL OR feasibility = 'feasible' OR statement_id IS NOT NULL))"
    ),
    "first_month VARCHAR(7)",
    (
        "last_month VARCHAR(7) CONSTRAINT ck_costings_months_in_order "
        "CHECK (last_month IS NULL OR (first_month IS NOT NULL AND first_month <= last_month))"
    ),
    "department_id VARCHAR(20) CONSTRAINT fk_costings_department_id_departments REFERENCES departments (id)",
)


def upgrade() -> None:
    for column in COLUMNS:
        op.execute(f"ALTER TABLE costings ADD COLUMN {column}")
    op.execute(
        "UPDATE costings SET department_id = (SELECT proposals.department_id FROM proposals "
        "JOIN representations ON representations.department_id = proposals.department_id "
        "WHERE proposals.id = costings.proposal_id AND representations.account_id = costings.written_by)"
    )
    op.create_table(
        "cost_reminders",
        sa.Column("department_id", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_cost_reminders_department_id_departments")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_cost_reminders_round_id_rounds")),
        sa.PrimaryKeyConstraint("department_id", "day", name=op.f("pk_cost_reminders")),
    )
    op.create_index(op.f("ix_cost_reminders_round_id"), "cost_reminders", ["round_id"])


def downgrade() -> None:
    op.drop_table("cost_reminders")
    for column in reversed(COLUMNS):
        op.execute(f"ALTER TABLE costings DROP COLUMN {column.split()[0]}")
