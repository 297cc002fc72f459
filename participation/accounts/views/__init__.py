"""People sign in and see what is theirs; organisations join; officials see who is who."""

from participation.accounts.views import (
    administration,
    demonstration,
    joining,
    manage,
    own,
    passwords,
    provider,
    registrations,
    second_factor,
    security,
    signing_in,
)
from participation.accounts.views.blueprint import bp

__all__ = [
    "administration",
    "bp",
    "demonstration",
    "joining",
    "manage",
    "own",
    "passwords",
    "provider",
    "registrations",
    "second_factor",
    "security",
    "signing_in",
]
