"""The secrets of rounds: one small file each, outside the database, until the round is concluded.

A ballot is filed under HMAC(round's secret, participant). Whoever holds the database alone cannot say whose
ballot is whose; when the secret is destroyed at the conclusion, nobody can.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from participation.core.errors import Unavailable

DESTROY_KEY: Final = "ballots.destroy_round_key"
"""The job that is filed with a conclusion."""

SECRET_BYTES: Final = 32
OWNER_ONLY_FILE: Final = 0o600
OWNER_ONLY_FOLDER: Final = 0o700


@dataclass(frozen=True, slots=True)
class RoundKey:
    """A round's secret, and what may be made from it; it never shows itself."""

    _secret: bytes = field(repr=False)

    def ballot_key(self, participant: str) -> str:
        """Return under which key the participant's ballot is filed."""
        return self._derive("ballot", participant)

    def request_mark(self, participant: str, token: str) -> str:
        """Return what is kept of a request's token, so that neither a log nor a form can be matched to a ballot."""
        return self._derive("request", f"{participant}\x00{token}")

    def order_for(self, participant: str, codes: Iterable[str]) -> list[str]:
        """Return the codes in a random order that stays the same for this participant and is stored nowhere."""
        return sorted(codes, key=lambda code: self._derive("order", f"{participant}\x00{code}"))

    def _derive(self, purpose: str, subject: str) -> str:
        return hmac.new(self._secret, f"{purpose}\x00{subject}".encode(), hashlib.sha256).hexdigest()


class KeyStore:
    """A folder of secrets that belongs to the server's user alone. Several servers of one database share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self, round_id: str) -> None:
        """Make sure that the round has a secret, durably; one that is there is kept.

        Called when a round is opened, before the commit: a secret left by an opening that failed has keyed nothing
        and may serve the next one. Raises Unavailable `keys_not_writable`.
        """
        try:
            self._make_folder()
            self._write(self._path(round_id))
        except OSError as reason:
            raise Unavailable("keys_not_writable") from reason

    def key(self, round_id: str) -> RoundKey:
        """Return the round's secret, read anew each time so that a destroyed one is gone.

        Raises Unavailable `round_suspended` where it is missing or damaged: a new one would let everybody who has
        voted vote again, so nothing is made up for it.
        """
        try:
            secret = self._path(round_id).read_bytes()
        except OSError as reason:
            raise Unavailable("round_suspended") from reason
        if len(secret) != SECRET_BYTES:
            raise Unavailable("round_suspended")
        return RoundKey(secret)

    def holds(self, round_id: str) -> bool:
        """Say whether the round's secret is there."""
        return self._path(round_id).exists()

    def destroy(self, round_id: str) -> bool:
        """Overwrite and remove the round's secret; say whether there was one. Doing it again does no harm."""
        path = self._path(round_id)
        try:
            with path.open("r+b") as file:
                file.write(bytes(SECRET_BYTES))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        except FileNotFoundError:
            return False
        _sync_folder(self._folder)
        return True

    def _path(self, round_id: str) -> Path:
        return self._folder / f"{round_id}.key"

    def _make_folder(self) -> None:
        if not self._folder.is_dir():
            self._folder.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
            _sync_folder(self._folder.parent)
        self._folder.chmod(OWNER_ONLY_FOLDER)

    def _write(self, path: Path) -> None:
        # The name appears only when the content is on the disk, and never replaces one that is there.
        draft = path.with_suffix(f".{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY_FILE)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(SECRET_BYTES))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink()
        _sync_folder(self._folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
