"""Let a code say that its ballot sheet was handed in, and keep the sheets of concluded rounds as they are.

Why it is safe: a column is added in place on both databases, false for every code, and then true for those whose sheet
was received; that is all that is filled in, and no trigger stands on the table of codes. Further triggers refuse to add,
change or delete sheets of a concluded round, which no service does: its result quotes how many there were.

The way back takes triggers and column off; which sheets were received stands with the sheets.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE participation_codes ADD COLUMN handed_in BOOLEAN NOT NULL DEFAULT FALSE")
    op.execute(
        "UPDATE participation_codes SET handed_in = TRUE "
        "WHERE id IN (SELECT code_id FROM paper_sheets WHERE state <> 'out')"
    )
    for statement in _CREATE[op.get_context().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in _DROP[op.get_context().dialect.name]:
        op.execute(statement)
    op.execute("ALTER TABLE participation_codes DROP COLUMN handed_in")


MESSAGE = "a concluded round never changes"
ROWS_OF = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def _name(verb: str) -> str:
    return f"paper_sheets_keeps_on_{verb.lower()}"


def _condition(verb: str) -> str:
    return " OR ".join(
        f"EXISTS (SELECT 1 FROM rounds WHERE rounds.id = {row}.round_id AND rounds.state = 'concluded')"  # noqa: S608
        for row in ROWS_OF[verb]
    )


def _on_sqlite(verb: str) -> str:
    return (
        f"CREATE TRIGGER {_name(verb)} BEFORE {verb} ON paper_sheets WHEN {_condition(verb)} "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )


def _on_postgresql(verb: str) -> list[str]:
    # A condition of a trigger may not look into other tables there, so each has a function of its own.
    return [
        (
            f"CREATE FUNCTION {_name(verb)}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {_condition(verb)} THEN RAISE EXCEPTION '{MESSAGE}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            f"RETURN {'OLD' if verb == 'DELETE' else 'NEW'}; END $$"
        ),
        f"CREATE TRIGGER {_name(verb)} BEFORE {verb} ON paper_sheets FOR EACH ROW EXECUTE FUNCTION {_name(verb)}()",
    ]


_CREATE = {
    "sqlite": [_on_sqlite(verb) for verb in ROWS_OF],
    "postgresql": [
        *(statement for verb in ROWS_OF for statement in _on_postgresql(verb)),
        (
            "CREATE TRIGGER paper_sheets_never_truncated BEFORE TRUNCATE ON paper_sheets "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        ),
    ],
}
_DROP = {
    "sqlite": [f"DROP TRIGGER {_name(verb)}" for verb in ROWS_OF],
    "postgresql": [
        "DROP TRIGGER paper_sheets_never_truncated ON paper_sheets",
        *(
            statement
            for verb in ROWS_OF
            for statement in (f"DROP TRIGGER {_name(verb)} ON paper_sheets", f"DROP FUNCTION {_name(verb)}()")
        ),
    ],
}
