"""Tables of gatherings: sessions with agenda, attendance and minutes, workshop days with tables and notes.

Why it is safe: five tables are added, which begin empty. No row that exists changes, and nothing refers to them.

The way back drops them with everything that was written down at sessions and workshops, and no more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gatherings",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "session", "workshop", "assisted", name="kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum("draft", "approved", name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title_id", sa.String(length=20), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("interpreters", sa.JSON(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=True),
        sa.Column("assistant_id", sa.String(length=20), nullable=True),
        sa.Column("minutes_id", sa.String(length=20), nullable=True),
        sa.Column("worded_by", sa.String(length=32), nullable=True),
        sa.Column("approved_by", sa.String(length=32), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'approved') = (approved_at IS NOT NULL)", name=op.f("ck_gatherings_approved_at_a_moment")
        ),
        sa.CheckConstraint(
            "(state = 'approved') = (approved_by IS NOT NULL)", name=op.f("ck_gatherings_approved_by_somebody")
        ),
        sa.CheckConstraint("kind <> 'assisted' OR state = 'draft'", name=op.f("ck_gatherings_assisted_without_record")),
        sa.CheckConstraint(
            "kind <> 'session' OR approved_by IS NULL OR approved_by = 'erased' OR approved_by <> worded_by",
            name=op.f("ck_gatherings_minutes_approved_by_another"),
        ),
        sa.CheckConstraint(
            "kind = 'assisted' OR assistant_id IS NULL", name=op.f("ck_gatherings_assisted_by_somebody")
        ),
        sa.CheckConstraint("kind = 'assisted' OR title_id IS NOT NULL", name=op.f("ck_gatherings_has_a_title")),
        sa.CheckConstraint("headcount IS NULL OR headcount >= 0", name=op.f("ck_gatherings_heads_are_counted")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_gatherings_revision_counts_from_one")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_gatherings_window_has_length")),
        sa.ForeignKeyConstraint(
            ["assistant_id"], ["accounts.id"], name=op.f("fk_gatherings_assistant_id_accounts"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["minutes_id"], ["texts.id"], name=op.f("fk_gatherings_minutes_id_texts")),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_gatherings_process_id_processes")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_gatherings_round_id_rounds"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["title_id"], ["texts.id"], name=op.f("fk_gatherings_title_id_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gatherings")),
        sa.UniqueConstraint("process_id", "number", name="uq_gatherings_process_number"),
    )
    op.create_index(op.f("ix_gatherings_assistant_id"), "gatherings", ["assistant_id"], unique=False)
    op.create_index(op.f("ix_gatherings_process_id"), "gatherings", ["process_id"], unique=False)
    op.create_index(
        "ix_gatherings_process_kind_starts", "gatherings", ["process_id", "kind", "starts_at"], unique=False
    )
    op.create_index(op.f("ix_gatherings_round_id"), "gatherings", ["round_id"], unique=False)
    op.create_table(
        "agenda_items",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("gathering_id", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title_id", sa.String(length=20), nullable=True),
        sa.Column("proposal_codes", sa.JSON(), nullable=False),
        sa.Column("minutes_id", sa.String(length=20), nullable=True),
        sa.CheckConstraint("position >= 1", name=op.f("ck_agenda_items_position_counts_from_one")),
        sa.ForeignKeyConstraint(
            ["gathering_id"],
            ["gatherings.id"],
            name=op.f("fk_agenda_items_gathering_id_gatherings"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["minutes_id"], ["texts.id"], name=op.f("fk_agenda_items_minutes_id_texts")),
        sa.ForeignKeyConstraint(["title_id"], ["texts.id"], name=op.f("fk_agenda_items_title_id_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_items")),
    )
    op.create_index(op.f("ix_agenda_items_gathering_id"), "agenda_items", ["gathering_id"], unique=False)
    op.create_table(
        "attendance",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("gathering_id", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(length=20), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=True),
        sa.Column(
            "presence",
            sa.Enum(
                "present", "excused", "absent", name="presence", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_attendance_account_id_accounts"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gatherings.id"], name=op.f("fk_attendance_gathering_id_gatherings"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["texts.id"], name=op.f("fk_attendance_seat_id_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("gathering_id", "account_id", name="uq_attendance_gathering_account"),
    )
    op.create_index(op.f("ix_attendance_account_id"), "attendance", ["account_id"], unique=False)
    op.create_index(op.f("ix_attendance_gathering_id"), "attendance", ["gathering_id"], unique=False)
    op.create_table(
        "workshop_tables",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("gathering_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("theme_id", sa.String(length=20), nullable=False),
        sa.Column("facilitator_id", sa.String(length=20), nullable=True),
        sa.Column("headcount", sa.Integer(), nullable=True),
        sa.CheckConstraint("headcount IS NULL OR headcount >= 0", name=op.f("ck_workshop_tables_heads_are_counted")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_workshop_tables_number_counts_from_one")),
        sa.ForeignKeyConstraint(
            ["facilitator_id"],
            ["accounts.id"],
            name=op.f("fk_workshop_tables_facilitator_id_accounts"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["gathering_id"],
            ["gatherings.id"],
            name=op.f("fk_workshop_tables_gathering_id_gatherings"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["texts.id"], name=op.f("fk_workshop_tables_theme_id_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workshop_tables")),
        sa.UniqueConstraint("gathering_id", "number", name="uq_workshop_tables_gathering_number"),
    )
    op.create_index(op.f("ix_workshop_tables_facilitator_id"), "workshop_tables", ["facilitator_id"], unique=False)
    op.create_index(op.f("ix_workshop_tables_gathering_id"), "workshop_tables", ["gathering_id"], unique=False)
    op.create_table(
        "table_notes",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("table_id", sa.String(length=20), nullable=False),
        sa.Column("body_id", sa.String(length=20), nullable=False),
        sa.Column("proposal_codes", sa.JSON(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["texts.id"], name=op.f("fk_table_notes_body_id_texts")),
        sa.ForeignKeyConstraint(
            ["table_id"],
            ["workshop_tables.id"],
            name=op.f("fk_table_notes_table_id_workshop_tables"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_notes")),
    )
    op.create_index(op.f("ix_table_notes_table_id"), "table_notes", ["table_id"], unique=False)


def downgrade() -> None:
    op.drop_table("table_notes")
    op.drop_table("workshop_tables")
    op.drop_table("attendance")
    op.drop_table("agenda_items")
    op.drop_table("gatherings")
