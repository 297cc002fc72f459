"""What the forms of all rooms share: sending them, and inputs for a text in several languages."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, TypeVar

from flask import flash
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import Field, StringField, TextAreaField
from wtforms.fields.choices import SelectFieldBase

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


def pressed(form: FlaskForm, act: Callable[[Session], object]) -> bool:
    """Do what a button or a single input asks, and say whether it was done; a refusal is said on the next page."""
    if submitted(form, act) is HTTPStatus.SEE_OTHER:
        return True
    faults = [*form.form_errors, *(fault for field in form for fault in field.errors)]
    flash(str(faults[0]), "error")
    return False


def unsent(*, standing: bool) -> dict[str, Any]:
    """Return what lets a form hold what stands there now, whatever was typed."""
    return {"formdata": None} if standing else {}


def sent_again(form: FlaskForm, standing: FlaskForm) -> list[tuple[str, str]]:
    """Let a form that was refused rest on what stands there now, and return where that differs from what was typed.

    A row that only one of them has, of a form with rows, is left out.
    """
    form["based_on"].raw_data, form["based_on"].data = None, standing["based_on"].data
    return [
        (str(field.label.text), _shown(field))
        for field in standing
        if field.name not in {"based_on", "csrf_token"} and field.name in form and field.data != form[field.name].data
    ]


def _shown(field: Field) -> str:
    if isinstance(field, SelectFieldBase):
        chosen = field.data if isinstance(field.data, list) else [field.data]
        return ", ".join(str(label) for value, label, *_rest in field.iter_choices() if value in chosen)
    return "" if field.data is None else f"{field.data}"


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
