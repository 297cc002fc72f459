"""Let a process forbid that a person votes in several rounds of a phase, and keep further marks of erased voters.

Why it is safe: a column is added in place, false for every process, and two tables that begin empty. So nothing changes
for processes that there are. The way back takes them off: then a person can vote in the round of each body again, and
somebody erased who comes back through another identity is not known any more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE processes ADD COLUMN forbids_overlap BOOLEAN NOT NULL DEFAULT FALSE")
    op.create_table(
        "ballot_claims",
        sa.Column("phase_id", sa.String(length=20), nullable=False),
        sa.Column(
            "task",
            sa.Enum(
                "propose",
                "comment",
                "prioritise_goals",
                "prioritise_measures",
                "cost",
                name="task",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("participant", sa.String(length=64), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["phase_id"], ["phases.id"], name=op.f("fk_ballot_claims_phase_id_phases")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_ballot_claims_round_id_rounds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("phase_id", "task", "participant", name=op.f("pk_ballot_claims")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_ballot_claims_round_id"), "ballot_claims", ["round_id"], unique=False)
    op.create_table(
        "erased_marks",
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_erased_marks_round_id_rounds")),
        sa.PrimaryKeyConstraint("round_id", "mark", name=op.f("pk_erased_marks")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("erased_marks")
    op.drop_table("ballot_claims")
    op.execute("ALTER TABLE processes DROP COLUMN forbids_overlap")
