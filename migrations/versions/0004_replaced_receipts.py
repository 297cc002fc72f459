"""Keep the receipts of ballots that were changed, so that they can be told from receipts that were never given out.

Why it is safe: a table is added and nothing else is touched; it begins empty, and receipts that were replaced before it
was there stay unknown. It holds the round and the receipt alone: no time, and nothing that says which ballot took the
place. Rows are only ever added. The way back drops the table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "replaced_receipts",
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("receipt", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_replaced_receipts_round_id_rounds")),
        sa.PrimaryKeyConstraint("round_id", "receipt", name=op.f("pk_replaced_receipts")),
        sqlite_with_rowid=False,
    )
    for statement in _GUARDS[op.get_context().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("replaced_receipts")


# Triggers go with their table; the function of PostgreSQL is that of the first revision.
_GUARDS = {
    "postgresql": [
        (
            "CREATE TRIGGER replaced_receipts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON replaced_receipts "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    ],
    "sqlite": [
        f"CREATE TRIGGER replaced_receipts_refuses_{verb.lower()} BEFORE {verb} ON replaced_receipts "
        "BEGIN SELECT RAISE(ABORT, 'replaced_receipts is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ],
}
