"""What pages call the ways on which ballots come into the box."""

from collections.abc import Callable, Mapping
from typing import Final

from flask_babel import gettext as _

from participation.ballots.models import Channel


def channel_name(channel: str) -> str:
    """Return the name of a channel as the register keeps it."""
    return _CHANNELS[Channel(channel)]()


_CHANNELS: Final[Mapping[Channel, Callable[[], str]]] = {
    Channel.ONLINE: lambda: _("Online"),
    Channel.PAPER: lambda: _("On paper"),
    Channel.GENERATED: lambda: _("Generated for the example"),
}
