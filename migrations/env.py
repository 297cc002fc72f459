"""Runs migrations with the application's own engine and metadata."""

from contextlib import nullcontext

from alembic import context
from flask import current_app

from participation.extensions import db

config = context.config
config.set_main_option("sqlalchemy.url", "unused, the application's engine is")


def run() -> None:
    """Migrate over one connection; SQLite alters tables by copying them.

    A restored backup is migrated over the connection, and in the transaction, in which it is restored.
    """
    given = config.attributes.get("connection")
    with db.engine.connect() if given is None else nullcontext(given) as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            **{k: v for k, v in current_app.extensions["migrate"].configure_args.items() if k != "render_as_batch"},
        )
        with context.begin_transaction():
            context.run_migrations()
        if given is None:
            connection.commit()


run()
