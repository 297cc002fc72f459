"""Keep with each time that a step of the roadmap was done on which day it had been due.

Why it is safe: a column is added, and filled with the days that pages have shown so far: so often a step's rhythm after
its first day as it was done before. What is due next does not change by it. The way back takes the column off.
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

YEARS = {"once": 0, "yearly": 1, "every_two_years": 2}

steps = sa.table("roadmap_steps", sa.column("id"), sa.column("repeat"), sa.column("first_due_on", sa.Date))
times = sa.table("roadmap_times", sa.column("step_id"), sa.column("number"), sa.column("due_on", sa.Date))


def upgrade() -> None:
    op.execute("ALTER TABLE roadmap_times ADD COLUMN due_on DATE")
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(times.c.step_id, times.c.number, steps.c.repeat, steps.c.first_due_on)
        .join(steps, steps.c.id == times.c.step_id)
        .where(steps.c.first_due_on.is_not(None))
    ).all()
    for step, number, repeat, first in rows:
        due = _same_day(first, first.year + (number - 1) * YEARS[repeat])
        this = (times.c.step_id == step) & (times.c.number == number)
        connection.execute(sa.update(times).where(this).values(due_on=due))


def downgrade() -> None:
    op.execute("ALTER TABLE roadmap_times DROP COLUMN due_on")


def _same_day(first: date, year: int) -> date:
    year = min(year, 9999)
    try:
        return first.replace(year=year)
    except ValueError:  # the 29th of February
        return first.replace(year=year, day=28)
