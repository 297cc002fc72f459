"""Keep the concept: its principles and sections as they are worked on, and its versions as they were published.

Why it is safe: three tables are added, which begin empty. No row that exists changes, and nothing refers to them. What a
version says stands in a snapshot, which triggers guard already; further ones guard the versions themselves.

The way back drops the tables with everything that was written in them; snapshots of versions stay, unreferenced.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "principles",
        *_part(),
        sa.Column("sentence_id", sa.String(length=20), nullable=False),
        *_part_rules("principles"),
        sa.ForeignKeyConstraint(["sentence_id"], ["texts.id"], name=op.f("fk_principles_sentence_id_texts")),
    )
    op.create_index(op.f("ix_principles_process_id"), "principles", ["process_id"], unique=False)
    op.create_table(
        "concept_sections",
        *_part(),
        sa.Column(
            "place",
            sa.Enum(
                "opening",
                "closing",
                name=op.f("ck_concept_sections_place"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title_id", sa.String(length=20), nullable=False),
        sa.Column("body_id", sa.String(length=20), nullable=False),
        *_part_rules("concept_sections"),
        sa.ForeignKeyConstraint(["title_id"], ["texts.id"], name=op.f("fk_concept_sections_title_id_texts")),
        sa.ForeignKeyConstraint(["body_id"], ["texts.id"], name=op.f("fk_concept_sections_body_id_texts")),
    )
    op.create_index(op.f("ix_concept_sections_process_id"), "concept_sections", ["process_id"], unique=False)
    op.create_table(
        "concept_versions",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.String(length=20), nullable=False),
        sa.Column("note_id", sa.String(length=20), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=32), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_concept_versions_number_counts_from_one")),
        sa.ForeignKeyConstraint(
            ["process_id"], ["processes.id"], name=op.f("fk_concept_versions_process_id_processes")
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["document_snapshots.id"], name=op.f("fk_concept_versions_snapshot_id_document_snapshots")
        ),
        sa.ForeignKeyConstraint(["note_id"], ["texts.id"], name=op.f("fk_concept_versions_note_id_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concept_versions")),
        sa.UniqueConstraint("process_id", "number", name="uq_concept_versions_process_number"),
        sa.UniqueConstraint("snapshot_id", name="uq_concept_versions_snapshot"),
    )
    op.create_index(op.f("ix_concept_versions_process_id"), "concept_versions", ["process_id"], unique=False)
    for statement in _GUARDS[op.get_context().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("concept_versions")
    op.drop_table("concept_sections")
    op.drop_table("principles")


def _part() -> list[sa.Column]:
    return [
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
    ]


def _part_rules(table: str) -> list[sa.Constraint]:
    return [
        sa.CheckConstraint("position >= 1", name=op.f(f"ck_{table}_position_counts_from_one")),
        sa.CheckConstraint("revision >= 1", name=op.f(f"ck_{table}_revision_counts_from_one")),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f(f"fk_{table}_process_id_processes")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("process_id", "code", name=f"uq_{table}_process_code"),
    ]


# Triggers go with their table; the function of PostgreSQL is that of the first revision.
_GUARDS = {
    "postgresql": [
        (
            "CREATE TRIGGER concept_versions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON concept_versions "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    ],
    "sqlite": [
        f"CREATE TRIGGER concept_versions_refuses_{verb.lower()} BEFORE {verb} ON concept_versions "
        "BEGIN SELECT RAISE(ABORT, 'concept_versions is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ],
}
