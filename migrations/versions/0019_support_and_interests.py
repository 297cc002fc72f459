"""Keep who supports a proposal, which organisations signed it, and which interests were declared on it.

Why it is safe: two tables are added and nothing else is touched. They begin empty. A support stands once for each
participant by a key of its own, a declared interest once for each person. The way back drops both.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposal_supports",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("proposal_id", sa.String(length=20), nullable=False),
        sa.Column("participant", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.String(length=20), nullable=True),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("wording", sa.String(length=64), nullable=False),
        sa.Column("supported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("came_with_id", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "organisation_id IS NULL OR participant = 'organisation:' || organisation_id",
            name=op.f("ck_proposal_supports_organisations_sign"),
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_proposal_supports_revision_counts_from_one")),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposals.id"],
            name=op.f("fk_proposal_supports_proposal_id_proposals"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_proposal_supports_organisation_id_organisations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_proposal_supports_round_id_rounds")),
        sa.ForeignKeyConstraint(
            ["came_with_id"], ["proposals.id"], name=op.f("fk_proposal_supports_came_with_id_proposals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_supports")),
        sa.UniqueConstraint("proposal_id", "participant", name="uq_proposal_supports_proposal_participant"),
    )
    for column in ("participant", "organisation_id", "round_id", "came_with_id"):
        op.create_index(op.f(f"ix_proposal_supports_{column}"), "proposal_supports", [column])
    op.create_table(
        "proposal_interests",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("proposal_id", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(length=20), nullable=False),
        sa.Column(
            "capacity",
            sa.Enum(
                "author",
                "organisation",
                "department",
                "steering",
                "office",
                name=op.f("ck_proposal_interests_capacity"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.String(length=20), nullable=True),
        sa.Column("department_id", sa.String(length=20), nullable=True),
        sa.Column("words_id", sa.String(length=20), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(capacity = 'organisation') = (organisation_id IS NOT NULL)",
            name=op.f("ck_proposal_interests_for_an_organisation"),
        ),
        sa.CheckConstraint(
            "(capacity = 'department') = (department_id IS NOT NULL)",
            name=op.f("ck_proposal_interests_for_a_department"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposals.id"],
            name=op.f("fk_proposal_interests_proposal_id_proposals"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_proposal_interests_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_proposal_interests_organisation_id_organisations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_proposal_interests_department_id_departments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["words_id"], ["texts.id"], name=op.f("fk_proposal_interests_words_id_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_interests")),
        sa.UniqueConstraint("proposal_id", "account_id", name="uq_proposal_interests_proposal_account"),
    )
    for column in ("account_id", "organisation_id", "department_id"):
        op.create_index(op.f(f"ix_proposal_interests_{column}"), "proposal_interests", [column])


def downgrade() -> None:
    op.drop_table("proposal_interests")
    op.drop_table("proposal_supports")
