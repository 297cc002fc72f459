"""Keep it known longer that somebody voted in a phase than who took part in a round of it.

Why it is safe: a column that may be empty is added in place. Rounds that were forgotten before have lost their claims
with their registers, and that day is noted; nothing else changes. The way back takes the column off; claims that are
left go by themselves with the rounds.
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_MOMENT = {"sqlite": "DATETIME", "postgresql": "TIMESTAMP WITH TIME ZONE"}


def upgrade() -> None:
    kind = _MOMENT[op.get_bind().dialect.name]
    op.execute(f"ALTER TABLE forgotten_rounds ADD COLUMN claims_forgotten_at {kind}")
    op.execute("UPDATE forgotten_rounds SET claims_forgotten_at = forgotten_at")


def downgrade() -> None:
    op.execute("ALTER TABLE forgotten_rounds DROP COLUMN claims_forgotten_at")
