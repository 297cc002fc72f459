"""The Flask side of permissions: every route names one, and a route without one fails the tests.

It lives in web, not in accounts, because rooms below accounts have routes too; accounts.guard finds the actor.
"""

from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from flask import Flask, current_app, g

from participation.core.actor import ANONYMOUS, Actor
from participation.core.errors import SecondFactorNeeded, StepUpNeeded
from participation.core.permissions import Permission, may, may_somewhere, refusal

P = ParamSpec("P")
R = TypeVar("R")

PERMISSION: Final = "__participation_permission__"
EVERYWHERE: Final = "__participation_everywhere__"
FRESH: Final = "__participation_fresh__"
_LOADER: Final = "participation.actor_loader"
_STEP_UP: Final = "participation.step_up"


def requires(
    permission: Permission, *, everywhere: bool = False, fresh: bool = False, fresh_with_role: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare what a view needs and keep out those who hold it nowhere; the service decides on the thing itself.

    `everywhere` is for what belongs to no process, such as accounts: holding the permission in one is not enough.
    `fresh` is for the gravest acts: the second factor must have been shown a few minutes ago, so that nobody does them
    at a machine that somebody else left. `fresh_with_role` asks this of those who hold a role, and that they have shown
    one at all: for what everybody does with their own account, which is graver where the account is an official's.
    """

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def gated(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = current_actor()
            if not is_let_in(actor, permission, everywhere=everywhere):
                raise refusal(actor, permission)
            holds_role = bool(actor.grants) or actor.lacks_second_factor
            if fresh_with_role and actor.lacks_second_factor:
                raise SecondFactorNeeded("second_factor_needed", permission=permission.value)
            asked = fresh or (fresh_with_role and holds_role)
            if asked and actor.needs_step_up and not current_app.extensions[_STEP_UP]():
                raise StepUpNeeded("step_up_needed", permission=permission.value)
            return view(*args, **kwargs)

        setattr(gated, PERMISSION, permission)
        setattr(gated, EVERYWHERE, everywhere)
        setattr(gated, FRESH, fresh)
        return gated

    return declare


def declared_permission(view: Callable[..., object]) -> Permission | None:
    """Return what a view declared; the permission matrix is made from this."""
    found = getattr(view, PERMISSION, None)
    return found if isinstance(found, Permission) else None


def needed_everywhere(view: Callable[..., object]) -> bool:
    """Say whether a view needs its permission to hold in all processes."""
    return bool(getattr(view, EVERYWHERE, False))


def needs_fresh_factor(view: Callable[..., object]) -> bool:
    """Say whether a view needs the second factor to have been shown a few minutes ago."""
    return bool(getattr(view, FRESH, False))


def is_let_in(actor: Actor, permission: Permission, *, everywhere: bool) -> bool:
    """Say whether the gate at a route lets somebody through."""
    return may(actor, permission) if everywhere else may_somewhere(actor, permission)


def set_actor_loader(app: Flask, load: Callable[[], Actor]) -> None:
    """Say how an app finds out who acts in a request."""
    app.extensions[_LOADER] = load


def set_step_up(app: Flask, is_shown: Callable[[], bool]) -> None:
    """Say how an app finds out whether a request brings the second factor along with a grave act."""
    app.extensions[_STEP_UP] = is_shown


def current_actor() -> Actor:
    """Return who acts in this request, found out once.

    Where finding out fails, the page that says so is shown to nobody in particular and does not try again.
    """
    if "actor" not in g:
        g.actor = ANONYMOUS
        g.actor = current_app.extensions.get(_LOADER, lambda: ANONYMOUS)()
    actor: Actor = g.actor
    return actor
