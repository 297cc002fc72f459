"""What the pages about public bundles show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _

from participation.bundles import naming
from participation.bundles.canonical import read
from participation.results.models import PublishedBundle
from participation.results.queries import SigningKey
from participation.results.services.bundle_files import publishes

_FILES: Final[Mapping[str, Callable[[], str]]] = {
    naming.MANIFEST: lambda: _("names the bundle and its files; its fingerprint is the number above"),
    naming.SIGNATURE: lambda: _("the signature of this site"),
    naming.JOINT_FILE: lambda: _("rounds, weights and what carries over, as declared before the voting"),
    naming.ROUND_FILE: lambda: _("what was asked of whom, and when; the options as they stood at the opening"),
    naming.BALLOTS_FILE: lambda: _("every ballot with its receipt, and without anything that leads to a person"),
    naming.COUNTS_FILE: lambda: _("sums over the ballots: every pair of options, and every place"),
    naming.RANKING_FILE: lambda: _("figures and places"),
    naming.MODERATION_FILE: lambda: _("which contributions were hidden while the round ran, and why"),
    naming.STATISTICS_FILE: lambda: _("how sure the order is, and what other rules say; decides nothing"),
}


def fours(digits: str) -> list[str]:
    """Return a fingerprint in groups of four, for reading aloud and comparing with a printed one."""
    return [digits[at : at + 4] for at in range(0, len(digits), 4)]


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file of a bundle: its name, what it is, its length, and whether only auditors receive it."""

    name: str
    what: str
    bytes: int
    is_withheld: bool


@dataclass(frozen=True, slots=True)
class ShownKey:
    """A key with which bundles were signed."""

    digits: list[str]
    first: datetime
    last: datetime
    bundles: int
    is_in_use: bool


def bundle_page(bundle: PublishedBundle) -> dict[str, Any]:
    """Return what the page about a bundle needs."""
    manifest = read(bundle.manifest.encode())
    withheld = bundle.round_id is not None and not publishes(bundle)
    return {
        "fingerprint": fours(bundle.fingerprint),
        "digits": bundle.fingerprint,
        "made_at": bundle.made_at,
        "key": fours(bundle.public_key),
        "files": [
            ShownFile(name, _FILES[name](), bundle.sizes[name], withheld and name == naming.BALLOTS_FILE)
            for name in _FILES
            if name in bundle.sizes
        ],
        "withheld": withheld,
        "is_joint": bundle.ranking_id is not None,
        "inside": sorted(name for name, fingerprint in manifest.get("rounds", {}).items() if fingerprint),
        "ballots": manifest["ballots"]["count"] if bundle.round_id else None,
    }


def keys_page(keys: Sequence[SigningKey]) -> list[ShownKey]:
    """Return the keys of this site, the last used one first."""
    return [
        ShownKey(fours(key.public_key), key.first, key.last, key.bundles, is_in_use=at == 0)
        for at, key in enumerate(keys)
    ]
