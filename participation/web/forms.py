"""What the forms of all rooms share: sending them, and inputs for a text in several languages."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TypeVar

from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import Field, StringField, TextAreaField

from participation.core.errors import Conflict, Invalid, NotFound
from participation.core.languages import LANGUAGES
from participation.extensions import transaction
from participation.web.errors import show_in_form

F = TypeVar("F", bound=FlaskForm)


def submitted(form: FlaskForm, act: Callable[[Session], object], **inputs: str) -> HTTPStatus:
    """Do what a form asks in one transaction; return SEE_OTHER if it was done, else the status of the refusal.

    A refusal stands in the form afterwards and nothing was written. `inputs` maps fields that the service names to
    inputs that are called otherwise.
    """
    if not form.validate():
        return HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with transaction() as session:
            act(session)
    except (Invalid, Conflict, NotFound) as error:
        show_in_form(error, form, **inputs)
        return HTTPStatus(error.status)
    return HTTPStatus.SEE_OTHER


def in_languages(form: type[F], name: str, label: str, tags: Iterable[str], *, long: bool = False) -> type[F]:
    """Return the form with one input for each language, named like `title-de` and labelled with its own name."""
    kind: type[Field] = TextAreaField if long else StringField
    inputs = {
        f"{name}-{tag}": kind(
            f"{label} ({LANGUAGES[tag].own_name})",
            render_kw={"lang": tag, "dir": LANGUAGES[tag].direction},
        )
        for tag in tags
    }
    return type(form.__name__, (form,), inputs)


def typed_in_languages(form: FlaskForm, name: str, tags: Iterable[str]) -> dict[str, str]:
    """Return what was typed into the inputs of `in_languages`, by tag; empty ones are left out."""
    typed = {tag: str(form[f"{name}-{tag}"].data or "") for tag in tags}
    return {tag: words for tag, words in typed.items() if words.strip()}
