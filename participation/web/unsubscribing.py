"""Mails that are unsubscribed from with one click in the mail program, as RFC 8058 asks for."""

from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from flask import request

from participation.extensions import csrf

P = ParamSpec("P")
R = TypeVar("R")

_FIELD: Final = "List-Unsubscribe"
_ONE_CLICK: Final = "One-Click"


def one_click(view: Callable[P, R]) -> Callable[P, R]:
    """Let a mail program press the button behind the link of its mail, with no cookie and no form of ours.

    It says so by the field that the RFC prescribes, which no preview of links sends; every other request needs the
    form's token as everywhere. Another site gains nothing by the field: the address holds a token that stands in the
    reader's mails alone, nothing is read from a session, and all that can be done is to stop the mails.
    """

    @wraps(view)
    def pressed(*args: P.args, **kwargs: P.kwargs) -> R:
        if request.form.get(_FIELD) != _ONE_CLICK:
            csrf.protect()
        return view(*args, **kwargs)

    csrf.exempt(pressed)
    return pressed
