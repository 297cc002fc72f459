from collections.abc import Mapping
from typing import Any

from wtforms import Form
from wtforms.fields.core import Field

class FlaskForm(Form):
    class Meta:
        csrf: bool
        csrf_class: type[Any]
        csrf_field_name: str
        csrf_time_limit: int | None

    csrf_token: Field
    def __init__(
        self,
        formdata: Any = ...,  # a MultiDict of the request, or None for an unbound form
        *,
        obj: object | None = ...,
        prefix: str = ...,
        data: Mapping[str, Any] | None = ...,
        meta: Mapping[str, Any] | None = ...,
        **kwargs: Any,
    ) -> None: ...
    def is_submitted(self) -> bool: ...
    def validate_on_submit(self, extra_validators: Mapping[str, Any] | None = ...) -> bool: ...
    def hidden_tag(self, *fields: Field | str) -> str: ...
