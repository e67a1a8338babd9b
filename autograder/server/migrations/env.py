"""Runs migrations on the connection that `Database.migrate` hands over."""

from typing import Any, Literal

from alembic import context

from autograder.server.tables import Base, Time


def written(_kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Return how a migration that is made names a column's type: without this kit's own, which can change."""
    return "sa.DateTime(timezone=True)" if isinstance(item, Time) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=written,
)
with context.begin_transaction():
    context.run_migrations()
