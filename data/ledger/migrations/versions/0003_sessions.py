"""Sessions that can be ended, and what one client has asked for of late."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "sessions",
        sa.Column("number", sa.String(32), primary_key=True),
        sa.Column(
            "person_id",
            sa.Integer,
            sa.ForeignKey("people.id"),
            nullable=False,
            index=True,
        ),
        sa.Column("began_at", sa.DateTime, nullable=False),
        sa.Column("ended_at", sa.DateTime),
    )
    op.create_table(
        "request_counts",
        sa.Column("client", sa.String(80), primary_key=True),
        sa.Column("hits", sa.Integer, nullable=False),
        sa.Column("until", sa.Double, nullable=False, index=True),
    )


def downgrade() -> None:
    op.drop_table("request_counts")
    op.drop_table("sessions")
