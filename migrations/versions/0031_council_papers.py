"""Keep committees, council papers with their stations and decisions, and what is frozen and rendered when they are issued.

Why it is safe: nine tables are added, which begin empty. No row that exists changes, and nothing refers to them. Triggers
refuse to change or delete what was frozen, since pages, files and OParl read from it.

The way back drops them with everything that was written in them, and no more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "committees",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name_id", sa.String(length=20), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_committees_revision_counts_from_one")),
        sa.ForeignKeyConstraint(["name_id"], ["texts.id"], name=op.f("fk_committees_name_id_texts")),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_committees_process_id_processes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committees")),
        sa.UniqueConstraint("process_id", "code", name="uq_committees_process_code"),
    )
    op.create_index(op.f("ix_committees_process_id"), "committees", ["process_id"], unique=False)
    op.create_table(
        "document_snapshots",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("paper", "concept", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["process_id"], ["processes.id"], name=op.f("fk_document_snapshots_process_id_processes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_snapshots")),
    )
    op.create_index(op.f("ix_document_snapshots_process_id"), "document_snapshots", ["process_id"], unique=False)
    op.create_table(
        "document_templates",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("paper", "concept", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.String(length=32), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["process_id"], ["processes.id"], name=op.f("fk_document_templates_process_id_processes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_templates")),
    )
    op.create_index(op.f("ix_document_templates_process_id"), "document_templates", ["process_id"], unique=False)
    op.create_index(
        "uq_document_templates_in_use",
        "document_templates",
        ["process_id", "kind"],
        unique=True,
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_table(
        "council_papers",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("slug", sa.String(length=24), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "decision_paper",
                "report",
                "motion",
                "amendment",
                "inquiry",
                "information",
                "statement",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum("draft", "issued", "withdrawn", name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.String(length=20), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("lead_unit", sa.String(length=200), nullable=False),
        sa.Column("person_in_charge", sa.String(length=200), nullable=False),
        sa.Column("occasion_id", sa.String(length=20), nullable=True),
        sa.Column("plan_id", sa.String(length=20), nullable=True),
        sa.Column(
            "youth",
            sa.Enum("done", "not_done", name="youth", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("youth_text_id", sa.String(length=20), nullable=True),
        sa.Column("measure_is", sa.JSON(), nullable=True),
        sa.Column("prescribed_by_id", sa.String(length=20), nullable=True),
        sa.Column(
            "financial_impact",
            sa.Enum("yes", "no", name="financial_impact", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("financial_text_id", sa.String(length=20), nullable=True),
        sa.Column(
            "climate_impact",
            sa.Enum(
                "none",
                "positive",
                "negative",
                "both",
                name="climate_impact",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("climate_text_id", sa.String(length=20), nullable=True),
        sa.Column("reasons_id", sa.String(length=20), nullable=True),
        sa.Column("supersedes_id", sa.String(length=20), nullable=True),
        sa.Column("snapshot_id", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_by", sa.String(length=32), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=32), nullable=True),
        sa.Column("withdrawal_reason_id", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "(state = 'draft') = (issued_at IS NULL)", name=op.f("ck_council_papers_issued_at_a_moment")
        ),
        sa.CheckConstraint(
            "(state = 'draft') = (snapshot_id IS NULL)", name=op.f("ck_council_papers_issued_with_a_snapshot")
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_council_papers_withdrawn_at_a_moment")
        ),
        sa.CheckConstraint(
            "(issued_at IS NULL) = (issued_by IS NULL)", name=op.f("ck_council_papers_issued_by_somebody")
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawal_reason_id IS NULL)",
            name=op.f("ck_council_papers_withdrawn_for_a_reason"),
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name=op.f("ck_council_papers_withdrawn_by_somebody")
        ),
        sa.CheckConstraint(
            "measure_is IS NOT NULL OR prescribed_by_id IS NULL", name=op.f("ck_council_papers_prescribed_by_something")
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_council_papers_revision_counts_from_one")),
        sa.ForeignKeyConstraint(
            ["climate_text_id"], ["texts.id"], name=op.f("fk_council_papers_climate_text_id_texts")
        ),
        sa.ForeignKeyConstraint(
            ["financial_text_id"], ["texts.id"], name=op.f("fk_council_papers_financial_text_id_texts")
        ),
        sa.ForeignKeyConstraint(["occasion_id"], ["texts.id"], name=op.f("fk_council_papers_occasion_id_texts")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_council_papers_plan_id_plans")),
        sa.ForeignKeyConstraint(
            ["prescribed_by_id"], ["texts.id"], name=op.f("fk_council_papers_prescribed_by_id_texts")
        ),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_council_papers_process_id_processes")),
        sa.ForeignKeyConstraint(["reasons_id"], ["texts.id"], name=op.f("fk_council_papers_reasons_id_texts")),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["document_snapshots.id"], name=op.f("fk_council_papers_snapshot_id_document_snapshots")
        ),
        sa.ForeignKeyConstraint(["subject_id"], ["texts.id"], name=op.f("fk_council_papers_subject_id_texts")),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["council_papers.id"], name=op.f("fk_council_papers_supersedes_id_council_papers")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawal_reason_id"], ["texts.id"], name=op.f("fk_council_papers_withdrawal_reason_id_texts")
        ),
        sa.ForeignKeyConstraint(["youth_text_id"], ["texts.id"], name=op.f("fk_council_papers_youth_text_id_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council_papers")),
        sa.UniqueConstraint("process_id", "number", name="uq_council_papers_process_number"),
        sa.UniqueConstraint("process_id", "slug", name="uq_council_papers_process_slug"),
        sa.UniqueConstraint("snapshot_id", name="uq_council_papers_snapshot"),
    )
    op.create_index(op.f("ix_council_papers_plan_id"), "council_papers", ["plan_id"], unique=False)
    op.create_index(op.f("ix_council_papers_process_id"), "council_papers", ["process_id"], unique=False)
    op.create_index(op.f("ix_council_papers_supersedes_id"), "council_papers", ["supersedes_id"], unique=False)
    op.create_table(
        "rendered_files",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("snapshot_id", sa.String(length=20), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "pdf", "docx", "xlsx", "csv", "json", name="kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("template_sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "rendering",
                "ready",
                "failed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(length=64), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(state = 'failed') = (fault IS NOT NULL)", name=op.f("ck_rendered_files_failed_for_a_reason")
        ),
        sa.CheckConstraint(
            "(state = 'ready') = (content IS NOT NULL)", name=op.f("ck_rendered_files_ready_with_content")
        ),
        sa.CheckConstraint(
            "(state = 'ready') = (ready_at IS NOT NULL)", name=op.f("ck_rendered_files_ready_at_a_moment")
        ),
        sa.CheckConstraint(
            "(state = 'ready') = (sha256 IS NOT NULL)", name=op.f("ck_rendered_files_ready_with_a_hash")
        ),
        sa.CheckConstraint("(state = 'ready') = (size IS NOT NULL)", name=op.f("ck_rendered_files_ready_with_a_size")),
        sa.CheckConstraint("0 <= done AND done <= steps AND steps >= 1", name=op.f("ck_rendered_files_done_of_steps")),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["document_snapshots.id"], name=op.f("fk_rendered_files_snapshot_id_document_snapshots")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rendered_files")),
        sa.UniqueConstraint(
            "snapshot_id", "kind", "language", "template_sha256", name="uq_rendered_files_snapshot_kind_language"
        ),
    )
    op.create_index(op.f("ix_rendered_files_snapshot_id"), "rendered_files", ["snapshot_id"], unique=False)
    op.create_table(
        "consultations",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column("paper_id", sa.String(length=20), nullable=False),
        sa.Column("committee_id", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column(
            "competence",
            sa.Enum(
                "senate",
                "preliminary",
                "information",
                "decision",
                name="competence",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("agenda_number", sa.String(length=16), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "adopted_unchanged",
                "adopted_amended",
                "rejected",
                "deferred",
                "noted",
                "referred",
                "withdrawn",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("outcome_text_id", sa.String(length=20), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(outcome IS NULL) = (decided_on IS NULL)", name=op.f("ck_consultations_outcome_on_a_day")),
        sa.CheckConstraint(
            "outcome IS NOT NULL OR outcome_text_id IS NULL", name=op.f("ck_consultations_outcome_text_of_an_outcome")
        ),
        sa.CheckConstraint("position >= 1", name=op.f("ck_consultations_position_counts_from_one")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_consultations_revision_counts_from_one")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committees.id"], name=op.f("fk_consultations_committee_id_committees")
        ),
        sa.ForeignKeyConstraint(["outcome_text_id"], ["texts.id"], name=op.f("fk_consultations_outcome_text_id_texts")),
        sa.ForeignKeyConstraint(
            ["paper_id"],
            ["council_papers.id"],
            name=op.f("fk_consultations_paper_id_council_papers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_consultations_process_id_processes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultations")),
        sa.UniqueConstraint("paper_id", "position", name="uq_consultations_paper_position"),
    )
    op.create_index(op.f("ix_consultations_committee_id"), "consultations", ["committee_id"], unique=False)
    op.create_index(op.f("ix_consultations_paper_id"), "consultations", ["paper_id"], unique=False)
    op.create_index(op.f("ix_consultations_process_id"), "consultations", ["process_id"], unique=False)
    op.create_table(
        "involved_units",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("paper_id", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("result", sa.String(length=500), nullable=True),
        sa.CheckConstraint("position >= 1", name=op.f("ck_involved_units_position_counts_from_one")),
        sa.ForeignKeyConstraint(
            ["paper_id"],
            ["council_papers.id"],
            name=op.f("fk_involved_units_paper_id_council_papers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_involved_units")),
        sa.UniqueConstraint("paper_id", "position", name="uq_involved_units_paper_position"),
    )
    op.create_index(op.f("ix_involved_units_paper_id"), "involved_units", ["paper_id"], unique=False)
    op.create_table(
        "proposed_decisions",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("paper_id", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.String(length=20), nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("ck_proposed_decisions_position_counts_from_one")),
        sa.ForeignKeyConstraint(["body_id"], ["texts.id"], name=op.f("fk_proposed_decisions_body_id_texts")),
        sa.ForeignKeyConstraint(
            ["paper_id"],
            ["council_papers.id"],
            name=op.f("fk_proposed_decisions_paper_id_council_papers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposed_decisions")),
        sa.UniqueConstraint("paper_id", "position", name="uq_proposed_decisions_paper_position"),
    )
    op.create_index(op.f("ix_proposed_decisions_paper_id"), "proposed_decisions", ["paper_id"], unique=False)
    op.create_table(
        "amendments",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column("consultation_id", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.String(length=20), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("plan_id", sa.String(length=20), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("ck_amendments_position_counts_from_one")),
        sa.ForeignKeyConstraint(["body_id"], ["texts.id"], name=op.f("fk_amendments_body_id_texts")),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_amendments_consultation_id_consultations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_amendments_plan_id_plans")),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_amendments_process_id_processes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendments")),
        sa.UniqueConstraint("consultation_id", "position", name="uq_amendments_consultation_position"),
    )
    op.create_index(op.f("ix_amendments_consultation_id"), "amendments", ["consultation_id"], unique=False)
    op.create_index(op.f("ix_amendments_plan_id"), "amendments", ["plan_id"], unique=False)
    op.create_index(op.f("ix_amendments_process_id"), "amendments", ["process_id"], unique=False)
    for statement in _GUARDS[op.get_context().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("amendments")
    op.drop_table("proposed_decisions")
    op.drop_table("involved_units")
    op.drop_table("consultations")
    op.drop_table("rendered_files")
    op.drop_table("council_papers")
    op.drop_table("document_templates")
    op.drop_table("document_snapshots")
    op.drop_table("committees")


# Triggers go with their table; the function of PostgreSQL is that of the first revision.
_GUARDS = {
    "postgresql": [
        (
            "CREATE TRIGGER document_snapshots_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON document_snapshots "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    ],
    "sqlite": [
        f"CREATE TRIGGER document_snapshots_refuses_{verb.lower()} BEFORE {verb} ON document_snapshots "
        "BEGIN SELECT RAISE(ABORT, 'document_snapshots is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ],
}
