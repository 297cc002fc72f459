"""Keep the turnout of concluded rounds, so that figures stay when people are erased from the registers.

Why it is safe: a table is added and nothing else is touched. It begins empty: rounds that were concluded before have
their turnout in the register still, from which it is kept before the first entry is erased. What is too small to be
shown is not kept. Rows are only ever added. The way back drops the table; figures are then those of the registers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_turnouts",
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_kept_turnouts_round_id_rounds")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_kept_turnouts")),
    )
    for statement in _GUARDS[op.get_context().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("kept_turnouts")


# Triggers go with their table; the function of PostgreSQL is that of the first revision.
_GUARDS = {
    "postgresql": [
        (
            "CREATE TRIGGER kept_turnouts_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON kept_turnouts "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    ],
    "sqlite": [
        f"CREATE TRIGGER kept_turnouts_refuses_{verb.lower()} BEFORE {verb} ON kept_turnouts "
        "BEGIN SELECT RAISE(ABORT, 'kept_turnouts is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ],
}
