import ast
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.verify.bundles import STEPS, VECTORS, VERIFIERS, good, lay_out, packed, seal, sign, single_file
from verify import verify_bundle
from verify.vectors import generate

NAMES = sorted(generate.vectors())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("verifier", VERIFIERS)
def test_a_good_bundle_is_verified(name: str, verifier: str, capsys: pytest.CaptureFixture[str]) -> None:
    fingerprint = generate.fingerprint(good(name))
    printed = " ".join(fingerprint[at : at + 4] for at in range(0, 64, 4)).upper()
    call = [str(VECTORS / name), "--key", generate.PUBLIC_KEY, "--fingerprint", printed]
    answer = VERIFIERS[verifier](call, capsys)
    assert (answer.code, answer.last) == (0, f"VERIFIED {fingerprint}")
    outer = [line for line in answer.lines if line.startswith("step ")]
    assert [line.split(":")[0] for line in outer] == [f"step {n} {name}" for n, name in enumerate(STEPS, 1)]


def test_the_vectors_are_what_their_generator_writes(tmp_path: Path) -> None:
    for name, files in generate.vectors().items():
        lay_out(files, tmp_path / name)

    def contents(folder: Path) -> dict[str, bytes]:
        found = (path for name in NAMES for path in (folder / name).rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}

    assert contents(VECTORS) == contents(tmp_path)
    assert sorted(path.name for path in VECTORS.iterdir() if path.is_dir() and path.name != "__pycache__") == NAMES


def test_one_vector_was_counted_by_hand() -> None:
    assert good("ranking")["counts.json"].decode() == generate.RANKING_COUNTS
    assert good("ranking")["ranking.json"].decode() == generate.RANKING_RANKS


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_a_packed_bundle_is_verified_like_a_folder(
    verifier: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "joint.zip"
    file.write_bytes(packed(good("joint-with-goals") | {"rounds/": b"", "goals/rounds/": b""}))
    assert VERIFIERS[verifier]([str(file)], capsys).last.startswith("VERIFIED ")


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_what_cannot_be_checked_is_called_not_possible(verifier: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = VERIFIERS[verifier]([str(VECTORS / "few")], capsys).lines
    assert [line for line in lines if not line.endswith(": ok")] == [
        "step 6 fingerprint: not possible",
        "step 8 ballots: not possible",
        "step 9 root: not possible",
        f"VERIFIED {generate.fingerprint(good('few'))}",
    ]


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_bundles_inside_go_first_with_their_folders(verifier: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = VERIFIERS[verifier]([str(VECTORS / "joint-with-goals")], capsys).lines
    first = [line.split(" step ")[0] for line in lines if "step 1 container: ok" in line]
    rounds = ["rounds/citizens", "rounds/online", "rounds/steering"]
    assert first == [
        *rounds,
        "goals/rounds/goals-citizens",
        "goals/rounds/goals-online",
        "goals",
        "step 1 container: ok",
    ]


@pytest.mark.parametrize("verifier", VERIFIERS)
@pytest.mark.parametrize(
    "call",
    [
        [],
        ["bundle", "too many"],
        ["no such folder"],
        ["x" * 5000],
        [str(VECTORS / "few"), "--key", "00"],
        [str(VECTORS / "few"), "--fingerprint", "g" * 64],
        [str(VECTORS / "few"), "--trust"],
    ],
)
def test_a_call_that_is_not_understood_ends_with_2(
    verifier: str, call: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = VERIFIERS[verifier](call, capsys).code
    except SystemExit as end:
        code = int(str(end.code))
    assert code == 2


@pytest.mark.parametrize("verifier", VERIFIERS)
def test_a_key_of_the_site_need_not_be_that_of_the_bundles_inside(
    verifier: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = good("joint")
    key = Ed25519PrivateKey.from_private_bytes(b"the key that the site has today.")
    seal(files)
    sign(files, key=key)
    today = key.public_key().public_bytes_raw().hex()
    assert VERIFIERS[verifier]([str(lay_out(files, tmp_path / "joint")), "--key", today], capsys).code == 0


# --- The single file ----------------------------------------------------------------------------------------------

FILE = Path(verify_bundle.__file__)


def test_the_single_file_needs_nothing_but_the_standard_library_and_cryptography() -> None:
    """The wall that makes two verifiers two: neither the file nor its vectors may know the program."""
    for file in (FILE, VECTORS / "generate.py"):
        imported = set()
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                imported |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").split(".")[0])
                assert node.level == 0
        assert imported - sys.stdlib_module_names == {"cryptography"}
        assert "importlib" not in imported


def test_the_program_does_not_lean_on_the_single_file() -> None:
    leaning = re.compile(r"^\s*(?:from|import) verify\b", re.MULTILINE)
    files = list((FILE.parents[1] / "participation").rglob("*.py"))
    assert files
    assert [str(file) for file in files if leaning.search(file.read_text())] == []


def run(*call: str, without: Sequence[str] = (), stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    """Run the file alone, as somebody does who has nothing else, with some packages missing."""
    missing = "".join(f"sys.modules[{name!r}] = None; " for name in without)
    arguments = f"sys.argv = {[str(FILE), *call]!r}; "
    program = f"import runpy, sys; {missing}{arguments}runpy.run_path({str(FILE)!r}, run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-I", "-c", program],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        cwd=VECTORS,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
    )


def test_the_single_file_runs_alone() -> None:
    done = run("ranking")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == f"VERIFIED {generate.fingerprint(good('ranking'))}"


def test_the_single_file_says_how_to_install_what_is_missing() -> None:
    done = run("ranking", without=["cryptography"])
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install cryptography" in done.stderr


def test_the_exit_code_stands_even_if_nobody_reads() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = run("ranking", stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_readers_terminal_sees_only_plain_characters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = good("ranking") | {"\x1b[2J\u202e\nVERIFIED.json": b"{}"}
    answer = single_file([str(lay_out(files, tmp_path / "bundle"))], capsys)
    assert answer.lines[-1] == "NOT VERIFIED"
    assert len(answer.lines) == 2
    assert "".join(answer.lines).isascii()
    assert "".join(answer.lines).isprintable()
