"""Tables of passwords, second factors and recovery codes.

Why it is safe: three tables are added, and one column in place that is empty for every session; nothing else is touched.
All begin empty: nobody has a password until they set one, and whoever holds a role sets a second factor up when they
next sign in. Neither passwords nor secrets can be read from the tables: a password is kept as its argon2id hash, secrets
of apps and recovery codes are derived from the application's key when they are needed.

The way back drops the tables: people sign in by mail as before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sign_in_sessions", sa.Column("ceremony", sa.String(length=20), nullable=True))
    op.create_table(
        "passwords",
        sa.Column("account_id", sa.String(length=20), nullable=False),
        sa.Column("hash", sa.String(length=200), nullable=False),
        sa.Column("needs_second_factor", sa.Boolean(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        _of_an_account("passwords"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_passwords")),
    )
    op.create_table(
        "second_factors",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(length=20), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("app", "passkey", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.Column("credential", sa.LargeBinary(), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("uses", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'passkey') = (credential IS NOT NULL AND fingerprint IS NOT NULL AND uses IS NOT NULL)",
            name=op.f("ck_second_factors_passkey_with_credential"),
        ),
        sa.CheckConstraint(
            "kind = 'app' OR (last_step IS NULL AND confirmed_at IS NOT NULL)",
            name=op.f("ck_second_factors_steps_of_apps"),
        ),
        _of_an_account("second_factors"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factors")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_second_factors_fingerprint")),
    )
    op.create_index(op.f("ix_second_factors_account_id"), "second_factors", ["account_id"])
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        _of_an_account("recovery_codes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
    )
    op.create_index(op.f("ix_recovery_codes_account_id"), "recovery_codes", ["account_id"])


def downgrade() -> None:
    op.drop_table("recovery_codes")
    op.drop_table("second_factors")
    op.drop_table("passwords")
    op.drop_column("sign_in_sessions", "ceremony")


def _of_an_account(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_account_id_accounts")
    return sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=name, ondelete="CASCADE")
