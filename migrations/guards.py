"""Triggers that keep what must never change: the audit log, counted ballots, results (promise 8).

They live beside the migrations because metadata does not know triggers; a later revision that changes one brings
its own text and leaves this module alone.
"""

APPEND_ONLY = ("audit_records", "counted_ballots", "round_results", "joint_results")


def create(dialect: str) -> list[str]:
    """Return the statements that refuse UPDATE and DELETE on the append-only tables."""
    if dialect == "postgresql":
        function = (
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
        return [function] + [
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            for table in APPEND_ONLY
        ]
    return [
        f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in APPEND_ONLY
        for verb in ("UPDATE", "DELETE")
    ]


def drop(dialect: str) -> list[str]:
    """Return the statements that take the triggers off again."""
    if dialect == "postgresql":
        return [f"DROP TRIGGER {table}_append_only ON {table}" for table in APPEND_ONLY] + [
            "DROP FUNCTION refuse_change()"
        ]
    return [f"DROP TRIGGER {table}_refuses_{verb}" for table in APPEND_ONLY for verb in ("update", "delete")]
