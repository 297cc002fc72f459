"""Keep the public bundle of each result, and the secret from which the salts of its ballots follow.

Why it is safe: a table is added, which begins empty and whose rows are only ever added, and a column that may be empty,
in place, so that the triggers of round_results stay on it. Results that exist are not changed: they have no such secret
(NULL), and `participation bundle publish` makes their bundles with a secret that is kept with the bundle. Counts that are
under way begin anew, since what is kept of a count has a new version.

The way back drops table and column. Bundles that have been handed out stay valid, but the same one cannot be made again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("round_results", sa.Column("salt", sa.LargeBinary(), nullable=True))
    op.create_table(
        "published_bundles",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("round_id", sa.String(length=20), nullable=True),
        sa.Column("ranking_id", sa.String(length=20), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sizes", sa.JSON(), nullable=False),
        sa.Column("manifest", sa.String(), nullable=False),
        sa.Column("signature", sa.String(length=129), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(round_id IS NULL) <> (ranking_id IS NULL)", name=op.f("ck_published_bundles_of_a_round_or_a_ranking")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round_results.round_id"], name=op.f("fk_published_bundles_round_id_round_results")
        ),
        sa.ForeignKeyConstraint(
            ["ranking_id"], ["joint_results.ranking_id"], name=op.f("fk_published_bundles_ranking_id_joint_results")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_bundles")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_published_bundles_fingerprint")),
        sa.UniqueConstraint("round_id", name="uq_published_bundles_round"),
        sa.UniqueConstraint("ranking_id", name="uq_published_bundles_ranking"),
    )
    op.create_index(op.f("ix_published_bundles_public_key"), "published_bundles", ["public_key"], unique=False)
    for statement in _GUARDS[op.get_context().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_index(op.f("ix_published_bundles_public_key"), table_name="published_bundles")
    op.drop_table("published_bundles")
    op.drop_column("round_results", "salt")


# Triggers go with their table; the function of PostgreSQL is that of the first revision.
_GUARDS = {
    "postgresql": [
        (
            "CREATE TRIGGER published_bundles_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON published_bundles "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    ],
    "sqlite": [
        f"CREATE TRIGGER published_bundles_refuses_{verb.lower()} BEFORE {verb} ON published_bundles "
        "BEGIN SELECT RAISE(ABORT, 'published_bundles is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ],
}
