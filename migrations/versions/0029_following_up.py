"""Keep where measures stand after the decision, the steps that follow it, and who wants to be told.

Why it is safe: five tables are added and nothing else is touched. They begin empty. A measure has one report of each
revision, a step one entry for each time, and a person follows a process and a proposal of it once, by keys of their own.
The way back drops them, and with them what was reported.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=op.f(name), native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "measure_statuses",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("proposal_id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            _enum("ck_measure_statuses_state", "done", "running", "in_preparation", "planned", "deferred", "dropped"),
            nullable=False,
        ),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("reason_id", sa.String(length=20), nullable=True),
        sa.Column("department_id", sa.String(length=20), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_by", sa.String(length=32), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_measure_statuses_revision_counts_from_one")),
        sa.CheckConstraint(
            "state NOT IN ('deferred', 'dropped') OR reason_id IS NOT NULL",
            name=op.f("ck_measure_statuses_deferring_and_dropping_need_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposals.id"],
            name=op.f("fk_measure_statuses_proposal_id_proposals"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["reason_id"], ["texts.id"], name=op.f("fk_measure_statuses_reason_id_texts")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_measure_statuses_department_id_departments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_statuses")),
        sa.UniqueConstraint("proposal_id", "revision", name="uq_measure_statuses_proposal_revision"),
    )
    op.create_table(
        "roadmap_steps",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title_id", sa.String(length=20), nullable=False),
        sa.Column("repeat", _enum("ck_roadmap_steps_repeat", "once", "yearly", "every_two_years"), nullable=False),
        sa.Column("first_due_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("ck_roadmap_steps_listed")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_roadmap_steps_revision_counts_from_one")),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_roadmap_steps_process_id_processes")),
        sa.ForeignKeyConstraint(["title_id"], ["texts.id"], name=op.f("fk_roadmap_steps_title_id_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roadmap_steps")),
    )
    op.create_index(op.f("ix_roadmap_steps_process_id"), "roadmap_steps", ["process_id"])
    op.create_table(
        "roadmap_times",
        sa.Column("step_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("note_id", sa.String(length=20), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.String(length=32), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_roadmap_times_counted_from_one")),
        sa.ForeignKeyConstraint(
            ["step_id"],
            ["roadmap_steps.id"],
            name=op.f("fk_roadmap_times_step_id_roadmap_steps"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["note_id"], ["texts.id"], name=op.f("fk_roadmap_times_note_id_texts")),
        sa.PrimaryKeyConstraint("step_id", "number", name=op.f("pk_roadmap_times")),
    )
    op.create_table(
        "followers",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column("whole_since", sa.Integer(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "told >= 0 AND (whole_since IS NULL OR whole_since >= 0)", name=op.f("ck_followers_news_are_numbered")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_followers_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_followers_process_id_processes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_followers")),
        sa.UniqueConstraint("account_id", "process_id", name="uq_followers_account_process"),
    )
    op.create_index(op.f("ix_followers_process_id"), "followers", ["process_id"])
    op.create_table(
        "followed_proposals",
        sa.Column("follower_id", sa.String(length=20), nullable=False),
        sa.Column("proposal_id", sa.String(length=20), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("since >= 0", name=op.f("ck_followed_proposals_news_are_numbered")),
        sa.ForeignKeyConstraint(
            ["follower_id"],
            ["followers.id"],
            name=op.f("fk_followed_proposals_follower_id_followers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposals.id"],
            name=op.f("fk_followed_proposals_proposal_id_proposals"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("follower_id", "proposal_id", name=op.f("pk_followed_proposals")),
    )
    op.create_index(op.f("ix_followed_proposals_proposal_id"), "followed_proposals", ["proposal_id"])


def downgrade() -> None:
    for table in ("followed_proposals", "followers", "roadmap_times", "roadmap_steps", "measure_statuses"):
        op.drop_table(table)
