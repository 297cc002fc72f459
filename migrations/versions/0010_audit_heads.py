"""Keep which heads of the record of acts were given to witnesses.

Why it is safe: a table is added and nothing else is touched. It begins empty, so that the first head is noted as soon as
a witness or a file is named in the settings. Rows are only ever added. The way back drops the table; what witnesses
hold stays valid.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_heads",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_heads")),
    )
    for statement in _GUARDS[op.get_context().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("audit_heads")


# Triggers go with their table; the function of PostgreSQL is that of the first revision.
_GUARDS = {
    "postgresql": [
        (
            "CREATE TRIGGER audit_heads_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_heads "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    ],
    "sqlite": [
        f"CREATE TRIGGER audit_heads_refuses_{verb.lower()} BEFORE {verb} ON audit_heads "
        "BEGIN SELECT RAISE(ABORT, 'audit_heads is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ],
}
