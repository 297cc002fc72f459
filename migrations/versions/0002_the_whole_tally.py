"""Tables of the whole tally: bands, statistics, counts that can be taken up again, goals that carry over.

Why it is safe: no row that exists is changed. New tables begin empty. Results that exist stay as they are and valid;
they have no draws (NULL), and a result without draws or statistics is shown without bands. Rankings that exist carry
nothing over, which is what having no row in carry_overs says. The column on round_results is added in place, so its
triggers stay on it. Events of rounds keep every row: only the list of actions that the database accepts grows by one
(confirm_conclusion, the second person's confirmation where the count goes on in the background). SQLite cannot alter
such a list and copies the table; nothing refers to it.

The way back drops the new tables and column, stops counts that are under way (their rounds stay closed and their
request waits for a second person again), and takes the new events out, which the old list would refuse.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ACTIONS_BEFORE = ("open", "extend", "close", "request_conclusion", "withdraw_request", "conclude")
ACTIONS = ("open", "extend", "close", "request_conclusion", "confirm_conclusion", "withdraw_request", "conclude")


def upgrade() -> None:
    op.add_column("round_results", sa.Column("draws", sa.LargeBinary(), nullable=True))
    op.create_table(
        "count_checkpoints",
        sa.Column("round_id", sa.String(length=20), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("last_receipt", sa.String(length=16), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.Column("fault", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("0 <= counted AND counted <= ballots", name=op.f("ck_count_checkpoints_counted_of_ballots")),
        sa.CheckConstraint(
            "(counted = 0) = (state IS NULL)", name=op.f("ck_count_checkpoints_state_of_what_was_counted")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_count_checkpoints_round_id_rounds")),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_count_checkpoints")),
    )
    op.create_table(
        "carry_overs",
        sa.Column("ranking_id", sa.String(length=20), nullable=False),
        sa.Column("goals_ranking_id", sa.String(length=20), nullable=False),
        sa.Column("share", sa.String(length=32), nullable=False),
        sa.CheckConstraint("goals_ranking_id <> ranking_id", name=op.f("ck_carry_overs_not_from_itself")),
        sa.CheckConstraint("share <> '0'", name=op.f("ck_carry_overs_some_share")),
        sa.ForeignKeyConstraint(
            ["ranking_id"],
            ["joint_rankings.id"],
            name=op.f("fk_carry_overs_ranking_id_joint_rankings"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["goals_ranking_id"], ["joint_rankings.id"], name=op.f("fk_carry_overs_goals_ranking_id_joint_rankings")
        ),
        sa.PrimaryKeyConstraint("ranking_id", name=op.f("pk_carry_overs")),
    )
    op.create_index(op.f("ix_carry_overs_goals_ranking_id"), "carry_overs", ["goals_ranking_id"], unique=False)
    op.create_table(
        "joint_statistics",
        sa.Column("ranking_id", sa.String(length=20), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ranking_id"], ["joint_results.ranking_id"], name=op.f("fk_joint_statistics_ranking_id_joint_results")
        ),
        sa.PrimaryKeyConstraint("ranking_id", name=op.f("pk_joint_statistics")),
    )
    for statement in _GUARDS[op.get_context().dialect.name]:
        op.execute(statement)
    _accept_actions(ACTIONS)


def downgrade() -> None:
    op.execute("DELETE FROM round_events WHERE action = 'confirm_conclusion'")
    _accept_actions(ACTIONS_BEFORE)
    op.drop_table("joint_statistics")
    op.drop_index(op.f("ix_carry_overs_goals_ranking_id"), table_name="carry_overs")
    op.drop_table("carry_overs")
    op.drop_table("count_checkpoints")
    op.drop_column("round_results", "draws")


# Triggers go with their table; the function of PostgreSQL is that of the first revision.
_GUARDS = {
    "postgresql": [
        (
            "CREATE TRIGGER joint_statistics_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON joint_statistics "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    ],
    "sqlite": [
        f"CREATE TRIGGER joint_statistics_refuses_{verb.lower()} BEFORE {verb} ON joint_statistics "
        "BEGIN SELECT RAISE(ABORT, 'joint_statistics is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ],
}


def _accept_actions(actions: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{action}'" for action in actions)
    for statement in _ACCEPTING[op.get_context().dialect.name](listed):
        op.execute(statement)


def _on_postgresql(listed: str) -> list[str]:
    return [
        "ALTER TABLE round_events DROP CONSTRAINT ck_round_events_action",
        f"ALTER TABLE round_events ADD CONSTRAINT ck_round_events_action CHECK (action IN ({listed}))",
    ]


def _on_sqlite(listed: str) -> list[str]:
    return [
        f"""CREATE TABLE round_events_copied (
            id VARCHAR(20) NOT NULL,
            round_id VARCHAR(20) NOT NULL,
            action VARCHAR(32) NOT NULL,
            at DATETIME NOT NULL,
            actor_id VARCHAR(32) NOT NULL,
            reason_id VARCHAR(20),
            facts JSON NOT NULL,
            CONSTRAINT pk_round_events PRIMARY KEY (id),
            CONSTRAINT fk_round_events_reason_id_texts FOREIGN KEY(reason_id) REFERENCES texts (id),
            CONSTRAINT fk_round_events_round_id_rounds FOREIGN KEY(round_id) REFERENCES rounds (id),
            CONSTRAINT ck_round_events_action CHECK (action IN ({listed}))
        )""",
        (
            "INSERT INTO round_events_copied (id, round_id, action, at, actor_id, reason_id, facts) "
            "SELECT id, round_id, action, at, actor_id, reason_id, facts FROM round_events"
        ),
        "DROP TABLE round_events",
        "ALTER TABLE round_events_copied RENAME TO round_events",
        "CREATE INDEX ix_round_events_round_id ON round_events (round_id)",
        (
            "CREATE UNIQUE INDEX uq_round_events_once ON round_events (round_id, action) "
            "WHERE action IN ('open', 'close', 'conclude')"
        ),
    ]


_ACCEPTING = {"postgresql": _on_postgresql, "sqlite": _on_sqlite}
