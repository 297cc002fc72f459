"""Every sentence that a library says about a field of the API is known, and said in the reader's language."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from flask_smorest.fields import Upload
from marshmallow import RAISE, Schema, ValidationError, class_registry, fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from participation.app import create_app
from participation.config import Settings
from participation.web.booleans import TrueOrFalse
from participation.web.field_faults import words_for_fault


class Kind(StrEnum):
    GOAL = "goal"
    MEASURE = "measure"


class Inner(Schema):
    class Meta:
        unknown = RAISE

    text = fields.String(required=True)


BAD: tuple[tuple[fields.Field[Any], tuple[Any, ...]], ...] = (
    (fields.String(), (None, 5, b"\xff")),
    (fields.String(validate=Length(2)), ("a",)),
    (fields.String(validate=Length(max=2)), ("abc",)),
    (fields.String(validate=Length(2, 3)), ("abcd",)),
    (fields.String(validate=Length(equal=2)), ("abcd",)),
    (fields.String(validate=OneOf(["de", "tr, ar"])), ("en",)),
    (fields.String(validate=Regexp("[a-z]+")), ("5",)),
    (fields.Integer(strict=True), ("x", 1.5, [])),
    (fields.Integer(validate=Range(-1)), (-2,)),
    (fields.Integer(validate=Range(max=2)), (3,)),
    (fields.Integer(validate=Range(0, 2)), (3,)),
    (fields.Boolean(), ("perhaps",)),
    (TrueOrFalse(), ("perhaps",)),
    (fields.Date(), ("31.12.2026", "2026-02-30")),
    (fields.AwareDateTime(), ("yesterday", "2026-12-12T18:00:00")),
    (fields.Enum(Kind, by_value=True), ("x",)),
    (fields.Email(), ("x",)),
    (fields.List(fields.String()), ("x", [5])),
    (fields.Nested(Inner), ("x", {}, {"text": None}, {"text": "", "more": 1})),
    (fields.Pluck(Inner, "text"), (5,)),
    (fields.Dict(keys=fields.String(validate=Length(max=1)), values=fields.Integer()), ("x", {"a": "b"}, {"ab": 1})),
)


def sentences(messages: object) -> Iterator[str]:
    for inner in messages.values() if isinstance(messages, dict) else messages if isinstance(messages, list) else ():
        yield from sentences(inner)
    if isinstance(messages, str):
        yield messages


def said() -> Iterator[str]:
    for field, values in BAD:
        schema = Schema.from_dict({"field": field})(unknown=RAISE)
        for value in values:
            with pytest.raises(ValidationError) as refused:
                pytest.fail(f"{field} takes {schema.load({'field': value})}")
            yield from sentences(refused.value.messages)
    with pytest.raises(ValidationError) as refused:
        Inner().load([])
    yield from sentences(refused.value.messages)


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(Settings.for_tests())


def test_every_fault_is_said_in_the_readers_language(app: Flask) -> None:
    found = set(said())
    assert len(found) > 20
    with app.test_request_context():
        for language in ("de", "tr", "ar"):
            with force_locale(language):
                assert [one for one in found if words_for_fault(one) in {None, one}] == []
        assert words_for_fault("A sentence of a later version.") is None


@pytest.mark.usefixtures("app")
def test_no_schema_has_a_kind_of_field_or_bound_that_is_not_tried_here() -> None:
    tried = {type(field) for field, _values in BAD} | {fields.Function, fields.Raw, Upload}
    bounds = {type(one) for field, _values in BAD for one in field.validators}
    ours = [
        schema
        for known in class_registry._registry.values()
        for schema in known
        if schema.__module__.startswith("participation.")
    ]
    declared = [field for schema in ours for field in schema._declared_fields.values()]
    assert len(declared) > 500
    assert {type(field) for field in declared} <= tried
    assert {type(one) for field in declared for one in field.validators} <= bounds
