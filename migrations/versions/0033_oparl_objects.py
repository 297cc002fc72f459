"""Keep what has been published as OParl: each object as others see it, since when, and when it last changed.

Why it is safe: one table is added and nothing else is touched. It begins empty and is filled by the first look at what
is public; what it holds can be read from the papers again, but for the moments of change and for what is gone. The way
back drops it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "oparl_objects",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "system",
                "body",
                "organization",
                "meeting",
                "agendaitem",
                "paper",
                "consultation",
                "file",
                name=op.f("ck_oparl_objects_kind"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=96), nullable=False),
        sa.Column("body_key", sa.String(length=24), nullable=False),
        sa.Column("organization_key", sa.String(length=96), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("is_deleted = (content IS NULL)", name=op.f("ck_oparl_objects_deleted_without_content")),
        sa.CheckConstraint("created_at <= modified_at", name=op.f("ck_oparl_objects_created_before_modified")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oparl_objects")),
        sa.UniqueConstraint("kind", "key", name="uq_oparl_objects_kind_key"),
    )
    op.create_index("ix_oparl_objects_list", "oparl_objects", ["kind", "body_key", "created_at", "key"])
    op.create_index("ix_oparl_objects_modified", "oparl_objects", ["kind", "modified_at"])


def downgrade() -> None:
    op.drop_table("oparl_objects")
