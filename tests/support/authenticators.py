"""A software authenticator: it makes passkeys and shows them as a browser and a security key do together.

Attestation is of format "none". Every part that a server has to check can be made wrong by an argument.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_encode

PRESENT: Final = 0x01
VERIFIED: Final = 0x04
ATTESTED: Final = 0x40


def _cose_key(key: ec.EllipticCurvePrivateKey) -> Any:
    convert: Any = ES256.from_cryptography_key
    return convert(key.public_key())


@dataclass
class Authenticator:
    """One passkey in one device."""

    origin: str = "http://localhost"
    uses: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: Mapping[str, Any], **wrong: Any) -> dict[str, Any]:
        """Answer `navigator.credentials.create` with these options."""
        client = self._client("webauthn.create", options["challenge"], wrong)
        public = cbor.encode(_cose_key(self.key))
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + public
        flags = wrong.get("flags", PRESENT | VERIFIED | ATTESTED)
        data = self._data(wrong.get("rp_id", options["rp"]["id"]), flags) + attested
        statement = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(clientDataJSON=client, attestationObject=statement)

    def show(self, options: Mapping[str, Any], **wrong: Any) -> dict[str, Any]:
        """Answer `navigator.credentials.get` with these options."""
        self.uses += 1
        client = self._client("webauthn.get", options["challenge"], wrong)
        data = self._data(wrong.get("rp_id", options["rpId"]), wrong.get("flags", PRESENT | VERIFIED))
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        if wrong.get("signature"):
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature)

    def _client(self, kind: str, challenge: str, wrong: Mapping[str, Any]) -> bytes:
        said = {
            "type": wrong.get("type", kind),
            "challenge": wrong.get("challenge", challenge),
            "origin": wrong.get("origin", self.origin),
            "crossOrigin": False,
        }
        return json.dumps(said).encode()

    def _data(self, rp_id: str, flags: int) -> bytes:
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _answer(self, **parts: bytes) -> dict[str, Any]:
        named = websafe_encode(self.credential_id)
        response = {name: websafe_encode(part) for name, part in parts.items()}
        return {"id": named, "rawId": named, "type": "public-key", "response": response}
