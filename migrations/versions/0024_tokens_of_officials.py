"""Revoke the tokens of everybody who holds a role.

A token used to gain the rights of roles that were given after it was made, and was made before anybody had to show a
second factor. From now on giving and taking a role revokes a person's tokens, so every token that acts with a role was
made by somebody who held it and had shown a second factor. Of the tokens that are there nobody can tell, so they
are revoked, which is the safe side: their owners create new ones. Tokens of people without a role stay.

Why it is safe: one column of rows that are there is filled, in one statement. The way back leaves them revoked; nobody is
let in by it again.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tokens = sa.table(
        "api_tokens",
        sa.column("account_id", sa.String),
        sa.column("revoked_at", sa.DateTime(timezone=True)),
    )
    holders = sa.select(sa.table("role_grants", sa.column("account_id", sa.String)).c.account_id)
    op.execute(
        tokens.update()
        .where(tokens.c.revoked_at.is_(None), tokens.c.account_id.in_(holders))
        .values(revoked_at=datetime.now(UTC))
    )


def downgrade() -> None:
    """Leave the tokens revoked."""
