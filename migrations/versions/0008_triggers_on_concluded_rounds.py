"""Let the database itself keep concluded rounds and declared weights as they are.

Why it is safe: no table and no row is changed; triggers are added that refuse what no service does. Of a concluded
round they refuse to change or delete the round, its events and its options, and to add options, ballots, counted
ballots, entries of the register or replaced receipts to it. Its register may still be deleted (people are erased, turnout
stands in the snapshot) but not changed, and further events may be added. Of a joint ranking they refuse any change once
the first of its rounds has opened: its declaration, its parts with their weights, and what carries over.

Whoever may alter the tables can take triggers off again: they stop mistakes and ordinary access, and what happened all
the same shows in the chain of the record. A later revision that copies one of these tables on SQLite makes its triggers
anew, and one that copies `rounds` or `joint_ranking_parts` takes the triggers off first, because they name these two.
The way back takes them off.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in _CREATE[op.get_context().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in _DROP[op.get_context().dialect.name]:
        op.execute(statement)


OF_A_CONCLUDED_ROUND = {
    "round_events": ("UPDATE", "DELETE"),
    "options": ("INSERT", "UPDATE", "DELETE"),
    "ballots": ("INSERT", "UPDATE"),
    "participations": ("INSERT", "UPDATE"),
    "counted_ballots": ("INSERT",),
    "replaced_receipts": ("INSERT",),
}
OF_A_DECLARED_RANKING = {
    "joint_rankings": ("UPDATE", "DELETE"),
    "joint_ranking_parts": ("INSERT", "UPDATE", "DELETE"),
    "carry_overs": ("INSERT", "UPDATE", "DELETE"),
}
NEVER_EMPTIED_AT_ONCE = ("round_events", "options", "joint_ranking_parts", "carry_overs")
CONCLUDED = "a concluded round never changes"
DECLARED = "a ranking never changes once the first of its rounds has opened"
ROWS_OF = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def _concluded(row: str) -> str:
    return f"EXISTS (SELECT 1 FROM rounds WHERE rounds.id = {row}.round_id AND rounds.state = 'concluded')"  # noqa: S608


def _opened(ranking: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM joint_ranking_parts AS part JOIN rounds ON rounds.id = part.round_id "  # noqa: S608
        f"WHERE part.ranking_id = {ranking} AND rounds.state <> 'draft')"
    )


def _declared(table: str, row: str) -> str:
    """Return when a row is of a ranking that is fixed; a part may bring the round that has opened itself."""
    if table == "joint_rankings":
        return _opened(f"{row}.id")
    if table == "joint_ranking_parts":
        opened = f"EXISTS (SELECT 1 FROM rounds WHERE rounds.id = {row}.round_id AND rounds.state <> 'draft')"  # noqa: S608
        return f"{_opened(f'{row}.ranking_id')} OR {opened}"
    return _opened(f"{row}.ranking_id")


def _guards() -> list[tuple[str, str, str, str]]:
    """Return table, verb, condition and message of each trigger."""
    found = [("rounds", verb, "OLD.state = 'concluded'", CONCLUDED) for verb in ("UPDATE", "DELETE")]
    for table, verbs in OF_A_CONCLUDED_ROUND.items():
        found += [(table, verb, " OR ".join(_concluded(row) for row in ROWS_OF[verb]), CONCLUDED) for verb in verbs]
    for table, verbs in OF_A_DECLARED_RANKING.items():
        found += [
            (table, verb, " OR ".join(_declared(table, row) for row in ROWS_OF[verb]), DECLARED) for verb in verbs
        ]
    return found


def _name(table: str, verb: str) -> str:
    return f"{table}_keeps_on_{verb.lower()}"


def _on_sqlite(table: str, verb: str, condition: str, message: str) -> str:
    return (
        f"CREATE TRIGGER {_name(table, verb)} BEFORE {verb} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def _on_postgresql(table: str, verb: str, condition: str, message: str) -> list[str]:
    # A condition of a trigger may not look into other tables there, so each has a function of its own.
    name = _name(table, verb)
    return [
        (
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {condition} THEN RAISE EXCEPTION '{message}' "
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
            for table in NEVER_EMPTIED_AT_ONCE
        ),
    ],
}
_DROP = {
    "sqlite": [f"DROP TRIGGER {_name(table, verb)}" for table, verb, *_ in _guards()],
    "postgresql": [
        *(f"DROP TRIGGER {table}_never_truncated ON {table}" for table in NEVER_EMPTIED_AT_ONCE),
        *(
            statement
            for table, verb, *_ in _guards()
            for statement in (f"DROP TRIGGER {_name(table, verb)} ON {table}", f"DROP FUNCTION {_name(table, verb)}()")
        ),
    ],
}
