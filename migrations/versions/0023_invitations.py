"""Keep who was invited by mail and has not signed in yet.

Why it is safe: a table is added, which begins empty, and nothing else is touched. Who was given a role before is shown as
ever. The way back drops it; roles and accounts stay.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=True),
        sa.Column("invited_by", sa.String(length=32), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_invitations_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["process_id"], ["processes.id"], name=op.f("fk_invitations_process_id_processes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("account_id", "process_id", name="uq_invitations_account_process"),
    )
    op.create_index(op.f("ix_invitations_account_id"), "invitations", ["account_id"], unique=False)
    op.create_index(op.f("ix_invitations_process_id"), "invitations", ["process_id"], unique=False)
    op.create_index(
        "uq_invitations_everywhere",
        "invitations",
        ["account_id"],
        unique=True,
        sqlite_where=sa.text("process_id IS NULL"),
        postgresql_where=sa.text("process_id IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("invitations")
