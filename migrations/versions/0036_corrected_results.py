"""Count how often the result of a station was noted, and let each of them be news of its own.

Why it is safe: a column is added to the stations, 1 where a result stands and 0 elsewhere, and no trigger stands on
them. The news are copied into a table with the further key, which nothing refers to; what was told of a result is noted
as told of its first one, so that nobody gets a second mail about what stands there. The way back keeps the first news
of each station and takes the column off.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

THINGS = (
    ("status", "measure_statuses"),
    ("plan", "plans"),
    ("paper", "council_papers"),
    ("consultation", "consultations"),
)
COLUMNS = ("id", "process_id", "number", "noted_at", *(f"{name}_id" for name, _table in THINGS))


def upgrade() -> None:
    op.execute("ALTER TABLE consultations ADD COLUMN outcome_revision INTEGER NOT NULL DEFAULT 0")
    told = "SELECT consultation_id FROM news WHERE consultation_id IS NOT NULL"
    op.execute(f"UPDATE consultations SET outcome_revision = 1 WHERE outcome IS NOT NULL OR id IN ({told})")  # noqa: S608 - our own
    op.execute("CREATE TABLE kept_news AS SELECT * FROM news")
    op.drop_table("news")
    _create(
        sa.Column("outcome_revision", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(consultation_id IS NULL) = (outcome_revision IS NULL)", name=op.f("ck_news_outcome_of_a_consultation")
        ),
        sa.UniqueConstraint("consultation_id", "outcome_revision", name="uq_news_consultation_outcome"),
    )
    first = "CASE WHEN consultation_id IS NULL THEN NULL ELSE 1 END"
    names = ", ".join(COLUMNS)
    op.execute(f"INSERT INTO news ({names}, outcome_revision) SELECT {names}, {first} FROM kept_news")  # noqa: S608 - our own
    op.drop_table("kept_news")


def downgrade() -> None:
    op.execute("CREATE TABLE kept_news AS SELECT * FROM news")
    op.drop_table("news")
    _create(sa.UniqueConstraint("consultation_id", name="uq_news_consultation"))
    names = ", ".join(COLUMNS)
    op.execute(
        f"INSERT INTO news ({names}) SELECT {names} FROM kept_news AS one WHERE consultation_id IS NULL OR number = "  # noqa: S608 - our own
        "(SELECT min(other.number) FROM kept_news AS other WHERE other.consultation_id = one.consultation_id)"
    )
    op.drop_table("kept_news")
    op.execute("ALTER TABLE consultations DROP COLUMN outcome_revision")


def _create(*more: sa.Column[int] | sa.Constraint) -> None:
    count = " + ".join(f"(CASE WHEN {name}_id IS NULL THEN 0 ELSE 1 END)" for name, _table in THINGS)
    op.create_table(
        "news",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("process_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(f"{name}_id", sa.String(length=20), nullable=True) for name, _table in THINGS),
        *more,
        sa.CheckConstraint("number >= 1", name=op.f("ck_news_numbered_from_one")),
        sa.CheckConstraint(f"{count} = 1", name=op.f("ck_news_of_one_thing")),
        sa.ForeignKeyConstraint(["process_id"], ["processes.id"], name=op.f("fk_news_process_id_processes")),
        *(
            sa.ForeignKeyConstraint(
                [f"{name}_id"], [f"{table}.id"], name=op.f(f"fk_news_{name}_id_{table}"), ondelete="CASCADE"
            )
            for name, table in THINGS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news")),
        sa.UniqueConstraint("process_id", "number", name="uq_news_process_number"),
        *(sa.UniqueConstraint(f"{name}_id", name=f"uq_news_{name}") for name, _table in THINGS[:-1]),
    )
