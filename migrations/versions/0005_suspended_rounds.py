"""Suspend rounds that come back from a backup, until people decide how they go on.

Why it is safe: no row that exists is changed. No round is suspended, which is what NULL in the new column says; the
column is added in place, so that triggers on the table stay. Events of rounds keep every row: only the list of
actions that the database accepts grows by two (suspend, resume). SQLite cannot alter such a list and copies the table;
nothing refers to it.

The way back drops the column, so that suspended rounds go on, and takes the new events out, which the old list would
refuse.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ACTIONS_BEFORE = (
    "open",
    "extend",
    "close",
    "request_conclusion",
    "confirm_conclusion",
    "withdraw_request",
    "conclude",
)
ACTIONS = (*ACTIONS_BEFORE, "suspend", "resume")


def upgrade() -> None:
    op.add_column("rounds", sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True))
    _accept_actions(ACTIONS)


def downgrade() -> None:
    op.execute("DELETE FROM round_events WHERE action IN ('suspend', 'resume')")
    _accept_actions(ACTIONS_BEFORE)
    op.drop_column("rounds", "suspended_at")


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
