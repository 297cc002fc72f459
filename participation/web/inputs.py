"""Kinds of inputs that the forms of several rooms have, with refusals in words."""

from typing import Any, Final

from flask_babel import gettext as _
from wtforms import DateField, DateTimeLocalField, IntegerField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

AUTO: Final = {"dir": "auto"}
"""For inputs in which people write in any language: the direction follows what is typed, not the page."""

_AS_BROWSERS_SEND: Final = "%Y-%m-%dT%H:%M"
_MOMENTS: Final = (
    _AS_BROWSERS_SEND,
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y, %H:%M",
)


class LocalTimeField(DateTimeLocalField):
    """Day and time as clocks of one place show them, naive; core.windows.moment_at says which moment that is."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:  # noqa: ANN401 - of WTForms
        super().__init__(label, validators, format=list(_MOMENTS), **options)

    def process_formdata(self, valuelist: Any) -> None:  # noqa: ANN401 - of WTForms
        """Read what was typed; browsers without a picker leave people to write it themselves."""
        try:
            super().process_formdata(valuelist)
        except ValueError as reason:
            raise ValueError(_("Please give day and time, such as 2026-12-12 18:00.")) from reason

    def _value(self) -> str:
        """Return what the input shows: a moment as browsers want it, else what was typed."""
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.strftime(_AS_BROWSERS_SEND) if self.data else ""


class DayField(DateField):
    """A day; nothing typed is no day, and no fault."""

    def process_formdata(self, valuelist: Any) -> None:  # noqa: ANN401 - of WTForms
        """Read what was typed; browsers without a picker leave people to write it themselves."""
        if valuelist and not str(valuelist[0]).strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError as reason:
            raise ValueError(_("Please give a day, such as 2026-12-12.")) from reason

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:  # noqa: ANN401 - of WTForms
        super().__init__(label, validators, format=["%Y-%m-%d", "%d.%m.%Y"], **options)


class WholeNumberField(IntegerField):
    """A whole number; whether it is one that can be meant is a question of the services."""

    def process_formdata(self, valuelist: Any) -> None:  # noqa: ANN401 - of WTForms
        """Read what was typed; nothing typed is no number, and no fault."""
        if valuelist and not str(valuelist[0]).strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError as reason:
            raise ValueError(_("Please write a whole number, such as 12.")) from reason


class Checkboxes(SelectMultipleField):
    """Several of several, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
