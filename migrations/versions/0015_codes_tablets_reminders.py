"""Let batches of codes expire and lost cards be replaced; register printings, shared tablets and reminders.

Why it is safe: nothing that exists changes its meaning. Two columns are added in place on both databases: batches
expire only where somebody says so later, and everybody may be reminded until they say no, the only value that is
filled in. The new tables begin empty, and no trigger stands on any table that is touched. What takes the place of a
lost card has a table of its own, so that SQLite need not write the table of codes anew, to which sheets refer.

The way back drops tables and columns: codes whose time was over hold again, cards that replaced others stay valid
cards of their batch, shared tablets become ordinary browsers, and the register of printings is lost; the audit log
still says who printed what. People who did not want reminders get none then either, since none are sent.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE accounts ADD COLUMN wants_reminders BOOLEAN NOT NULL DEFAULT TRUE")
    op.add_column("code_batches", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "code_replacements",
        sa.Column("lost_id", sa.String(length=20), nullable=False),
        sa.Column("code_id", sa.String(length=20), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column],
                ["participation_codes.id"],
                name=op.f(f"fk_code_replacements_{column}_participation_codes"),
                ondelete="CASCADE",
            )
            for column in ("lost_id", "code_id")
        ),
        sa.PrimaryKeyConstraint("lost_id", name=op.f("pk_code_replacements")),
        sa.UniqueConstraint("code_id", name="uq_code_replacements_code"),
    )
    op.create_table(
        "code_printings",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("batch_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_by", sa.String(length=32), nullable=False),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint("number = 1 OR reason <> ''", name=op.f("ck_code_printings_again_for_a_reason")),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["code_batches.id"],
            name=op.f("fk_code_printings_batch_id_code_batches"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_printings")),
        sa.UniqueConstraint("batch_id", "number", name="uq_code_printings_batch_number"),
    )
    op.create_table(
        "shared_tablets",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_shared_tablets_round_id_rounds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_tablets")),
        sa.UniqueConstraint("public_id", name=op.f("uq_shared_tablets_public_id")),
    )
    op.create_index(op.f("ix_shared_tablets_round_id"), "shared_tablets", ["round_id"])
    op.create_table(
        "reminder_wishes",
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(length=20), nullable=False),
        *_of_round_and_account("reminder_wishes"),
        sa.PrimaryKeyConstraint("round_id", "account_id", name=op.f("pk_reminder_wishes")),
    )
    op.create_index(op.f("ix_reminder_wishes_account_id"), "reminder_wishes", ["account_id"])
    op.create_table(
        "reminders",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number IN (1, 2)", name=op.f("ck_reminders_twice_at_most")),
        *_of_round_and_account("reminders"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint("round_id", "account_id", "number", name="uq_reminders_round_account_number"),
    )
    op.create_index(op.f("ix_reminders_account_id"), "reminders", ["account_id"])


def downgrade() -> None:
    for table in ("reminders", "reminder_wishes", "shared_tablets", "code_printings", "code_replacements"):
        op.drop_table(table)
    op.drop_column("code_batches", "expires_at")
    op.drop_column("accounts", "wants_reminders")


def _of_round_and_account(table: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [f"{column}_id"], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_id_{other}"), ondelete="CASCADE"
        )
        for column, other in (("round", "rounds"), ("account", "accounts"))
    ]
