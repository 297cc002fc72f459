"""Tables of ballot sheets and of what is typed in from them; batches of codes say on what they are printed.

Why it is safe: no row that exists changes its meaning. Every batch that exists was made for cards and says so from now
on; both databases add the column in place with that value and fill in nothing else. The new tables begin empty. What
they refer to (codes, rounds) is untouched, and no trigger stands on any of it.

The way back drops the new tables, with entries that wait to be typed a second time: they are typed in anew from their
sheets. Codes of sheets stay valid codes, in batches that count as cards then; ballots that were cast stay in the box.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ADD_KIND = (
    "ALTER TABLE code_batches ADD COLUMN kind VARCHAR(32) NOT NULL DEFAULT 'cards' "
    "CONSTRAINT ck_code_batches_kind CHECK (kind IN ('cards', 'sheets'))"
)


def upgrade() -> None:
    op.execute(ADD_KIND)
    op.create_table(
        "paper_sheets",
        sa.Column("code_id", sa.String(length=20), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "out",
                "received",
                "cast",
                "set_aside",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "unreadable",
                "invalid",
                "empty",
                "missing",
                "not_entered",
                "voted_online",
                "code_revoked",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.CheckConstraint("(state = 'out') = (received_on IS NULL)", name=op.f("ck_paper_sheets_received_on_a_day")),
        sa.CheckConstraint(
            "(state = 'set_aside') = (reason IS NOT NULL)", name=op.f("ck_paper_sheets_set_aside_with_reason")
        ),
        sa.ForeignKeyConstraint(
            ["code_id"],
            ["participation_codes.id"],
            name=op.f("fk_paper_sheets_code_id_participation_codes"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_paper_sheets_round_id_rounds")),
        sa.PrimaryKeyConstraint("code_id", name=op.f("pk_paper_sheets")),
        sa.UniqueConstraint("mark", name=op.f("uq_paper_sheets_mark")),
        sa.UniqueConstraint("round_id", "batch", "number", name="uq_paper_sheets_round_batch_number"),
    )
    op.create_table(
        "paper_entries",
        sa.Column("sheet_id", sa.String(length=20), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("typed_by", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("place IN (1, 2)", name=op.f("ck_paper_entries_two_people")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_paper_entries_revision_counts_from_one")),
        sa.ForeignKeyConstraint(
            ["sheet_id"],
            ["paper_sheets.code_id"],
            name=op.f("fk_paper_entries_sheet_id_paper_sheets"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("sheet_id", "place", name=op.f("pk_paper_entries")),
        sa.UniqueConstraint("sheet_id", "typed_by", name="uq_paper_entries_sheet_person"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("paper_entries")
    op.drop_table("paper_sheets")
    op.execute("ALTER TABLE code_batches DROP COLUMN kind")
