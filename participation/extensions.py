"""Flask extensions, unbound until create_app, and the one way to write."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import Babel
from flask_migrate import Migrate
from flask_smorest import Api
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy.orm import Session

from participation.storage import Base, write_transaction

db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
migrate = Migrate(render_as_batch=True)
babel = Babel()
csrf = CSRFProtect()
api = Api()


@contextmanager
def transaction() -> Iterator[Session]:
    """Run one writing transaction on the request's session; entry points commit by leaving it."""
    with write_transaction(db.session()) as session:
        yield session
