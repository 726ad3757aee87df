"""Alembic environment: online only, on the application's engine and metadata."""

from alembic import context

from app.models import Base

target_metadata = Base.metadata


def include_object(obj, name, type_, reflected, compare_to):  # type: ignore[no-untyped-def]
    """Search tables belong to their engine (app/search), not to the models."""
    return not (type_ == "table" and name.startswith("search_"))


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=target_metadata,
    include_object=include_object,
    compare_type=True,
    render_as_batch=False,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
