"""Let a measure say with whom it is carried out and which unit of the department is in charge.

Why it is safe: two columns are added in place, empty for every proposal that is there, and no trigger stands on the
table. What rounds have frozen is not touched. The way back takes the columns off, and with them what was said in them.
"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

COLUMNS = (
    (
        "partners_id VARCHAR(20) CONSTRAINT fk_proposals_partners_id_texts REFERENCES texts (id) "
        "CONSTRAINT ck_proposals_only_measures_have_partners CHECK (kind = 'measure' OR partners_id IS NULL)"
    ),
    (
        "unit VARCHAR(120) NOT NULL DEFAULT '' "
        "CONSTRAINT ck_proposals_only_measures_have_units CHECK (kind = 'measure' OR unit = '')"
    ),
)


def upgrade() -> None:
    for column in COLUMNS:
        op.execute(f"ALTER TABLE proposals ADD COLUMN {column}")


def downgrade() -> None:
    for column in reversed(COLUMNS):
        op.execute(f"ALTER TABLE proposals DROP COLUMN {column.split()[0]}")
