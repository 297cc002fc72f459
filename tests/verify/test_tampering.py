import os
from pathlib import Path

import pytest

from tests.verify.bundles import STEPS, VERIFIERS, good, lay_out, packed, seal
from tests.verify.tampering import TABLE, Tampering

IDS = [f"{number}: step {entry.step}: {entry.name}" for number, entry in enumerate(TABLE)]


def write(tampering: Tampering, path: Path) -> None:
    made = tampering.make()
    if isinstance(made, bytes):
        path.write_bytes(made)
    else:
        lay_out(made, path)


@pytest.mark.parametrize("tampering", TABLE, ids=IDS)
def test_tampering_is_caught_by_both_verifiers_in_its_step(
    tampering: Tampering, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tampering, tmp_path / "bundle")
    folder = f"{tampering.folder} " if tampering.folder else ""
    expected = f"{folder}step {tampering.step} {STEPS[tampering.step - 1]}: FAILED: "
    for name, verifier in VERIFIERS.items():
        answer = verifier([str(tmp_path / "bundle"), *tampering.arguments], capsys)
        assert answer.lines[-2].startswith(expected), (name, answer.lines[-2:])
        assert (name, answer.code, answer.last) == (name, 10 + tampering.step, "NOT VERIFIED")
        assert "could not go on" not in answer.lines[-2]


def test_what_only_the_key_can_repair_does_not_make_a_bundle_wrong() -> None:
    """The control of the table: sealing what was not changed gives the same bundle, so the changes are what fails."""
    for name in ("ranking", "few", "joint-with-goals"):
        files = good(name)
        seal(files)
        assert files == good(name)


@pytest.mark.parametrize("verifier", VERIFIERS)
@pytest.mark.parametrize("links", ["file", "folder", "pipe", "nothing but a pipe"])
def test_a_link_or_pipe_in_the_place_of_a_file_is_refused(
    verifier: str, links: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = lay_out(good("ranking"), tmp_path / "bundle")
    if links == "nothing but a pipe":
        path = tmp_path / "pipe"
        os.mkfifo(path)
    elif links == "pipe":
        (path / "ranking.json").unlink()
        os.mkfifo(path / "ranking.json")
    elif links == "folder":
        (path / "rounds").symlink_to(path)
    else:
        (path / "ranking.json").rename(tmp_path / "ranking.json")
        (path / "ranking.json").symlink_to(tmp_path / "ranking.json")
    answer = VERIFIERS[verifier]([str(path)], capsys)
    assert answer.code == 11
    assert answer.lines[-2].startswith("step 1 container: FAILED: ")


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_folders_that_hold_nothing_are_passed_over(
    verifier: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = lay_out(good("ranking"), tmp_path / "bundle")
    (path / "nothing" / "at all").mkdir(parents=True)
    assert VERIFIERS[verifier]([str(path)], capsys).code == 0


@pytest.mark.slow
@pytest.mark.parametrize("tampering", TABLE, ids=IDS)
def test_tampering_is_caught_in_an_archive_too(
    tampering: Tampering, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = tampering.make()
    path = tmp_path / "bundle.zip"
    path.write_bytes(made if isinstance(made, bytes) else packed(made))
    for verifier in VERIFIERS.values():
        assert verifier([str(path), *tampering.arguments], capsys).code == 10 + tampering.step
