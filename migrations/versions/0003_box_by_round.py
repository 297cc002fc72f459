"""Keep box and register by round: a round's ballots and voters lie together, so that it is counted and emptied in one go.

Why it is safe: every ballot and every entry of the register stays, with everything that is read of it; only their
opaque ids go, which nothing refers to. What was unique stays so: one ballot a key, one entry a participant in a round
(now the primary keys), and a receipt within its round, which is where receipts are looked up; counted ballots have been
kept so from the beginning. The order in the files becomes that of the keys, which are secret to whoever could read
them and say nothing about when somebody voted. No trigger stands on either table. SQLite copies both; nothing refers to
them. The way back makes new ids.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BOX = "round_id, ballot_key, revision, content, receipt, request"
REGISTER = "round_id, participant, participant_class, channel, voted_on"


def upgrade() -> None:
    for statement in UPGRADE[op.get_context().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWNGRADE[op.get_context().dialect.name]:
        op.execute(statement)


def _copied(table: str, definition: str, names: str, made: str, order: str) -> list[str]:
    """Copy a table of SQLite into one of another shape; `made` says of what its columns are made."""
    return [
        f"CREATE TABLE {table}_copied ({definition}) WITHOUT ROWID",
        f"INSERT INTO {table}_copied ({names}) SELECT {made} FROM {table} ORDER BY {order}",  # noqa: S608 - no values
        f"DROP TABLE {table}",
        f"ALTER TABLE {table}_copied RENAME TO {table}",
    ]


_BALLOT = """
    revision INTEGER NOT NULL,
    content JSON NOT NULL,
    receipt VARCHAR(16) NOT NULL,
    request VARCHAR(64) NOT NULL,
    CONSTRAINT ck_ballots_revision_counts_from_one CHECK (revision >= 1),
    CONSTRAINT fk_ballots_round_id_rounds FOREIGN KEY(round_id) REFERENCES rounds (id),
"""
_ENTRY = """
    participant_class VARCHAR(32) NOT NULL,
    channel VARCHAR(32) NOT NULL,
    voted_on DATE NOT NULL,
    CONSTRAINT ck_participations_channel CHECK (channel IN ('online', 'paper', 'generated')),
    CONSTRAINT fk_participations_round_id_rounds FOREIGN KEY(round_id) REFERENCES rounds (id),
"""
_KEYS_OF_BALLOT = "round_id VARCHAR(20) NOT NULL, ballot_key VARCHAR(64) NOT NULL,"
_KEYS_OF_ENTRY = "round_id VARCHAR(20) NOT NULL, participant VARCHAR(64) NOT NULL,"
_ID = "id VARCHAR(20) NOT NULL,"
_NEW_ID = {"sqlite": "lower(hex(randomblob(10)))", "postgresql": "left(replace(gen_random_uuid()::text, '-', ''), 20)"}

UPGRADE = {
    "sqlite": [
        *_copied(
            "ballots",
            f"{_KEYS_OF_BALLOT}{_BALLOT}"
            "CONSTRAINT pk_ballots PRIMARY KEY (round_id, ballot_key),"
            "CONSTRAINT uq_ballots_round_receipt UNIQUE (round_id, receipt)",
            BOX,
            BOX,
            "round_id, ballot_key",
        ),
        *_copied(
            "participations",
            f"{_KEYS_OF_ENTRY}{_ENTRY}CONSTRAINT pk_participations PRIMARY KEY (round_id, participant)",
            REGISTER,
            REGISTER,
            "round_id, participant",
        ),
    ],
    "postgresql": [
        (
            "ALTER TABLE ballots DROP CONSTRAINT pk_ballots, DROP CONSTRAINT uq_ballots_round_key, "
            "DROP CONSTRAINT uq_ballots_receipt, DROP COLUMN id, "
            "ADD CONSTRAINT pk_ballots PRIMARY KEY (round_id, ballot_key), "
            "ADD CONSTRAINT uq_ballots_round_receipt UNIQUE (round_id, receipt)"
        ),
        (
            "ALTER TABLE participations DROP CONSTRAINT pk_participations, "
            "DROP CONSTRAINT uq_participations_round_participant, DROP COLUMN id, "
            "ADD CONSTRAINT pk_participations PRIMARY KEY (round_id, participant)"
        ),
    ],
}

DOWNGRADE = {
    "sqlite": [
        *_copied(
            "ballots",
            f"{_ID}{_KEYS_OF_BALLOT}{_BALLOT}"
            "CONSTRAINT pk_ballots PRIMARY KEY (id),"
            "CONSTRAINT uq_ballots_receipt UNIQUE (receipt),"
            "CONSTRAINT uq_ballots_round_key UNIQUE (round_id, ballot_key)",
            f"id, {BOX}",
            f"{_NEW_ID['sqlite']}, {BOX}",
            "1",
        ),
        *_copied(
            "participations",
            f"{_ID}{_KEYS_OF_ENTRY}{_ENTRY}"
            "CONSTRAINT pk_participations PRIMARY KEY (id),"
            "CONSTRAINT uq_participations_round_participant UNIQUE (round_id, participant)",
            f"id, {REGISTER}",
            f"{_NEW_ID['sqlite']}, {REGISTER}",
            "1",
        ),
    ],
    "postgresql": [
        (
            f"ALTER TABLE ballots ADD COLUMN id VARCHAR(20) NOT NULL DEFAULT {_NEW_ID['postgresql']}, "
            "DROP CONSTRAINT pk_ballots, DROP CONSTRAINT uq_ballots_round_receipt"
        ),
        (
            "ALTER TABLE ballots ALTER COLUMN id DROP DEFAULT, ADD CONSTRAINT pk_ballots PRIMARY KEY (id), "
            "ADD CONSTRAINT uq_ballots_receipt UNIQUE (receipt), "
            "ADD CONSTRAINT uq_ballots_round_key UNIQUE (round_id, ballot_key)"
        ),
        (
            f"ALTER TABLE participations ADD COLUMN id VARCHAR(20) NOT NULL DEFAULT {_NEW_ID['postgresql']}, "
            "DROP CONSTRAINT pk_participations"
        ),
        (
            "ALTER TABLE participations ALTER COLUMN id DROP DEFAULT, "
            "ADD CONSTRAINT pk_participations PRIMARY KEY (id), "
            "ADD CONSTRAINT uq_participations_round_participant UNIQUE (round_id, participant)"
        ),
    ],
}
