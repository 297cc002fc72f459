"""The first tables, with triggers on what must never change.

Why it is safe: there is nothing before it.
"""

import sys
from pathlib import Path

import sqlalchemy as sa
from alembic import op

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import guards

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("display_name", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("email", name=op.f("uq_accounts_email")),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("door", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index("ix_attempts_door_at", ["door", "at"], unique=False)

    op.create_table(
        "audit_records",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=True),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_records")),
        sa.UniqueConstraint("hash", name="uq_audit_records_hash"),
        sa.UniqueConstraint("previous_hash", name="uq_audit_records_previous_hash"),
    )
    with op.batch_alter_table("audit_records", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_records_process_id"), ["process_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_records_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "outbox_jobs",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_jobs")),
    )
    with op.batch_alter_table("outbox_jobs", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_jobs_pending", ["done_at", "due_at"], unique=False)

    op.create_table(
        "sign_in_challenges",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("browser", sa.String(length=64), nullable=False),
        sa.Column("next_path", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_challenges")),
    )
    with op.batch_alter_table("sign_in_challenges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_challenges_email"), ["email"], unique=False)

    op.create_table(
        "sign_in_sessions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column(
            "subject_kind",
            sa.Enum("account", "code", name="subject_kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("subject_id", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_on", sa.Date(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_sessions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sign_in_sessions_public_id")),
    )
    with op.batch_alter_table("sign_in_sessions", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_sessions_subject", ["subject_kind", "subject_id"], unique=False)

    op.create_table(
        "texts",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_texts_revision_counts_from_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_texts")),
    )
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_api_tokens_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_api_tokens_fingerprint")),
    )
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_tokens_account_id"), ["account_id"], unique=False)

    op.create_table(
        "processes",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("city", sa.String(length=120), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("is_currency_fixed", sa.Boolean(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("default_language", sa.String(length=16), nullable=False),
        sa.Column("is_example", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title_id", sa.String(length=20), nullable=False),
        sa.Column("summary_id", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["summary_id"], ["texts.id"], name=op.f("fk_processes_summary_id_texts")),
        sa.ForeignKeyConstraint(["title_id"], ["texts.id"], name=op.f("fk_processes_title_id_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_processes")),
        sa.UniqueConstraint("slug", name=op.f("uq_processes_slug")),
    )
    op.create_table(
        "text_versions",
        sa.Column("text_id", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("source_revision", sa.Integer(), nullable=True),
        sa.Column(
            "origin",
            sa.Enum(
                "author",
                "author-unreviewed",
                "human",
                "machine",
                name="origin",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["text_id"], ["texts.id"], name=op.f("fk_text_versions_text_id_texts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("text_id", "language", "revision", name=op.f("pk_text_versions")),
    )
    op.create_table(
        "departments",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("title_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_departments_process_id_processes")),
        sa.ForeignKeyConstraint(["title_id"], ["texts.id"], name=op.f("fk_departments_title_id_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departments")),
        sa.UniqueConstraint("process_id", "code", name="uq_departments_process_code"),
    )
    with op.batch_alter_table("departments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_departments_process_id"), ["process_id"], unique=False)

    op.create_table(
        "fields",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_fields_process_id_processes")),
        sa.ForeignKeyConstraint(["title_id"], ["texts.id"], name=op.f("fk_fields_title_id_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fields")),
        sa.UniqueConstraint("process_id", "code", name="uq_fields_process_code"),
    )
    with op.batch_alter_table("fields", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fields_process_id"), ["process_id"], unique=False)

    op.create_table(
        "organisations",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "migrant_association",
                "provider",
                name="organisation_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("description_id", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "(approved_at IS NULL) = (approved_by IS NULL)", name=op.f("ck_organisations_approved_by_somebody")
        ),
        sa.ForeignKeyConstraint(["description_id"], ["texts.id"], name=op.f("fk_organisations_description_id_texts")),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_organisations_process_id_processes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("process_id", "code", name="uq_organisations_process_code"),
        sa.UniqueConstraint("process_id", "name", name="uq_organisations_process_name"),
    )
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisations_process_id"), ["process_id"], unique=False)

    op.create_table(
        "phases",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title_id", sa.String(length=20), nullable=False),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_phases_window_has_length")),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_phases_process_id_processes")),
        sa.ForeignKeyConstraint(["title_id"], ["texts.id"], name=op.f("fk_phases_title_id_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phases")),
        sa.UniqueConstraint("process_id", "code", name="uq_phases_process_code"),
    )
    with op.batch_alter_table("phases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_phases_process_id"), ["process_id"], unique=False)

    op.create_table(
        "role_grants",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "administrator",
                "office",
                "moderator",
                "steering",
                "facilitator",
                "department",
                "auditor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_role_grants_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["process_id"], ["processes.id"], name=op.f("fk_role_grants_process_id_processes"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
        sa.UniqueConstraint("account_id", "process_id", "role", name="uq_role_grants_account_process_role"),
    )
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grants_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_role_grants_process_id"), ["process_id"], unique=False)
        batch_op.create_index(
            "uq_role_grants_everywhere",
            ["account_id", "role"],
            unique=True,
            sqlite_where=sa.text("process_id IS NULL"),
            postgresql_where=sa.text("process_id IS NULL"),
        )

    op.create_table(
        "joint_rankings",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column("phase_id", sa.String(length=20), nullable=True),
        sa.Column("slug", sa.String(length=64), nullable=False),
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
        sa.Column("title_id", sa.String(length=20), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_by_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["declared_by_id"], ["texts.id"], name=op.f("fk_joint_rankings_declared_by_id_texts")),
        sa.ForeignKeyConstraint(["phase_id"], ["phases.id"], name=op.f("fk_joint_rankings_phase_id_phases")),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_joint_rankings_process_id_processes")),
        sa.ForeignKeyConstraint(["title_id"], ["texts.id"], name=op.f("fk_joint_rankings_title_id_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_rankings")),
        sa.UniqueConstraint("process_id", "slug", name="uq_joint_rankings_process_slug"),
    )
    with op.batch_alter_table("joint_rankings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_joint_rankings_phase_id"), ["phase_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_joint_rankings_process_id"), ["process_id"], unique=False)

    op.create_table(
        "mandates",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(length=20), nullable=False),
        sa.Column("role_label", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("valid_until IS NULL OR valid_from < valid_until", name=op.f("ck_mandates_dates_in_order")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_mandates_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_mandates_organisation_id_organisations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandates")),
        sa.UniqueConstraint("organisation_id", "account_id", name="uq_mandates_organisation_account"),
    )
    with op.batch_alter_table("mandates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mandates_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mandates_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "representations",
        sa.Column("account_id", sa.String(length=20), nullable=False),
        sa.Column("department_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_representations_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["departments.id"],
            name=op.f("fk_representations_department_id_departments"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "department_id", name=op.f("pk_representations")),
    )
    with op.batch_alter_table("representations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_representations_department_id"), ["department_id"], unique=False)

    op.create_table(
        "rounds",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column("phase_id", sa.String(length=20), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "steering_group",
                "citizens",
                "online",
                "administration",
                "migrant_forum",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "eligibility",
            sa.Enum(
                "roll",
                "codes",
                "open",
                "organisations",
                "departments",
                name="eligibility",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "open",
                "closed",
                "concluded",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("tasks", sa.JSON(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "ballot_kind",
            sa.Enum(
                "ranking",
                "approval",
                "points",
                "score",
                name="ballot_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("max_choices", sa.Integer(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("max_per_option", sa.Integer(), nullable=True),
        sa.Column("max_score", sa.Integer(), nullable=True),
        sa.Column(
            "option_rule",
            sa.Enum(
                "all_subgoals",
                "all_measures",
                "open_measures",
                "chosen",
                name="option_rule",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("chosen_codes", sa.JSON(), nullable=False),
        sa.Column("expected_participants", sa.Integer(), nullable=True),
        sa.Column("weighed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title_id", sa.String(length=20), nullable=False),
        sa.Column("description_id", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "(ballot_kind IS NULL AND max_choices IS NULL AND points IS NULL AND max_score IS NULL) OR (ballot_kind IN ('ranking', 'approval') AND max_choices >= 1 AND points IS NULL AND max_score IS NULL) OR (ballot_kind = 'points' AND points >= 1 AND max_per_option >= 1 AND max_choices IS NULL AND max_score IS NULL) OR (ballot_kind = 'score' AND max_score >= 1 AND max_choices IS NULL AND points IS NULL)",
            name=op.f("ck_rounds_limits_fit_ballot_kind"),
        ),
        sa.CheckConstraint("(ballot_kind IS NULL) = (option_rule IS NULL)", name=op.f("ck_rounds_ballot_has_options")),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_rounds_window_has_length")),
        sa.ForeignKeyConstraint(["description_id"], ["texts.id"], name=op.f("fk_rounds_description_id_texts")),
        sa.ForeignKeyConstraint(["phase_id"], ["phases.id"], name=op.f("fk_rounds_phase_id_phases")),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_rounds_process_id_processes")),
        sa.ForeignKeyConstraint(["title_id"], ["texts.id"], name=op.f("fk_rounds_title_id_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
        sa.UniqueConstraint("slug", name=op.f("uq_rounds_slug")),
    )
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rounds_phase_id"), ["phase_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rounds_process_id"), ["process_id"], unique=False)

    op.create_table(
        "ballots",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("ballot_key", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("receipt", sa.String(length=16), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_ballots_revision_counts_from_one")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_ballots_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballots")),
        sa.UniqueConstraint("receipt", name=op.f("uq_ballots_receipt")),
        sa.UniqueConstraint("round_id", "ballot_key", name="uq_ballots_round_key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "code_batches",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_code_batches_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_batches")),
        sa.UniqueConstraint("round_id", "number", name="uq_code_batches_round_number"),
    )
    with op.batch_alter_table("code_batches", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_code_batches_round_id"), ["round_id"], unique=False)

    op.create_table(
        "counted_ballots",
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("receipt", sa.String(length=16), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_counted_ballots_round_id_rounds")),
        sa.PrimaryKeyConstraint("round_id", "receipt", name=op.f("pk_counted_ballots")),
    )
    op.create_table(
        "joint_ranking_parts",
        sa.Column("ranking_id", sa.String(length=20), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.CheckConstraint("weight >= 0", name=op.f("ck_joint_ranking_parts_no_negative_weight")),
        sa.ForeignKeyConstraint(
            ["ranking_id"],
            ["joint_rankings.id"],
            name=op.f("fk_joint_ranking_parts_ranking_id_joint_rankings"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_joint_ranking_parts_round_id_rounds")),
        sa.PrimaryKeyConstraint("ranking_id", "round_id", name=op.f("pk_joint_ranking_parts")),
    )
    with op.batch_alter_table("joint_ranking_parts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_joint_ranking_parts_round_id"), ["round_id"], unique=False)

    op.create_table(
        "joint_results",
        sa.Column("ranking_id", sa.String(length=20), nullable=False),
        sa.Column("method_version", sa.String(length=16), nullable=False),
        sa.Column("inputs_hash", sa.String(length=64), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ranking_id"], ["joint_rankings.id"], name=op.f("fk_joint_results_ranking_id_joint_rankings")
        ),
        sa.PrimaryKeyConstraint("ranking_id", name=op.f("pk_joint_results")),
    )
    op.create_table(
        "participations",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("participant", sa.String(length=64), nullable=False),
        sa.Column("participant_class", sa.String(length=32), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "online", "paper", "generated", name="channel", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("voted_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_participations_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participations")),
        sa.UniqueConstraint("round_id", "participant", name="uq_participations_round_participant"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "proposals",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("search_words", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("goal", "measure", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "admitted",
                "merged",
                "split",
                "declined",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("parent_id", sa.String(length=20), nullable=True),
        sa.Column("field_id", sa.String(length=20), nullable=True),
        sa.Column("round_id", sa.String(length=20), nullable=True),
        sa.Column("author_id", sa.String(length=32), nullable=True),
        sa.Column("author_name", sa.String(length=120), nullable=False),
        sa.Column("organisation_id", sa.String(length=20), nullable=True),
        sa.Column("department_id", sa.String(length=20), nullable=True),
        sa.Column("merged_into_id", sa.String(length=20), nullable=True),
        sa.Column("split_from_id", sa.String(length=20), nullable=True),
        sa.Column("title_id", sa.String(length=20), nullable=False),
        sa.Column("body_id", sa.String(length=20), nullable=True),
        sa.Column("target_group_id", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'merged') = (merged_into_id IS NOT NULL)", name=op.f("ck_proposals_merged_into_something")
        ),
        sa.CheckConstraint("kind = 'goal' OR parent_id IS NULL", name=op.f("ck_proposals_only_goals_have_parents")),
        sa.CheckConstraint("state <> 'draft' OR code = id", name=op.f("ck_proposals_a_draft_goes_by_its_id")),
        sa.CheckConstraint(
            "merged_into_id IS NULL OR merged_into_id <> id", name=op.f("ck_proposals_not_merged_into_itself")
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_proposals_revision_counts_from_one")),
        sa.CheckConstraint("submitted_at IS NULL OR position >= 1", name=op.f("ck_proposals_listed_once_submitted")),
        sa.ForeignKeyConstraint(["body_id"], ["texts.id"], name=op.f("fk_proposals_body_id_texts")),
        sa.ForeignKeyConstraint(
            ["department_id"], ["departments.id"], name=op.f("fk_proposals_department_id_departments")
        ),
        sa.ForeignKeyConstraint(["field_id"], ["fields.id"], name=op.f("fk_proposals_field_id_fields")),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["proposals.id"], name=op.f("fk_proposals_merged_into_id_proposals")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_proposals_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["proposals.id"], name=op.f("fk_proposals_parent_id_proposals")),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_proposals_process_id_processes")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_proposals_round_id_rounds")),
        sa.ForeignKeyConstraint(["split_from_id"], ["proposals.id"], name=op.f("fk_proposals_split_from_id_proposals")),
        sa.ForeignKeyConstraint(["target_group_id"], ["texts.id"], name=op.f("fk_proposals_target_group_id_texts")),
        sa.ForeignKeyConstraint(["title_id"], ["texts.id"], name=op.f("fk_proposals_title_id_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("process_id", "code", name="uq_proposals_process_code"),
    )
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposals_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposals_department_id"), ["department_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposals_field_id"), ["field_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposals_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposals_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposals_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposals_process_id"), ["process_id"], unique=False)
        batch_op.create_index("ix_proposals_process_kind_state", ["process_id", "kind", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposals_round_id"), ["round_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposals_split_from_id"), ["split_from_id"], unique=False)

    op.create_table(
        "roll_entries",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(length=20), nullable=False),
        sa.Column("seat_id", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_roll_entries_account_id_accounts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_roll_entries_round_id_rounds"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["texts.id"], name=op.f("fk_roll_entries_seat_id_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_entries")),
        sa.UniqueConstraint("round_id", "account_id", name="uq_roll_entries_round_account"),
    )
    with op.batch_alter_table("roll_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roll_entries_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_roll_entries_round_id"), ["round_id"], unique=False)

    op.create_table(
        "round_events",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "open",
                "extend",
                "close",
                "request_conclusion",
                "withdraw_request",
                "conclude",
                name="action",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=False),
        sa.Column("reason_id", sa.String(length=20), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["reason_id"], ["texts.id"], name=op.f("fk_round_events_reason_id_texts")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_round_events_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_events")),
    )
    with op.batch_alter_table("round_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_events_round_id"), ["round_id"], unique=False)
        batch_op.create_index(
            "uq_round_events_once",
            ["round_id", "action"],
            unique=True,
            sqlite_where=sa.text("action IN ('open', 'close', 'conclude')"),
            postgresql_where=sa.text("action IN ('open', 'close', 'conclude')"),
        )

    op.create_table(
        "round_results",
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("method_version", sa.String(length=16), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("ballots_hash", sa.String(length=64), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_round_results_round_id_rounds")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_round_results")),
    )
    op.create_table(
        "comments",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("proposal_id", sa.String(length=20), nullable=False),
        sa.Column("parent_id", sa.String(length=20), nullable=True),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("author_id", sa.String(length=32), nullable=True),
        sa.Column("author_name", sa.String(length=120), nullable=False),
        sa.Column("organisation_id", sa.String(length=20), nullable=True),
        sa.Column("body_id", sa.String(length=20), nullable=False),
        sa.Column(
            "state",
            sa.Enum("visible", "hidden", name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["texts.id"], name=op.f("fk_comments_body_id_texts")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_comments_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["comments.id"], name=op.f("fk_comments_parent_id_comments")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_comments_proposal_id_proposals")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_comments_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comments_author_id"), ["author_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comments_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comments_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_comments_proposal_id"), ["proposal_id"], unique=False)
        batch_op.create_index("ix_comments_proposal_written", ["proposal_id", "written_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_comments_round_id"), ["round_id"], unique=False)

    op.create_table(
        "costings",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("proposal_id", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("once_cents", sa.BigInteger(), nullable=False),
        sa.Column("annual_cents", sa.BigInteger(), nullable=False),
        sa.Column("low_cents", sa.BigInteger(), nullable=True),
        sa.Column("high_cents", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column(
            "quality",
            sa.Enum(
                "rough_estimate",
                "calculated",
                "quoted",
                name="quality",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "cover",
            sa.Enum("covered", "open", name="cover", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("cover_source_id", sa.String(length=20), nullable=True),
        sa.Column("needs_post", sa.Boolean(), nullable=False),
        sa.Column("note_id", sa.String(length=20), nullable=True),
        sa.Column("round_id", sa.String(length=20), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "cover = 'covered' OR cover_source_id IS NULL", name=op.f("ck_costings_open_cover_has_no_source")
        ),
        sa.CheckConstraint(
            "(low_cents IS NULL) = (high_cents IS NULL) AND low_cents <= high_cents",
            name=op.f("ck_costings_range_in_order"),
        ),
        sa.CheckConstraint("once_cents >= 0 AND annual_cents >= 0", name=op.f("ck_costings_no_negative_amounts")),
        sa.ForeignKeyConstraint(["cover_source_id"], ["texts.id"], name=op.f("fk_costings_cover_source_id_texts")),
        sa.ForeignKeyConstraint(["note_id"], ["texts.id"], name=op.f("fk_costings_note_id_texts")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_costings_proposal_id_proposals"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_costings_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_costings")),
        sa.UniqueConstraint("proposal_id", "revision", name="uq_costings_proposal_revision"),
    )
    with op.batch_alter_table("costings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_costings_proposal_id"), ["proposal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_costings_round_id"), ["round_id"], unique=False)

    op.create_table(
        "options",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("proposal_id", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_reason_id", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "(struck_at IS NULL) = (struck_reason_id IS NULL)", name=op.f("ck_options_struck_with_reason")
        ),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_options_proposal_id_proposals")),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_options_round_id_rounds")),
        sa.ForeignKeyConstraint(["struck_reason_id"], ["texts.id"], name=op.f("fk_options_struck_reason_id_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_options")),
        sa.UniqueConstraint("round_id", "code", name="uq_options_round_code"),
        sa.UniqueConstraint("round_id", "position", name="uq_options_round_position"),
        sa.UniqueConstraint("round_id", "proposal_id", name="uq_options_round_proposal"),
    )
    with op.batch_alter_table("options", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_options_proposal_id"), ["proposal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_options_round_id"), ["round_id"], unique=False)

    op.create_table(
        "participation_codes",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("batch_id", sa.String(length=20), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["code_batches.id"], name=op.f("fk_participation_codes_batch_id_code_batches")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_participation_codes_round_id_rounds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_codes")),
        sa.UniqueConstraint("batch_id", "number", name="uq_participation_codes_batch_number"),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_participation_codes_fingerprint")),
    )
    with op.batch_alter_table("participation_codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_participation_codes_batch_id"), ["batch_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_participation_codes_round_id"), ["round_id"], unique=False)

    op.create_table(
        "proposal_events",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("proposal_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "submit",
                "withdraw",
                "admit",
                "merge",
                "split",
                "decline",
                "revise",
                name="action",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=False),
        sa.Column("other_id", sa.String(length=20), nullable=True),
        sa.Column("reason_id", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["other_id"], ["proposals.id"], name=op.f("fk_proposal_events_other_id_proposals")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_proposal_events_proposal_id_proposals"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["reason_id"], ["texts.id"], name=op.f("fk_proposal_events_reason_id_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_events")),
        sa.UniqueConstraint("proposal_id", "number", name="uq_proposal_events_proposal_number"),
    )
    with op.batch_alter_table("proposal_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_events_proposal_id"), ["proposal_id"], unique=False)

    op.create_table(
        "proposal_serves",
        sa.Column("measure_id", sa.String(length=20), nullable=False),
        sa.Column("goal_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["goal_id"], ["proposals.id"], name=op.f("fk_proposal_serves_goal_id_proposals"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["measure_id"], ["proposals.id"], name=op.f("fk_proposal_serves_measure_id_proposals"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("measure_id", "goal_id", name=op.f("pk_proposal_serves")),
    )
    with op.batch_alter_table("proposal_serves", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_serves_goal_id"), ["goal_id"], unique=False)

    op.create_table(
        "comment_reports",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("comment_id", sa.String(length=20), nullable=False),
        sa.Column("reporter_id", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name=op.f("fk_comment_reports_comment_id_comments"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_reports")),
        sa.UniqueConstraint("comment_id", "reporter_id", name="uq_comment_reports_comment_reporter"),
    )
    with op.batch_alter_table("comment_reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comment_reports_comment_id"), ["comment_id"], unique=False)

    op.create_table(
        "moderation_decisions",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("comment_id", sa.String(length=20), nullable=False),
        sa.Column(
            "action",
            sa.Enum(
                "hide",
                "restore",
                "keep",
                name="moderation_action",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=32), nullable=False),
        sa.Column("reason_id", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comments.id"],
            name=op.f("fk_moderation_decisions_comment_id_comments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["reason_id"], ["texts.id"], name=op.f("fk_moderation_decisions_reason_id_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_decisions")),
    )
    with op.batch_alter_table("moderation_decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_moderation_decisions_comment_id"), ["comment_id"], unique=False)

    for statement in guards.create(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    for statement in guards.drop(op.get_bind().dialect.name):
        op.execute(statement)
    with op.batch_alter_table("moderation_decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_moderation_decisions_comment_id"))

    op.drop_table("moderation_decisions")
    with op.batch_alter_table("comment_reports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comment_reports_comment_id"))

    op.drop_table("comment_reports")
    with op.batch_alter_table("proposal_serves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_serves_goal_id"))

    op.drop_table("proposal_serves")
    with op.batch_alter_table("proposal_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_events_proposal_id"))

    op.drop_table("proposal_events")
    with op.batch_alter_table("participation_codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participation_codes_round_id"))
        batch_op.drop_index(batch_op.f("ix_participation_codes_batch_id"))

    op.drop_table("participation_codes")
    with op.batch_alter_table("options", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_options_round_id"))
        batch_op.drop_index(batch_op.f("ix_options_proposal_id"))

    op.drop_table("options")
    with op.batch_alter_table("costings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_costings_round_id"))
        batch_op.drop_index(batch_op.f("ix_costings_proposal_id"))

    op.drop_table("costings")
    with op.batch_alter_table("comments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comments_round_id"))
        batch_op.drop_index("ix_comments_proposal_written")
        batch_op.drop_index(batch_op.f("ix_comments_proposal_id"))
        batch_op.drop_index(batch_op.f("ix_comments_parent_id"))
        batch_op.drop_index(batch_op.f("ix_comments_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_comments_author_id"))

    op.drop_table("comments")
    op.drop_table("round_results")
    with op.batch_alter_table("round_events", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_round_events_once",
            sqlite_where=sa.text("action IN ('open', 'close', 'conclude')"),
            postgresql_where=sa.text("action IN ('open', 'close', 'conclude')"),
        )
        batch_op.drop_index(batch_op.f("ix_round_events_round_id"))

    op.drop_table("round_events")
    with op.batch_alter_table("roll_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roll_entries_round_id"))
        batch_op.drop_index(batch_op.f("ix_roll_entries_account_id"))

    op.drop_table("roll_entries")
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposals_split_from_id"))
        batch_op.drop_index(batch_op.f("ix_proposals_round_id"))
        batch_op.drop_index("ix_proposals_process_kind_state")
        batch_op.drop_index(batch_op.f("ix_proposals_process_id"))
        batch_op.drop_index(batch_op.f("ix_proposals_parent_id"))
        batch_op.drop_index(batch_op.f("ix_proposals_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_proposals_merged_into_id"))
        batch_op.drop_index(batch_op.f("ix_proposals_field_id"))
        batch_op.drop_index(batch_op.f("ix_proposals_department_id"))
        batch_op.drop_index(batch_op.f("ix_proposals_author_id"))

    op.drop_table("proposals")
    op.drop_table("participations")
    op.drop_table("joint_results")
    with op.batch_alter_table("joint_ranking_parts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_joint_ranking_parts_round_id"))

    op.drop_table("joint_ranking_parts")
    op.drop_table("counted_ballots")
    with op.batch_alter_table("code_batches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_code_batches_round_id"))

    op.drop_table("code_batches")
    op.drop_table("ballots")
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rounds_process_id"))
        batch_op.drop_index(batch_op.f("ix_rounds_phase_id"))

    op.drop_table("rounds")
    with op.batch_alter_table("representations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_representations_department_id"))

    op.drop_table("representations")
    with op.batch_alter_table("mandates", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mandates_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_mandates_account_id"))

    op.drop_table("mandates")
    with op.batch_alter_table("joint_rankings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_joint_rankings_process_id"))
        batch_op.drop_index(batch_op.f("ix_joint_rankings_phase_id"))

    op.drop_table("joint_rankings")
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_role_grants_everywhere",
            sqlite_where=sa.text("process_id IS NULL"),
            postgresql_where=sa.text("process_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_role_grants_process_id"))
        batch_op.drop_index(batch_op.f("ix_role_grants_account_id"))

    op.drop_table("role_grants")
    with op.batch_alter_table("phases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_phases_process_id"))

    op.drop_table("phases")
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisations_process_id"))

    op.drop_table("organisations")
    with op.batch_alter_table("fields", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fields_process_id"))

    op.drop_table("fields")
    with op.batch_alter_table("departments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_departments_process_id"))

    op.drop_table("departments")
    op.drop_table("text_versions")
    op.drop_table("processes")
    with op.batch_alter_table("api_tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_tokens_account_id"))

    op.drop_table("api_tokens")
    op.drop_table("texts")
    with op.batch_alter_table("sign_in_sessions", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_sessions_subject")

    op.drop_table("sign_in_sessions")
    with op.batch_alter_table("sign_in_challenges", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_challenges_email"))

    op.drop_table("sign_in_challenges")
    with op.batch_alter_table("outbox_jobs", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_jobs_pending")

    op.drop_table("outbox_jobs")
    with op.batch_alter_table("audit_records", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_records_subject_id"))
        batch_op.drop_index(batch_op.f("ix_audit_records_process_id"))

    op.drop_table("audit_records")
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_attempts_door_at")

    op.drop_table("attempts")
    op.drop_table("accounts")
