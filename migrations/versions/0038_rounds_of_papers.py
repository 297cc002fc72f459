"""Let a council paper that rests on no plan name the rounds on which it reports.

Why it is safe: a column is added that is empty in every paper that there is, and an empty one says what was true of
them: a paper without a plan says nothing of rounds. Nothing that was issued changes, since that stands in its snapshot.
The way back takes the column off, and with it what drafts name by then.
"""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE council_papers ADD COLUMN rounds JSON")


def downgrade() -> None:
    op.execute("ALTER TABLE council_papers DROP COLUMN rounds")
