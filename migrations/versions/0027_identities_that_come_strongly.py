"""Remember of an identity that it came with more than one factor.

Why it is safe: one column is added, empty in all rows. The next sign-in with the provider fills it; until then nobody is
let in or kept out by it. The way back drops it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("identities", sa.Column("strong_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("identities", "strong_on")
