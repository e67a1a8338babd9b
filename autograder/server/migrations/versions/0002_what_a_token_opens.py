"""A token that an instructor makes opens their courses alone, and so does what is made with it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Change the tables."""
    for table in ("token", "browser_session", "identity"):
        op.add_column(table, sa.Column("opens", sa.JSON(), nullable=True))
