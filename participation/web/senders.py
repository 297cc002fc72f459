"""From where a request came, for counting alone: no network address is stored or logged.

Only those who run the site know how many web servers stand in front of it, and each of them appends the address it was
asked from to X-Forwarded-For. What stands further to the left was written by the visitor and is not believed.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from flask import Flask, current_app, request
from werkzeug.middleware.proxy_fix import ProxyFix

from participation.core.ids import crockford, derive
from participation.web.secret import application_key

_HOME_BITS: Final = 64
"""Of an IPv6 address: what one connection is given at the least, whose other half a visitor chooses freely."""
_CHARACTERS: Final = 26


def init_app(app: Flask) -> None:
    """Read visitors' addresses as the web servers in front of this one pass them on, and nothing else of theirs."""
    if proxies := app.config["SETTINGS"].proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]


def sender() -> str | None:
    """Return a mark of the network that asks, which means nothing without the application's key.

    None where the settings do not say how visitors reach this server: then everybody might have its front's address.
    """
    if current_app.config["SETTINGS"].proxies is None:
        return None
    try:
        network = _network(ip_address((request.remote_addr or "").partition("%")[0]))
    except ValueError:
        return None
    return crockford(derive(application_key(), "network of a sender", network), _CHARACTERS)


def _network(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, _HOME_BITS), strict=False))
