"""Keep the receipts of counted ballots in the order of their bytes on PostgreSQL, as SQLite does.

Why it is safe: no row is changed, and no statement fires the triggers that keep these rows. Which receipts are equal
stays the same; the primary key's index is built anew in another order. No foreign key refers to the column.
The way back builds it in the cluster's order again.
"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _order_by('"C"')


def downgrade() -> None:
    _order_by('pg_catalog."default"')


def _order_by(collation: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE counted_ballots ALTER COLUMN receipt TYPE VARCHAR(16) COLLATE {collation}")
