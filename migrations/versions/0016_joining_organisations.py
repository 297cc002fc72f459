"""Let organisations register themselves and propose further delegates.

Why it is safe: two tables are added and nothing else is touched. They begin empty; organisations and mandates that are
there stay as they are. The way back drops both; what the office has approved stays with organisations and mandates, and
what waits has to be asked for again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

STATES = ("waiting", "approved", "declined", "withdrawn")


def upgrade() -> None:
    op.create_table(
        "organisation_applications",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(length=20), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                *STATES,
                name=op.f("ck_organisation_applications_state"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "migrant_association",
                "provider",
                name=op.f("ck_organisation_applications_kind"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("role_label", sa.String(length=120), nullable=False),
        sa.Column("description_id", sa.String(length=20), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("reason_id", sa.String(length=20), nullable=True),
        sa.Column("organisation_id", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_organisation_applications_decided_or_waiting")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)",
            name=op.f("ck_organisation_applications_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "(state = 'approved') = (organisation_id IS NOT NULL)",
            name=op.f("ck_organisation_applications_approved_as_something"),
        ),
        sa.CheckConstraint(
            "(state = 'declined') = (reason_id IS NOT NULL)",
            name=op.f("ck_organisation_applications_declined_for_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["process_id"], ["processes.id"], name=op.f("fk_organisation_applications_process_id_processes")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_organisation_applications_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["description_id"], ["texts.id"], name=op.f("fk_organisation_applications_description_id_texts")
        ),
        sa.ForeignKeyConstraint(["reason_id"], ["texts.id"], name=op.f("fk_organisation_applications_reason_id_texts")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_organisation_applications_organisation_id_organisations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_applications")),
    )
    for column in ("process_id", "account_id", "organisation_id"):
        op.create_index(op.f(f"ix_organisation_applications_{column}"), "organisation_applications", [column])
    op.create_index("ix_organisation_applications_process_state", "organisation_applications", ["process_id", "state"])
    op.create_table(
        "proposed_delegates",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.String(length=20), nullable=False),
        sa.Column("proposed_by", sa.String(length=20), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                *STATES, name=op.f("ck_proposed_delegates_state"), native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("display_name", sa.String(length=120), nullable=False),
        sa.Column("role_label", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("reason_id", sa.String(length=20), nullable=True),
        sa.Column("account_id", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_proposed_delegates_decided_or_waiting")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_proposed_delegates_decided_by_somebody")
        ),
        sa.CheckConstraint(
            "(state = 'waiting') = (email IS NOT NULL)", name=op.f("ck_proposed_delegates_address_until_decided")
        ),
        sa.CheckConstraint(
            "state = 'approved' OR account_id IS NULL", name=op.f("ck_proposed_delegates_person_once_approved")
        ),
        sa.CheckConstraint(
            "(state = 'declined') = (reason_id IS NOT NULL)", name=op.f("ck_proposed_delegates_declined_for_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_proposed_delegates_organisation_id_organisations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"],
            ["accounts.id"],
            name=op.f("fk_proposed_delegates_proposed_by_accounts"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["reason_id"], ["texts.id"], name=op.f("fk_proposed_delegates_reason_id_texts")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_proposed_delegates_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposed_delegates")),
    )
    for column in ("organisation_id", "proposed_by", "email", "account_id"):
        op.create_index(op.f(f"ix_proposed_delegates_{column}"), "proposed_delegates", [column])


def downgrade() -> None:
    op.drop_table("proposed_delegates")
    op.drop_table("organisation_applications")
