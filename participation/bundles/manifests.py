"""The manifest of a bundle: its form, its signature, its fingerprint."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from participation.bundles.canonical import written
from participation.bundles.checks import Refused, a_hash, a_moment, a_number, a_text, an_object, require, shown
from participation.bundles.naming import BUNDLE, JOINT_FILES, ROUND_FILES, ROUND_NAME

ROUND: Final = "round"
JOINT: Final = "joint"

_COMMON: Final = ("schema", "kind", "site", "process", "method_version", "made_at", "files", "public_key")
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    ROUND: (*_COMMON, "round", "ballots"),
    JOINT: (*_COMMON, "ranking", "rounds", "goals"),
}
_FILES: Final[Mapping[str, tuple[str, ...]]] = {ROUND: ROUND_FILES, JOINT: JOINT_FILES}
_SIGNATURE: Final = re.compile(rb"[0-9a-f]{128}\n")


@dataclass(frozen=True, slots=True)
class Sealed:
    """A manifest as it is published: its bytes, the bytes of its signature, and what both are known by."""

    manifest: bytes
    signature: bytes
    public_key: str

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of the manifest."""
        return fingerprint_of(self.manifest)


def public_key_of(secret: bytes) -> str:
    """Return the public key of a secret key of 32 bytes, in hex."""
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw().hex()


def sealed(manifest: Mapping[str, Any], secret: bytes) -> Sealed:
    """Sign a manifest, `public_key` put in, with a secret key of 32 bytes."""
    public_key = public_key_of(secret)
    data = written({**manifest, "schema": BUNDLE, "public_key": public_key})
    signature = Ed25519PrivateKey.from_private_bytes(secret).sign(data)
    return Sealed(data, signature.hex().encode() + b"\n", public_key)


def fingerprint_of(manifest: bytes) -> str:
    """Return the SHA-256 of a manifest's bytes."""
    return hashlib.sha256(manifest).hexdigest()


def check_manifest(manifest: Mapping[str, Any], kind: str) -> None:
    """Raise Refused unless the manifest has the form of its kind."""
    an_object(manifest, _NAMES[kind], "manifest.json")
    require(manifest["schema"] == BUNDLE, f"unknown schema {shown(manifest['schema'])}")
    require(manifest["kind"] == kind, f"the files say {kind}, the manifest {shown(manifest['kind'])}")
    for name in ("site", "process", "method_version", "ranking" if kind == JOINT else "round"):
        a_text(manifest[name], name)
    a_moment(manifest["made_at"], "made_at")
    a_hash(manifest["public_key"], "public_key")
    for name, digest in an_object(manifest["files"], _FILES[kind], "files").items():
        a_hash(digest, f"files.{name}")
    if kind == ROUND:
        ballots = an_object(manifest["ballots"], ("count", "published", "root"), "ballots")
        require(ROUND_NAME.fullmatch(manifest["round"]), f"no name of a round: {shown(manifest['round'])}")
        a_number(ballots["count"], "ballots.count")
        require(type(ballots["published"]) is bool, "ballots.published is neither true nor false")
        a_hash(ballots["root"], "ballots.root")
        return
    require(type(manifest["rounds"]) is dict, "rounds is not an object")
    for name, fingerprint in manifest["rounds"].items():
        require(ROUND_NAME.fullmatch(name), f"no name of a round: {shown(name)}")
        if fingerprint is not None:
            a_hash(fingerprint, f"the fingerprint of {shown(name)}")
    if manifest["goals"] is not None:
        a_hash(manifest["goals"], "goals")


def check_signature(manifest: bytes, signature: bytes, public_key: str) -> None:
    """Raise Refused unless the signature is well-formed and was made of these bytes by the holder of the key."""
    require(_SIGNATURE.fullmatch(signature), "manifest.sig is not 128 hexadecimal digits and a line feed")
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(
            bytes.fromhex(signature[:-1].decode()), manifest
        )
    except InvalidSignature:
        raise Refused("the signature was not made of this manifest with this key") from None
    except ValueError:
        raise Refused("public_key is no key") from None
