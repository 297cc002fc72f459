"""People sign in and see what is theirs; officials see who is who."""

from participation.accounts.views import administration, demonstration, manage, own, signing_in
from participation.accounts.views.blueprint import bp

__all__ = ["administration", "bp", "demonstration", "manage", "own", "signing_in"]
