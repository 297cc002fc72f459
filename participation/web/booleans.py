"""Yes and no in JSON: true and false, and nothing that some program would take for them."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields


class TrueOrFalse(fields.Boolean):
    """A boolean as the document of the interface states it; 0, 1 and words such as "yes" are refused."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any) -> bool:  # noqa: ANN401 - of marshmallow
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        answer: bool = super()._deserialize(value, attr, data, **options)
        return answer
