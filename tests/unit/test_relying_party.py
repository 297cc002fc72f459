"""The site as authenticators know it."""

import pytest

from participation.accounts.rules import relying_party


@pytest.mark.parametrize(
    "address,origin",
    [
        ("https://mitmachen.example", "https://mitmachen.example"),
        ("https://mitmachen.example:443", "https://mitmachen.example"),
        ("https://mitmachen.example:8443", "https://mitmachen.example:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://mitmachen.example", None),
        ("http://127.0.0.1:8000", None),
        ("https://192.0.2.1", None),
        ("https://[::1]", None),
    ],
)
def test_where_browsers_have_passkeys(address: str, origin: str | None) -> None:
    site = relying_party(address, "Lindenhafen")
    assert (site.origin if site else None) == origin
