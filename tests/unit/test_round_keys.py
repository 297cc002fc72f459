"""A round's secret: made once, kept to its owner, never made up anew, gone when destroyed."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from participation.ballots.keys import KEYS_MARK, SECRET_BYTES, EscrowMissing, KeysMissing, KeyStore
from participation.core.errors import Conflict, NotFound, Unavailable


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "keys"


@pytest.fixture
def keys(folder: Path) -> KeyStore:
    store = KeyStore(folder)
    store.prepare()
    return store


def test_only_the_servers_user_can_read_a_secret(folder: Path) -> None:
    keys, previous = KeyStore(folder), os.umask(0)
    try:
        keys.prepare()
        keys.create("r1")
    finally:
        os.umask(previous)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "r1.key").stat().st_mode) == 0o600
    assert (folder / "r1.key").stat().st_size == SECRET_BYTES
    assert sorted(path.name for path in folder.iterdir()) == [KEYS_MARK, "r1.key"]


def test_a_secret_that_is_there_is_kept(keys: KeyStore) -> None:
    keys.create("r1")
    first = keys.key("r1").ballot_key("account:a")
    keys.create("r1")
    assert keys.key("r1").ballot_key("account:a") == first


def test_many_at_once_make_one_secret(keys: KeyStore) -> None:
    def make(_number: int) -> str:
        keys.create("r1")
        return keys.key("r1").ballot_key("account:a")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(make, range(40)))) == 1


def test_a_missing_secret_suspends_the_round_and_is_not_made_up(keys: KeyStore) -> None:
    with pytest.raises(Unavailable, match="round_suspended"):
        keys.key("r1")
    assert not keys.holds("r1")


def test_a_damaged_secret_suspends_the_round(keys: KeyStore, folder: Path) -> None:
    keys.create("r1")
    (folder / "r1.key").write_bytes(b"short")
    with pytest.raises(Unavailable, match="round_suspended"):
        keys.key("r1")


def test_a_destroyed_secret_is_gone_and_destroying_it_again_does_no_harm(keys: KeyStore) -> None:
    keys.create("r1")
    assert keys.destroy("r1")
    assert not keys.destroy("r1")
    with pytest.raises(Unavailable):
        keys.key("r1")


def test_a_folder_that_cannot_be_written_refuses_the_opening(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(Unavailable, match="keys_not_writable"):
        KeyStore(tmp_path / "file" / "keys").prepare()


@pytest.mark.parametrize("mounted", ["nothing", "an empty folder"])
def test_a_folder_that_is_not_there_is_no_proof_that_a_secret_is_destroyed(
    keys: KeyStore, folder: Path, mounted: str
) -> None:
    keys.create("r1")
    away = folder.with_name("away")
    folder.rename(away)
    if mounted == "an empty folder":
        folder.mkdir()
    for _attempt in range(2):
        with pytest.raises(KeysMissing):
            keys.destroy("r1")
    with pytest.raises(Unavailable, match="keys_folder_missing"):
        keys.create("r2")
    with pytest.raises(Unavailable, match="keys_folder_missing"):
        keys.signing_secret(is_first=True)
    assert not folder.exists() or not any(folder.iterdir())
    assert not keys.was_destroyed("r1")
    if folder.exists():
        folder.rmdir()
    away.rename(folder)
    assert keys.destroy("r1")


def test_a_folder_from_before_there_was_a_mark_is_known_by_what_is_in_it(keys: KeyStore, folder: Path) -> None:
    keys.create("r1")
    (folder / KEYS_MARK).unlink()
    assert keys.destroy("r1")
    assert not keys.destroy("r1")  # now by the mark of the destroyed one
    keys.create("r2")


def test_a_secret_that_is_lost_for_good_counts_as_destroyed(keys: KeyStore, folder: Path) -> None:
    keys.create("r1")
    (folder / "r1.key").unlink()
    assert not keys.destroy("r1")
    assert keys.was_destroyed("r1")


def test_a_copy_is_destroyed_although_the_folder_of_keys_is_away(twice: KeyStore, folder: Path, escrow: Path) -> None:
    twice.create("r1")
    away = folder.with_name("away")
    folder.rename(away)
    with pytest.raises(KeysMissing):
        twice.destroy("r1")
    assert not twice.is_escrowed("r1")
    away.rename(folder)
    assert twice.destroy("r1")
    assert list(folder.glob("*.key")) == list(escrow.glob("*.key")) == []


def test_a_destruction_that_was_interrupted_leaves_no_secret(
    keys: KeyStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_path: Path) -> None:
        raise KeyboardInterrupt

    keys.create("r1")
    with monkeypatch.context() as killed:
        killed.setattr(Path, "unlink", die)
        with pytest.raises(KeyboardInterrupt):
            keys.destroy("r1")
    assert (folder / "r1.key").stat().st_size == SECRET_BYTES
    assert not keys.holds("r1")
    assert keys.destroy("r1")
    assert not (folder / "r1.key").exists()


def test_a_damaged_file_in_the_place_of_a_secret_refuses_the_opening(
    keys: KeyStore, twice: KeyStore, folder: Path, escrow: Path
) -> None:
    (folder / "r1.key").write_bytes(b"short")
    with pytest.raises(Unavailable, match="key_damaged"):
        keys.create("r1")
    (escrow / "r2.key").write_bytes(b"short")
    with pytest.raises(Unavailable, match="key_damaged"):
        twice.create("r2")
    assert not (folder / "r2.key").exists()


def test_the_signing_secret_is_not_made_up_again_but_may_be_begun_anew(keys: KeyStore, folder: Path) -> None:
    first = keys.signing_secret(is_first=True)
    assert keys.signing_secret(is_first=False) == first
    with pytest.raises(Conflict, match="signing_key_there"):
        keys.begin_signing_secret()
    (folder / "signing.key").unlink()
    with pytest.raises(Unavailable, match="signing_key_missing"):
        keys.signing_secret(is_first=False)
    keys.begin_signing_secret()
    assert keys.signing_secret(is_first=False) != first


def test_what_is_made_from_a_secret_differs_by_round_participant_and_purpose(keys: KeyStore) -> None:
    keys.create("r1")
    keys.create("r2")
    one, other = keys.key("r1"), keys.key("r2")
    made = {
        one.ballot_key("account:a"),
        one.ballot_key("account:b"),
        other.ballot_key("account:a"),
        one.request_mark("account:a", ""),
        one.request_mark("account:a", "t"),
    }
    assert len(made) == 5
    assert all(len(text) == 64 for text in made)


def test_the_order_of_options_is_random_but_stays_the_same_for_a_participant(keys: KeyStore) -> None:
    keys.create("r1")
    codes = [f"M{number}" for number in range(30)]
    mine = keys.key("r1").order_for("account:a", codes)
    assert sorted(mine) == sorted(codes)
    assert mine == keys.key("r1").order_for("account:a", reversed(codes))
    assert mine not in (codes, keys.key("r1").order_for("account:b", codes))


def test_a_secret_does_not_show_itself(keys: KeyStore, folder: Path) -> None:
    keys.create("r1")
    assert (folder / "r1.key").read_bytes().hex() not in repr(keys.key("r1"))
    assert repr(keys.key("r1")) == "RoundKey()"


@pytest.fixture
def escrow(tmp_path: Path) -> Path:
    return tmp_path / "other disk" / "escrow"


@pytest.fixture
def twice(folder: Path, escrow: Path) -> KeyStore:
    """Return a store with a second place that was prepared."""
    store = KeyStore(folder, escrow)
    store.prepare()
    store.prepare_escrow()
    return store


def test_with_an_escrow_a_secret_is_kept_twice(twice: KeyStore, folder: Path, escrow: Path) -> None:
    twice.create("r1")
    assert (folder / "r1.key").read_bytes() == (escrow / "r1.key").read_bytes()
    assert stat.S_IMODE((escrow / "r1.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(escrow.stat().st_mode) == 0o700
    assert twice.is_escrowed("r1")


def test_many_at_once_make_one_secret_in_both_places(twice: KeyStore, folder: Path, escrow: Path) -> None:
    def make(_number: int) -> str:
        twice.create("r1")
        return twice.key("r1").ballot_key("account:a")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(make, range(40)))) == 1
    assert (folder / "r1.key").read_bytes() == (escrow / "r1.key").read_bytes()


def test_an_escrow_that_is_not_mounted_refuses_the_opening_and_leaves_nothing(folder: Path, escrow: Path) -> None:
    escrow.mkdir(parents=True)  # the empty folder in which the disk would be
    store = KeyStore(folder, escrow)
    store.prepare()
    with pytest.raises(Unavailable, match="escrow_missing"):
        store.create("r1")
    assert list(escrow.iterdir()) == list(folder.glob("*.key")) == []


def test_a_secret_that_cannot_be_written_in_its_own_place_is_not_left_in_the_escrow(
    twice: KeyStore, folder: Path, escrow: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.link

    def full(source: Path, target: Path) -> None:
        if target.parent == folder:
            raise OSError(28, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "link", full)
    with pytest.raises(Unavailable, match="keys_not_writable"):
        twice.create("r1")
    assert not (escrow / "r1.key").exists()
    assert not (folder / "r1.key").exists()


def test_two_places_that_disagree_refuse_the_opening(twice: KeyStore, escrow: Path) -> None:
    KeyStore(twice._folder).create("r1")
    (escrow / "r1.key").write_bytes(b"\1" * SECRET_BYTES)
    with pytest.raises(Unavailable, match="keys_differ"):
        twice.create("r1")


def test_a_lost_secret_comes_back_from_the_escrow(twice: KeyStore, folder: Path) -> None:
    twice.create("r1")
    before = twice.key("r1").ballot_key("account:a")
    assert not twice.recover("r1")
    (folder / "r1.key").unlink()
    with pytest.raises(Unavailable):
        twice.key("r1")
    assert twice.recover("r1")
    assert twice.key("r1").ballot_key("account:a") == before
    (folder / "r1.key").write_bytes(b"damaged")
    assert twice.recover("r1")
    assert twice.key("r1").ballot_key("account:a") == before


def test_a_secret_that_was_destroyed_does_not_come_back(twice: KeyStore, folder: Path, escrow: Path) -> None:
    twice.create("r1")
    copied = (escrow / "r1.key").read_bytes()
    assert twice.destroy("r1")
    assert not twice.destroy("r1")
    assert not (escrow / "r1.key").exists()
    (escrow / "r1.key").write_bytes(copied)
    with pytest.raises(Conflict, match="key_destroyed"):
        twice.recover("r1")
    assert twice.was_destroyed("r1")


def test_a_secret_whose_escrow_cannot_be_reached_is_destroyed_here_and_there_later(
    twice: KeyStore, folder: Path, escrow: Path
) -> None:
    twice.create("r1")
    away = escrow.with_name("away")
    escrow.rename(away)
    for _attempt in range(2):
        with pytest.raises(EscrowMissing):
            twice.destroy("r1")
        assert not (folder / "r1.key").exists()
    away.rename(escrow)
    assert twice.destroy("r1")
    assert not twice.is_escrowed("r1")


def test_there_is_nothing_to_recover_without_an_escrow_or_a_copy(keys: KeyStore, twice: KeyStore) -> None:
    with pytest.raises(NotFound, match="no_escrow"):
        keys.recover("r1")
    with pytest.raises(NotFound, match="not_in_escrow"):
        twice.recover("r1")


def test_secrets_of_rounds_that_run_already_are_copied_to_a_new_escrow(folder: Path, escrow: Path) -> None:
    twice = KeyStore(folder, escrow)
    twice.prepare()
    KeyStore(folder).create("r1")
    with pytest.raises(Unavailable, match="escrow_missing"):
        twice.copy_to_escrow("r1")
    twice.prepare_escrow()
    assert twice.copy_to_escrow("r1")
    assert not twice.copy_to_escrow("r1")
    assert not twice.copy_to_escrow("r2")  # none is made up
    assert (folder / "r1.key").read_bytes() == (escrow / "r1.key").read_bytes()
    assert not (escrow / "r2.key").exists()


def test_a_copy_does_not_outlive_a_secret_that_is_destroyed_while_it_is_copied(
    twice: KeyStore, folder: Path, escrow: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    KeyStore(folder).create("r1")
    real = os.link

    def late(source: Path, target: Path) -> None:
        twice.destroy("r1")
        real(source, target)

    monkeypatch.setattr(os, "link", late)
    assert not twice.copy_to_escrow("r1")
    assert list(escrow.glob("r1.key")) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_folder_that_root_prepares_belongs_to_the_owner_of_its_place(tmp_path: Path) -> None:
    os.chown(tmp_path, 65534, 65534)
    KeyStore(tmp_path / "keys").prepare()
    made = tmp_path / "keys", tmp_path / "keys" / KEYS_MARK
    assert {path.stat().st_uid for path in made} == {65534}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_secret_that_root_brings_back_belongs_to_the_owner_of_the_folder(twice: KeyStore, folder: Path) -> None:
    twice.create("r1")
    (folder / "r1.key").unlink()
    os.chown(folder, 65534, 65534)
    assert twice.recover("r1")
    assert (folder / "r1.key").stat().st_uid == 65534
