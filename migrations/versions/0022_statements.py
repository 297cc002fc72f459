"""Keep what the organisations of a round say together, and which of them signed it.

Why it is safe: two tables are added and nothing else is touched. They begin empty. The way back drops both.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "statements",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "final",
                name=op.f("ck_statements_state"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title_id", sa.String(length=20), nullable=False),
        sa.Column("body_id", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finalised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finalised_by", sa.String(length=32), nullable=True),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_statements_revision_counts_from_one")),
        sa.CheckConstraint(
            "(state = 'final') = (finalised_at IS NOT NULL)", name=op.f("ck_statements_final_at_a_moment")
        ),
        sa.CheckConstraint(
            "(finalised_at IS NULL) = (finalised_by IS NULL)", name=op.f("ck_statements_finalised_by_somebody")
        ),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_statements_process_id_processes")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_statements_round_id_rounds")),
        sa.ForeignKeyConstraint(["title_id"], ["texts.id"], name=op.f("fk_statements_title_id_texts")),
        sa.ForeignKeyConstraint(["body_id"], ["texts.id"], name=op.f("fk_statements_body_id_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
        sa.UniqueConstraint("round_id", name="uq_statements_round"),
    )
    op.create_index(op.f("ix_statements_process_id"), "statements", ["process_id"])
    op.create_table(
        "statement_signatures",
        sa.Column("statement_id", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["statements.id"],
            name=op.f("fk_statement_signatures_statement_id_statements"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_statement_signatures_organisation_id_organisations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("statement_id", "organisation_id", name=op.f("pk_statement_signatures")),
    )
    op.create_index(op.f("ix_statement_signatures_organisation_id"), "statement_signatures", ["organisation_id"])


def downgrade() -> None:
    op.drop_table("statement_signatures")
    op.drop_table("statements")
