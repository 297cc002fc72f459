"""Flask extensions, unbound until create_app, and the one way to write."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Concatenate, ParamSpec, TypeVar

from flask_babel import Babel
from flask_migrate import Migrate
from flask_smorest import Api
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy.orm import Session

from participation.storage import Base, write_together, write_transaction

A = ParamSpec("A")
R = TypeVar("R")

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


def written_together(verb: Callable[Concatenate[Session, A], R], *args: A.args, **kwargs: A.kwargs) -> R:
    """Call a verb in a writing transaction, on SQLite with others that wait, and return its result once committed.

    It runs outside of the request, so everything that it needs from there stands among the arguments.
    """
    return write_together(db.session(), verb, *args, **kwargs)
