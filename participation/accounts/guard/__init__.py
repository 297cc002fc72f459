"""The Flask side of accounts: who acts in a request, the cookies of sign-in, passwords, and second factors."""

from flask import Flask

from participation.accounts.guard.passwords import change_password, sign_in_with_password
from participation.accounts.guard.second_factors import (
    factor_session,
    path_after_sign_in,
    renew_session,
    show_second_factor,
    shown_in_passing,
    this_relying_party,
)
from participation.accounts.guard.sessions import (
    asking_cookie,
    asking_token,
    enter_session,
    forget_signed_in,
    identify,
    keep_asking,
    keep_signed_in,
    load_actor,
    replace_session,
    roles_without_second_factor,
    session_cookie,
    this_session,
)
from participation.accounts.guard.stepping_up import register_pages
from participation.web.guard import set_actor_loader, set_step_up

__all__ = [
    "asking_cookie",
    "asking_token",
    "change_password",
    "enter_session",
    "factor_session",
    "forget_signed_in",
    "init_app",
    "keep_asking",
    "keep_signed_in",
    "load_actor",
    "path_after_sign_in",
    "renew_session",
    "replace_session",
    "roles_without_second_factor",
    "session_cookie",
    "show_second_factor",
    "sign_in_with_password",
    "this_relying_party",
    "this_session",
]


def init_app(app: Flask) -> None:
    """Let the guard of all routes ask here, and find out who acts before a view writes anything."""
    set_actor_loader(app, load_actor)
    set_step_up(app, shown_in_passing)
    app.before_request(identify)
    register_pages(app)
