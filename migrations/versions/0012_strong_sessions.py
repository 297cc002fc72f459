"""Note in a session when its second factor was last shown.

Why it is safe: a column is added in place on both databases, empty for every session, and nothing is filled in. Sessions
that are open then give nobody the rights of a role any more: whoever holds one shows a second factor first, and everybody
else stays signed in. The way back takes the column off.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sign_in_sessions", sa.Column("strong_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("sign_in_sessions", "strong_at")
