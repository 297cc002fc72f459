"""An identity provider on this machine: it discovers, signs and forgets like a real one, and lies when told to."""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from participation.config import ProviderSettings
from participation.core.windows import utcnow

CLIENT_ID = "participation"
CLIENT_SECRET = "of the fake provider"


@dataclass
class Granted:
    """What a code stands for until it is taken."""

    nonce: str
    challenge: str
    redirect_uri: str
    claims: dict[str, Any]


@dataclass
class FakeProvider:
    """The provider as tests use it: `answer` plays the person in front of its pages."""

    server: ThreadingHTTPServer
    keys: list[ECKey] = field(default_factory=lambda: [new_key()])
    granted: dict[str, Granted] = field(default_factory=dict)
    says: dict[str, Any] = field(default_factory=dict)
    """What discovery says otherwise."""
    signing: ECKey | None = None
    """A key that is not the provider's."""
    token: str | None = None
    """An ID token in the place of one of its own."""
    is_broken: bool = False
    asked: dict[str, str] = field(default_factory=dict)
    """What the last visitor brought along."""

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    @property
    def settings(self) -> ProviderSettings:
        return ProviderSettings(self.issuer, CLIENT_ID, CLIENT_SECRET, (("", "City account"),), ("high",))

    def rotate(self) -> None:
        """Sign with a new key from now on; the old one is published no more."""
        self.keys = [new_key()]

    def answer(self, address: str, **claims: Any) -> dict[str, str]:
        """Let somebody sign in at the address to which a browser was sent; return what it brings back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.asked = asked
        assert address.startswith(f"{self.issuer}/authorize?")
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT_ID)
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.granted[code] = Granted(asked["nonce"], asked["code_challenge"], asked["redirect_uri"], claims)
        return {"state": asked["state"], "code": code, "iss": self.issuer}

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "authorization_response_iss_parameter_supported": True,
        } | self.says

    def exchange(self, sent: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Give tokens for a code, once, to the client that asked for it and to nobody else."""
        expected = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        granted = self.granted.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if authorization != f"Basic {expected}":
            return 401, {"error": "invalid_client"}
        if granted is None or granted.challenge != challenge or granted.redirect_uri != sent.get("redirect_uri"):
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "opaque", "token_type": "Bearer", "id_token": self.token or self.signed(granted)}

    def signed(self, granted: Granted) -> str:
        now = int(utcnow().timestamp())
        claims = {"iss": self.issuer, "sub": "somebody", "aud": CLIENT_ID, "iat": now, "exp": now + 300}
        key = self.signing or self.keys[0]
        header = {"alg": "ES256", "kid": self.keys[0].kid}
        return jwt.encode(header, claims | {"nonce": granted.nonce} | granted.claims, key)


def new_key() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": secrets.token_hex(4), "use": "sig"})


def unsigned(claims: dict[str, Any]) -> str:
    """Return a token that says that it needs no signature."""
    parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


@contextmanager
def running_provider() -> Iterator[FakeProvider]:
    """Serve a provider for as long as the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/.well-known/openid-configuration":
                self.say(200, provider.discovery())
            else:
                published = KeySet(list(provider.keys)).as_dict(private=False)
                post_quantum = {"kty": "AKP", "kid": "of tomorrow", "use": "sig"}
                self.say(200, {"keys": [post_quantum, *published["keys"]]})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            sent = {name: values[0] for name, values in parse_qs(body).items()}
            self.say(*provider.exchange(sent, self.headers.get("Authorization", "")))

        def say(self, status: int, document: object) -> None:
            body = b"out of order" if provider.is_broken else json.dumps(document).encode()
            self.send_response(500 if provider.is_broken else status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = FakeProvider(server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
