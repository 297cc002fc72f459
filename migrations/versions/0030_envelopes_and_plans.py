"""Keep the money of the years with its sources, and the plans that follow from a ranking.

Why it is safe: three tables are added and nothing else is touched. They begin empty. A plan refers to a ranking's
result, so that the database itself refuses one on a ranking that is not concluded. Triggers refuse every change of a
settled plan and of the decisions in it. The way back drops tables and triggers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "envelopes",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("title_id", sa.String(length=20), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("first_year", sa.Integer(), nullable=False),
        sa.Column("last_year", sa.Integer(), nullable=True),
        sa.Column("mode", _choice("envelopes", "mode", "additive", "replacing"), nullable=False),
        sa.Column("carries_over", sa.Boolean(), nullable=False),
        sa.Column("source_id", sa.String(length=20), nullable=False),
        sa.Column("source_paper", sa.String(length=40), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=32), nullable=True),
        sa.Column("withdrawal_reason_id", sa.String(length=20), nullable=True),
        sa.CheckConstraint("cents >= 0", name=op.f("ck_envelopes_no_negative_amount")),
        sa.CheckConstraint("last_year IS NULL OR first_year <= last_year", name=op.f("ck_envelopes_years_in_order")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_envelopes_revision_counts_from_one")),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL) AND "
            "(withdrawn_at IS NULL) = (withdrawal_reason_id IS NULL)",
            name=op.f("ck_envelopes_withdrawn_with_a_reason"),
        ),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_envelopes_process_id_processes")),
        sa.ForeignKeyConstraint(["title_id"], ["texts.id"], name=op.f("fk_envelopes_title_id_texts")),
        sa.ForeignKeyConstraint(["source_id"], ["texts.id"], name=op.f("fk_envelopes_source_id_texts")),
        sa.ForeignKeyConstraint(
            ["withdrawal_reason_id"], ["texts.id"], name=op.f("fk_envelopes_withdrawal_reason_id_texts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_envelopes")),
        sa.UniqueConstraint("process_id", "code", name="uq_envelopes_process_code"),
    )
    op.create_index(op.f("ix_envelopes_process_id"), "envelopes", ["process_id"])
    op.create_table(
        "plans",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("title_id", sa.String(length=20), nullable=False),
        sa.Column("ranking_id", sa.String(length=20), nullable=False),
        sa.Column("first_year", sa.Integer(), nullable=False),
        sa.Column("last_year", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.String(length=64), nullable=True),
        sa.Column("state", _choice("plans", "state", "draft", "settled"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("origin", _choice("plans", "origin", "planned", "amended"), nullable=False),
        sa.Column("consultation", sa.String(length=80), nullable=True),
        sa.Column("based_on_id", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=32), nullable=True),
        sa.Column("snapshot", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("snapshot_hash", sa.String(length=64), nullable=True),
        sa.CheckConstraint("first_year <= last_year", name=op.f("ck_plans_years_in_order")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_plans_revision_counts_from_one")),
        sa.CheckConstraint(
            "(state = 'settled') = (settled_at IS NOT NULL) AND (state = 'settled') = (settled_by IS NOT NULL) AND "
            "(state = 'settled') = (snapshot IS NOT NULL) AND (state = 'settled') = (snapshot_hash IS NOT NULL)",
            name=op.f("ck_plans_settled_with_its_document"),
        ),
        sa.CheckConstraint(
            "origin <> 'amended' OR based_on_id IS NOT NULL", name=op.f("ck_plans_amended_from_something")
        ),
        sa.CheckConstraint("based_on_id IS NULL OR based_on_id <> id", name=op.f("ck_plans_not_based_on_itself")),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_plans_process_id_processes")),
        sa.ForeignKeyConstraint(["title_id"], ["texts.id"], name=op.f("fk_plans_title_id_texts")),
        sa.ForeignKeyConstraint(
            ["ranking_id"], ["joint_results.ranking_id"], name=op.f("fk_plans_ranking_id_joint_results")
        ),
        sa.ForeignKeyConstraint(["based_on_id"], ["plans.id"], name=op.f("fk_plans_based_on_id_plans")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
        sa.UniqueConstraint("process_id", "slug", name="uq_plans_process_slug"),
    )
    for column in ("based_on_id", "process_id", "ranking_id"):
        op.create_index(op.f(f"ix_plans_{column}"), "plans", [column])
    op.create_table(
        "plan_decisions",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("plan_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(length=24), nullable=False),
        sa.Column(
            "choice", _choice("plan_decisions", "choice", "starts", "later", "out", "by_the_ranking"), nullable=False
        ),
        sa.Column("start_year", sa.Integer(), nullable=True),
        sa.Column("reason_id", sa.String(length=20), nullable=False),
        sa.Column("consultation", sa.String(length=80), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_plan_decisions_number_counts_from_one")),
        sa.CheckConstraint(
            "(choice = 'starts') = (start_year IS NOT NULL)", name=op.f("ck_plan_decisions_a_start_has_its_year")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plans.id"], name=op.f("fk_plan_decisions_plan_id_plans"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["reason_id"], ["texts.id"], name=op.f("fk_plan_decisions_reason_id_texts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_decisions")),
        sa.UniqueConstraint("plan_id", "number", name="uq_plan_decisions_plan_number"),
    )
    op.create_index(op.f("ix_plan_decisions_plan_id"), "plan_decisions", ["plan_id"])
    for statement in _CREATE[op.get_context().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in _DROP[op.get_context().dialect.name]:
        op.execute(statement)
    op.drop_table("plan_decisions")
    op.drop_table("plans")
    op.drop_table("envelopes")


def _choice(table: str, name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=op.f(f"ck_{table}_{name}"), native_enum=False, create_constraint=True, length=32)


REFUSAL = "a settled plan never changes"
ROWS_OF = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def _guards() -> list[tuple[str, str, str]]:
    """Return table, verb and condition of each trigger."""
    found = [("plans", verb, "OLD.state = 'settled'") for verb in ("UPDATE", "DELETE")]
    settled = "EXISTS (SELECT 1 FROM plans WHERE plans.id = {}.plan_id AND plans.state = 'settled')"
    return found + [
        ("plan_decisions", verb, " OR ".join(settled.format(row) for row in rows)) for verb, rows in ROWS_OF.items()
    ]


def _name(table: str, verb: str) -> str:
    return f"{table}_keeps_on_{verb.lower()}"


def _on_sqlite(table: str, verb: str, condition: str) -> str:
    return (
        f"CREATE TRIGGER {_name(table, verb)} BEFORE {verb} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


def _on_postgresql(table: str, verb: str, condition: str) -> list[str]:
    name = _name(table, verb)
    return [
        (
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {condition} THEN RAISE EXCEPTION '{REFUSAL}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            f"RETURN {'OLD' if verb == 'DELETE' else 'NEW'}; END $$"
        ),
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


_CREATE = {
    "sqlite": [_on_sqlite(*guard) for guard in _guards()],
    "postgresql": [
        *(statement for guard in _guards() for statement in _on_postgresql(*guard)),
        *(
            f"CREATE TRIGGER {table}_never_truncated BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            for table in ("plans", "plan_decisions")
        ),
    ],
}
_DROP = {
    "sqlite": [f"DROP TRIGGER {_name(table, verb)}" for table, verb, _ in _guards()],
    "postgresql": [
        *(f"DROP TRIGGER {table}_never_truncated ON {table}" for table in ("plans", "plan_decisions")),
        *(
            statement
            for table, verb, _ in _guards()
            for statement in (f"DROP TRIGGER {_name(table, verb)} ON {table}", f"DROP FUNCTION {_name(table, verb)}()")
        ),
    ],
}
