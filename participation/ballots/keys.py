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

from participation.core.errors import Conflict, NotFound, Unavailable
from participation.core.ids import derive
from participation.storage.files import sync_folder

DESTROY_KEY: Final = "ballots.destroy_round_key"
"""The job that is filed with a conclusion."""

SECRET_BYTES: Final = 32
SIGNING_KEY: Final = "signing.key"
"""The secret that belongs to no round: with it the site signs its bundles (Ed25519)."""
KEYS_MARK: Final = "participation-keys"
ESCROW_MARK: Final = "participation-escrow"
"""The files by which the folder of keys and the escrow are known. A disk that is not mounted leaves an empty folder."""

ERASED_VOTER: Final = "erased:"
"""How the register's entry of somebody begins who was erased during the round."""

MARK_CHARACTERS: Final = 48
"""192 bits: no two addresses share them."""

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

    def identity_mark(self, identity: str) -> str:
        """Return what the register keeps of a voter who was erased: enough to know the same address again.

        Only whoever holds the secret can tell whether an address is meant, and nobody once it is destroyed.
        """
        return f"{ERASED_VOTER}{self._derive('identity', identity)[:MARK_CHARACTERS]}"

    def order_for(self, participant: str, codes: Iterable[str]) -> list[str]:
        """Return the codes in a random order that stays the same for this participant and is stored nowhere."""
        return sorted(codes, key=lambda code: self._derive("order", f"{participant}\x00{code}"))

    def sealing_key(self, purpose: str) -> bytes:
        """Return 32 bytes under which something may be sealed that must not outlast the secret."""
        return bytes.fromhex(self._derive("seal", purpose))

    def _derive(self, purpose: str, subject: str) -> str:
        return hmac.new(self._secret, f"{purpose}\x00{subject}".encode(), hashlib.sha256).hexdigest()


class KeysMissing(RuntimeError):
    """The folder of keys is not there, so that nobody knows whether a key is left in it."""


class EscrowMissing(KeysMissing):
    """The folder of second copies is not there, so that nobody knows whether one of them is left in it."""


class KeyStore:
    """A folder of secrets that belongs to the server's user alone. Several servers of one database share it.

    It is prepared once, and never made by the way: where it is missing, its disk is not mounted; then no secret counts
    as destroyed, and none is begun. With an escrow, a second folder on another disk, each secret is kept twice and
    destroyed twice. A secret that was destroyed leaves an empty mark, by which it is told from one that was lost.
    """

    def __init__(self, folder: Path, escrow: Path | None = None, *, application_key: str = "") -> None:
        self._folder = folder
        self._escrow = escrow
        self._application_key = application_key

    def claim_mark(self, claim: str, identity: str) -> str:
        """Return what a voter's claim to their one ballot of a phase becomes when they are erased.

        It outlasts the rounds' secrets and is needed before a later round has one, so it is made with the key of the
        application. Raises RuntimeError without one, rather than make a mark that anybody could make.
        """
        if not self._application_key:
            raise RuntimeError("The store of keys was made without the key of the application.")
        made = derive(self._application_key, "ballot claim", f"{claim}\x00{identity}").hex()
        return f"{ERASED_VOTER}{made[:MARK_CHARACTERS]}"

    def create(self, round_id: str) -> None:
        """Make sure that the round has a secret, durably; one that is there is kept.

        Called when a round is opened, before the commit: a secret left by an opening that failed has keyed nothing
        and may serve the next one. It is in the escrow too, or nowhere. Raises Unavailable `keys_folder_missing`,
        `keys_not_writable`, `escrow_missing`, `keys_differ` or `key_damaged`.
        """
        self._check_folder()
        try:
            if self._escrow is None:
                _write(self._path(round_id), secrets.token_bytes(SECRET_BYTES))
            else:
                self._create_twice(self._path(round_id), self._copy(round_id))
            if not self.holds(round_id):
                raise Unavailable("key_damaged")
            for mark in self._marks(round_id):  # of a draft that was restored from before its round was concluded
                mark.unlink(missing_ok=True)
        except OSError as reason:
            raise Unavailable("keys_not_writable") from reason

    @property
    def is_there(self) -> bool:
        """Say whether the folder of keys can be reached; one from before there was a mark is known by what is in it."""
        return (self._folder / KEYS_MARK).is_file() or any(
            path.suffix in {".key", ".destroyed"} for path in self._folder.glob("*")
        )

    def prepare(self) -> None:
        """Mark the folder as that of the keys, once, while its disk is mounted. Raises Unavailable."""
        _prepare(self._folder, KEYS_MARK)

    def signing_secret(self, *, is_first: bool) -> bytes:
        """Return the secret with which this site signs its bundles, made durably for the first of them.

        It stays for good and is in no escrow. Raises Unavailable `signing_key_missing` where it is lost, or its disk
        not mounted: whoever checks a bundle compares its key with the site's, so that another is begun by people only.
        Also raises `signing_key_damaged` and what begin_signing_secret raises.
        """
        path = self._folder / SIGNING_KEY
        if is_first and not path.exists():
            with suppress(Conflict):  # another server was faster
                self.begin_signing_secret()
        secret = _read(path)
        if secret is None:
            raise Unavailable("signing_key_damaged" if path.exists() else "signing_key_missing")
        return secret

    def begin_signing_secret(self) -> None:
        """Make a secret for signing; bundles keep the signature that they have.

        Raises Conflict `signing_key_there`, Unavailable `keys_folder_missing` or `keys_not_writable`.
        """
        self._check_folder()
        path = self._folder / SIGNING_KEY
        if path.exists():
            raise Conflict("signing_key_there")
        try:
            _write(path, secrets.token_bytes(SECRET_BYTES))
        except OSError as reason:
            raise Unavailable("keys_not_writable") from reason

    def key(self, round_id: str) -> RoundKey:
        """Return the round's secret, read anew each time so that a destroyed one is gone.

        Raises Unavailable `round_suspended` where it is missing or damaged: a new one would let everybody who has
        voted vote again, so nothing is made up for it.
        """
        secret = _read(self._path(round_id))
        if secret is None:
            raise Unavailable("round_suspended")
        return RoundKey(secret)

    def holds(self, round_id: str) -> bool:
        """Say whether the round's secret is there, and whole."""
        return _read(self._path(round_id)) is not None

    @property
    def has_escrow(self) -> bool:
        """Say whether second copies are kept."""
        return self._escrow is not None

    @property
    def escrow_is_there(self) -> bool:
        """Say whether the folder of second copies can be reached."""
        return self._escrow is not None and (self._escrow / ESCROW_MARK).is_file()

    def prepare_escrow(self) -> None:
        """Mark the folder as the escrow, once, while its disk is mounted. Raises NotFound or Unavailable."""
        if self._escrow is None:
            raise NotFound("no_escrow")
        _prepare(self._escrow, ESCROW_MARK)

    def copy_to_escrow(self, round_id: str) -> bool:
        """Keep a secret that is there in the escrow as well; say whether that was needed.

        For rounds that were opened before there was an escrow. Raises Unavailable `escrow_missing`, `keys_not_writable`
        or `keys_differ`.
        """
        self._check_escrow()
        secret, copy = _read(self._path(round_id)), self._copy(round_id)
        if secret is None:
            return False
        had_copy = copy.exists()
        try:
            _write(copy, secret)
        except OSError as reason:
            raise Unavailable("keys_not_writable") from reason
        if self.was_destroyed(round_id):  # concluded since the secret was read
            _destroy(copy)
            return False
        if copy.read_bytes() != secret:
            raise Unavailable("keys_differ")
        return not had_copy

    def is_escrowed(self, round_id: str) -> bool:
        """Say whether the escrow has a copy of the round's secret."""
        return self.escrow_is_there and self._copy(round_id).exists()

    def was_destroyed(self, round_id: str) -> bool:
        """Say whether the round's secret was destroyed, so that a copy that turns up must not be used again."""
        return any(mark.exists() for mark in self._marks(round_id))

    def recover(self, round_id: str) -> bool:
        """Bring a lost secret back from the escrow; say whether that was needed.

        Raises Conflict `key_destroyed` if it was not lost but destroyed; NotFound `no_escrow` or `not_in_escrow`;
        Unavailable `keys_folder_missing`, `escrow_missing` or `keys_not_writable`.
        """
        if self.was_destroyed(round_id):
            raise Conflict("key_destroyed")
        if _read(self._path(round_id)) is not None:
            return False
        if self._escrow is None:
            raise NotFound("no_escrow")
        self._check_folder()
        self._check_escrow()
        secret = _read(self._copy(round_id))
        if secret is None:
            raise NotFound("not_in_escrow")
        try:
            self._path(round_id).unlink(missing_ok=True)  # one that is damaged
            _write(self._path(round_id), secret)
        except OSError as reason:
            raise Unavailable("keys_not_writable") from reason
        return True

    def destroy(self, round_id: str) -> bool:
        """Overwrite and remove the round's secret and its copy; say whether there was one. Again does no harm.

        Raises KeysMissing or EscrowMissing if one of the places cannot be reached, after what lay in the other is gone:
        do it again then.
        """
        places = {self._folder: self.is_there}
        if self._escrow is not None:
            places[self._escrow] = self.escrow_is_there
        found = False
        for folder in (folder for folder, is_there in places.items() if is_there):
            found = _destroy(folder / f"{round_id}.key") or found
            _mark(folder / f"{round_id}.destroyed")
        if not places[self._folder]:
            raise KeysMissing("the folder of keys is not there")
        if not all(places.values()):
            raise EscrowMissing("the escrow is not there")
        return found

    def _path(self, round_id: str) -> Path:
        return self._folder / f"{round_id}.key"

    def _copy(self, round_id: str) -> Path:
        return (self._escrow or self._folder) / f"{round_id}.key"

    def _marks(self, round_id: str) -> list[Path]:
        return [folder / f"{round_id}.destroyed" for folder in (self._folder, self._escrow) if folder is not None]

    def _check_folder(self) -> None:
        if not self.is_there:
            raise Unavailable("keys_folder_missing")

    def _check_escrow(self) -> None:
        if not self.escrow_is_there:
            raise Unavailable("escrow_missing")

    def _create_twice(self, path: Path, copy: Path) -> None:
        """Keep one secret in both places; of several openings at once, the one whose copy is first decides."""
        self._check_escrow()
        had_copy = copy.exists()
        _write(copy, _read(path) or secrets.token_bytes(SECRET_BYTES))
        secret = _read(copy)
        if secret is None:
            raise Unavailable("key_damaged")
        try:
            _write(path, secret)
        except OSError:
            if not had_copy:
                copy.unlink(missing_ok=True)
            raise
        if path.read_bytes() != secret:
            raise Unavailable("keys_differ")


def _prepare(folder: Path, mark: str) -> None:
    """Make a folder that only its owner can read, durably, and leave the mark in it by which it is known."""
    try:
        if not folder.is_dir():
            folder.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
            _leave_to_server(folder)
            sync_folder(folder.parent)
        folder.chmod(OWNER_ONLY_FOLDER)
        _mark(folder / mark)
    except OSError as reason:
        raise Unavailable("keys_not_writable") from reason


def _leave_to_server(path: Path) -> None:
    """Give what root made on the command line to the owner of the place, who is the server's user."""
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def _write(path: Path, secret: bytes) -> None:
    # The name appears only when the content is on the disk, and never replaces one that is there.
    draft = path.with_suffix(f".{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY_FILE)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secret)
            _leave_to_server(draft)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    sync_folder(path.parent)


def _read(path: Path) -> bytes | None:
    """Return a whole secret, None where there is none, or one whose destruction was interrupted."""
    try:
        secret = path.read_bytes()
    except OSError:
        return None
    return secret if len(secret) == SECRET_BYTES and any(secret) else None


def _destroy(path: Path) -> bool:
    try:
        with path.open("r+b") as file:
            file.write(bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return False
    sync_folder(path.parent)
    return True


def _mark(path: Path) -> None:
    path.touch(OWNER_ONLY_FILE)
    _leave_to_server(path)
    sync_folder(path.parent)
