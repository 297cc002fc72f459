"""Runs migrations with the application's own engine and metadata."""

from alembic import context
from flask import current_app

from participation.extensions import db

config = context.config
config.set_main_option("sqlalchemy.url", "unused, the application's engine is")


def run() -> None:
    """Migrate over one connection; SQLite alters tables by copying them."""
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            **{k: v for k, v in current_app.extensions["migrate"].configure_args.items() if k != "render_as_batch"},
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
