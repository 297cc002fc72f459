"""What the forms of all rooms share."""

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired

from participation.app import create_app
from participation.config import Settings
from participation.core.errors import Conflict, Faults, Invalid
from participation.web.errors import show_in_form
from participation.web.forms import in_languages, typed_in_languages


class ProposalForm(FlaskForm):
    code = StringField("Code", [InputRequired()])


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(Settings.for_tests())


def test_a_text_has_an_input_for_each_language(app: Flask) -> None:
    shape = in_languages(ProposalForm, "title", "Title", ["de", "ar"])
    data = {"code": "x", "title-de": "Haus", "title-ar": "  ", "title-tr": "ev"}
    with app.test_request_context("/", method="POST", data=data):
        form = shape()
        assert typed_in_languages(form, "title", ["de", "ar"]) == {"de": "Haus"}
        assert 'dir="rtl"' in form["title-ar"]()
        assert 'lang="ar"' in form["title-ar"]()
        assert str(form["title-ar"].label.text) == "Title (العربية)"
        assert "title-de" not in ProposalForm()


def test_a_refusal_stands_at_its_input_or_on_top(app: Flask) -> None:
    shape = in_languages(ProposalForm, "title", "Title", ["de", "ar"])
    with app.test_request_context("/", method="POST", data={"code": "x"}, headers={"Accept-Language": "en"}):
        form = shape()
        show_in_form(Invalid("text_missing", field="title", language="ar"), form)
        show_in_form(Invalid("text_missing", field="sign"), form, sign="code")
        show_in_form(Conflict("not_permitted"), form)
        show_in_form(Faults("not_permitted", [Invalid("text_missing", field="code")]), form)
        assert form["title-ar"].errors == ["Please write something here."]
        assert form.code.errors == ["Please write something here."] * 2
        assert form.form_errors == ["You do not have the right to do this."]
        assert form.code.data == "x"
