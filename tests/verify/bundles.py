"""Bundles in the hands of somebody who changes them, and the two verifiers that must notice."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from participation.command_line import command_line
from verify import verify_bundle
from verify.vectors import generate
from verify.vectors.generate import Files

VECTORS = Path(verify_bundle.__file__).parent / "vectors"
STEPS = [
    "container",
    "canonical",
    "manifest",
    "files",
    "signature",
    "fingerprint",
    "declaration",
    "ballots",
    "root",
    "counts",
    "ranking",
]


# --- The verifiers ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What a verifier printed, and its exit code."""

    code: int
    lines: list[str]

    @property
    def last(self) -> str:
        return self.lines[-1]


def single_file(call: Sequence[str], capsys: pytest.CaptureFixture[str]) -> Answer:
    capsys.readouterr()
    code = verify_bundle.main(call)
    return Answer(code, capsys.readouterr().out.splitlines())


def program(call: Sequence[str], capsys: pytest.CaptureFixture[str]) -> Answer:
    done = CliRunner().invoke(command_line().commands["verify"], list(call))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return Answer(done.exit_code, done.stdout.splitlines())


Verifier = Callable[[Sequence[str], pytest.CaptureFixture[str]], Answer]
VERIFIERS: Mapping[str, Verifier] = {"single file": single_file, "program": program}


# --- Good bundles and how they are laid out -----------------------------------------------------------------------


@cache
def _vectors() -> dict[str, Files]:
    return generate.vectors()


def good(name: str) -> Files:
    """Give a copy of a good bundle."""
    return dict(_vectors()[name])


def lay_out(files: Mapping[str, bytes], folder: Path) -> Path:
    generate.write(files, folder)
    return folder


def packed(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return memory.getvalue()


# --- What somebody does who holds the site's key ------------------------------------------------------------------


def sign(files: Files, folder: str = "", key: Ed25519PrivateKey = generate.TEST_KEY) -> None:
    """Sign a manifest that was changed."""
    manifest = json.loads(files[f"{folder}manifest.json"])
    manifest["public_key"] = key.public_key().public_bytes_raw().hex()
    files[f"{folder}manifest.json"] = generate.canonical(manifest)
    files[f"{folder}manifest.sig"] = key.sign(files[f"{folder}manifest.json"]).hex().encode() + b"\n"


def seal(files: Files, folder: str = "") -> None:
    """Bring all hashes and signatures up to date with the files, from the inside to the outside."""
    manifest = json.loads(files[f"{folder}manifest.json"])
    for name, fingerprint in manifest.get("rounds", {}).items():
        if fingerprint and f"{folder}rounds/{name}/manifest.json" in files:
            seal(files, f"{folder}rounds/{name}/")
            manifest["rounds"][name] = generate.sha256(files[f"{folder}rounds/{name}/manifest.json"])
    if manifest.get("goals") and f"{folder}goals/manifest.json" in files:
        seal(files, f"{folder}goals/")
        manifest["goals"] = generate.sha256(files[f"{folder}goals/manifest.json"])
    for name in manifest["files"]:
        if f"{folder}{name}" in files:
            manifest["files"][name] = generate.sha256(files[f"{folder}{name}"])
    files[f"{folder}manifest.json"] = generate.canonical(manifest)
    sign(files, folder)


def edit(files: Files, name: str, change: Callable[[Any], object]) -> None:
    """Change an object of JSON in its place and write it in canonical form."""
    value = json.loads(files[name])
    change(value)
    files[name] = generate.canonical(value)


def put(value: Any, place: Sequence[str | int], new: object) -> None:
    """Put something at a place inside a value of JSON."""
    *way, last = place
    for key in way:
        value = value[key]
    value[last] = new


def ballots(files: Files) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files["ballots.jsonl"].splitlines()]


def write_ballots(files: Files, entries: Sequence[Mapping[str, Any]]) -> None:
    """Write ballots in the order of their receipts."""
    ordered = sorted(entries, key=lambda entry: str(entry["receipt"]))
    files["ballots.jsonl"] = b"".join(generate.canonical(entry) + b"\n" for entry in ordered)


def announce(files: Files) -> None:
    """Bring the announced number of ballots up to date."""
    count = len(ballots(files))
    edit(files, "manifest.json", lambda it: put(it, ("ballots", "count"), count))
    edit(files, "round.json", lambda it: it["voted"].update(total=count, classes={}, channels={"online": None}))
    edit(files, "round.json", lambda it: put(it, ("voted", "classes"), {"account": count}))


def root_again(files: Files) -> None:
    """Bring the Merkle root up to date."""
    root = generate.merkle(files["ballots.jsonl"].splitlines()).hex()
    edit(files, "manifest.json", lambda it: put(it, ("ballots", "root"), root))
