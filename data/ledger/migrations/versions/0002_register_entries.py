"""What people write into registers by hand, version by version."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "register_entries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("register", sa.String(40), nullable=False, index=True),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("school_id", sa.String(80), nullable=False),
        sa.Column("author", sa.String(254), nullable=False),
        sa.Column("edit_digest", sa.String(64), nullable=False),
        sa.Column("values", sa.JSON, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("is_removed", sa.Boolean, nullable=False),
        sa.UniqueConstraint("register", "key", "version"),
    )


def downgrade() -> None:
    op.drop_table("register_entries")
