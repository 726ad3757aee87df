"""Alembic environment: online only, on the application's engine and metadata."""

from alembic import context

from app.models import Base

target_metadata = Base.metadata


def include_name(name, type_, _parents):  # type: ignore[no-untyped-def]
    """Search tables belong to their engine (app/search), not to the models."""
    return not (type_ == "table" and (name or "").startswith("search_"))


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=target_metadata,
    include_name=include_name,
    compare_type=True,
    render_as_batch=False,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
