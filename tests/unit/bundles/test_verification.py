"""What a verification passes and where it stops, on bundles written by hand."""

import json
import stat
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from participation.bundles.commands import verify_bundle
from participation.bundles.naming import STEPS
from participation.bundles.verification import Asked, State, Verdict, verify
from tests.factories.bundles import (
    Files,
    changed,
    digest,
    resealed,
    round_files,
    signed,
    unpacked,
    zipped,
)

RANKING = {"kind": "ranking", "k": 3}
CODES = ("M1", "M2", "M10", "M3")
CONTENTS = [["M1"], ["M2", "M1"], [], ["M10", "M3", "M2"], ["M1", "M2"], ["M3"], ["M2"], ["M1", "M10"], ["M3"], ["M1"]]


@pytest.fixture
def files() -> Files:
    return round_files(RANKING, CODES, CONTENTS)


def outcome(path: Path, asked: Asked | None = None) -> tuple[int, str]:
    """Verify and return the exit code and the reason of what failed."""
    verdict = Verdict()
    for _step in verify(path, asked or Asked(), verdict):
        pass
    return verdict.exit_code, verdict.failed.reason if verdict.failed else ""


def failing(files: Mapping[str, bytes], folder: Path) -> tuple[str, str]:
    code, reason = outcome(unpacked(files, folder))
    assert code > 10, "it passed"
    return STEPS[code - 11], reason


def test_a_bundle_in_order_is_verified_as_a_folder_and_as_a_zip_file(files: Files, tmp_path: Path) -> None:
    fingerprint = digest(files["manifest.json"])
    for path in (unpacked(files, tmp_path / "folder"), zipped(files, tmp_path / "packed.zip")):
        verdict = Verdict()
        steps = list(verify(path, Asked(fingerprint=fingerprint), verdict))
        assert [step.state for step in steps] == [State.OK] * 11
        assert verdict.fingerprint == fingerprint


def test_the_command_says_each_step_and_ends_with_the_failed_one(files: Files, tmp_path: Path) -> None:
    good = unpacked(files, tmp_path / "good")
    said = CliRunner().invoke(verify_bundle, [str(good)])
    assert said.exit_code == 0
    lines = said.stdout.splitlines()
    assert lines[0] == "step 1 container: ok"
    assert lines[5] == "step 6 fingerprint: not possible"
    assert lines[-1] == f"VERIFIED {digest(files['manifest.json'])}"
    (good / "ballots.jsonl").write_bytes(files["ballots.jsonl"].replace(b"M10", b"M2", 1))
    said = CliRunner().invoke(verify_bundle, [str(good), "--format", "json"])
    assert said.exit_code == 14
    document = json.loads(said.stdout)
    assert document["verified"] is False
    assert document["steps"][-1]["name"] == "files"
    assert CliRunner().invoke(verify_bundle, [str(good), "--key", "short"]).exit_code == 2
    assert CliRunner().invoke(verify_bundle, [str(tmp_path / "nothing")]).exit_code == 2


def test_a_key_and_a_fingerprint_from_elsewhere_are_compared(files: Files, tmp_path: Path) -> None:
    path = unpacked(files, tmp_path)
    manifest = json.loads(files["manifest.json"])
    grouped = " ".join(digest(files["manifest.json"])[at : at + 4].upper() for at in range(0, 64, 4))
    asked = ["--key", manifest["public_key"], "--fingerprint", grouped]
    assert CliRunner().invoke(verify_bundle, [str(path), *asked]).exit_code == 0
    assert outcome(path, Asked(key="0" * 64))[0] == 15
    assert outcome(path, Asked(fingerprint="0" * 64))[0] == 16


def test_withheld_ballots_are_recounted_from_their_sums_and_auditors_recount_the_ballots(tmp_path: Path) -> None:
    few = round_files(RANKING, CODES, CONTENTS[:9])
    verdict = Verdict()
    states = {step.name: step.state for step in verify(unpacked(few, tmp_path / "public"), Asked(), verdict)}
    assert verdict.failed is None
    assert (states["ballots"], states["root"], states["counts"]) == (State.NOT_POSSIBLE, State.NOT_POSSIBLE, State.OK)
    whole = round_files(RANKING, CODES, CONTENTS[:9], whole=True)
    assert whole["manifest.json"] == few["manifest.json"]
    assert outcome(unpacked(whole, tmp_path / "auditors")) == (0, "")


KINDS: Sequence[Mapping[str, Any]] = (
    {"kind": "ranking", "k": 3},
    {"kind": "approval", "k": 2},
    {"kind": "points", "points": 6, "max": 4},
    {"kind": "score", "max": 5},
)


@st.composite
def rounds(draw: st.DrawFn) -> tuple[Mapping[str, Any], list[str], list[Any], list[str]]:
    """Draw a round: its ballot, its options, its ballots, what was struck."""
    ballot = draw(st.sampled_from(KINDS))
    code = st.from_regex(r"[A-Z]{0,2}[0-9]{1,3}(\.[0-9]{1,2})?", fullmatch=True)
    codes = draw(st.lists(code, min_size=2, max_size=7, unique=True))
    some = st.lists(st.sampled_from(codes), unique=True, max_size=3)
    if ballot["kind"] == "score":
        content: st.SearchStrategy[Any] = st.dictionaries(st.sampled_from(codes), st.integers(0, 5))
    elif ballot["kind"] == "points":
        content = some.map(lambda chosen: dict(zip(chosen, (3, 2, 1), strict=False)))
    else:
        content = some.map(lambda chosen: chosen[: ballot["k"]])
    contents = draw(st.lists(content, max_size=24))
    return ballot, codes, contents, draw(st.lists(st.sampled_from(codes), unique=True, max_size=2))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rounds(), st.booleans())
def test_whatever_was_voted_a_recount_by_hand_gives_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory,
    drawn: tuple[Mapping[str, Any], list[str], list[Any], list[str]],
    whole: bool,  # noqa: FBT001 - drawn
) -> None:
    ballot, codes, contents, struck = drawn
    files = round_files(ballot, codes, contents, struck=struck, whole=whole)
    assert outcome(zipped(files, tmp_path_factory.mktemp("bundle") / "b.zip")) == (0, "")


def _with_line(files: Files, change: Mapping[bytes, bytes]) -> Files:
    data = files["ballots.jsonl"]
    for old, new in change.items():
        data = data.replace(old, new, 1)
    return resealed({**files, "ballots.jsonl": data})


def _set(*path: str | int, value: object) -> Any:
    def change(document: Any) -> None:
        for name in path[:-1]:
            document = document[name]
        document[path[-1]] = value

    return change


TAMPERED: Mapping[str, tuple[str, Any]] = {
    "an unknown file": ("container", lambda files: {**files, "notes.txt": b""}),
    "a file too few": ("container", lambda files: {name: files[name] for name in files if name != "counts.json"}),
    "blanks": ("canonical", lambda files: {**files, "round.json": files["round.json"].replace(b":", b": ", 1)}),
    "a name twice": ("canonical", lambda files: {**files, "counts.json": b'{"a":1,"a":1}'}),
    "a fraction": ("canonical", lambda files: {**files, "statistics.json": b'{"a":1.5}'}),
    "not a number": ("canonical", lambda files: {**files, "statistics.json": b'{"a":NaN}'}),
    "too large a number": ("canonical", lambda files: {**files, "statistics.json": b'{"a":9007199254740992}'}),
    "a huge number": ("canonical", lambda files: {**files, "statistics.json": b'{"a":1' + b"0" * 5000 + b"}"}),
    "a lone surrogate": ("canonical", lambda files: {**files, "statistics.json": b'{"a":"\\ud800"}'}),
    "a name beyond ASCII": ("canonical", lambda files: {**files, "statistics.json": '{"ä":1}'.encode()}),
    "deep nesting": ("canonical", lambda files: {**files, "statistics.json": b'{"a":' + b"[" * 64 + b"]" * 64 + b"}"}),
    "very deep nesting": (
        "canonical",
        lambda files: {**files, "statistics.json": b'{"a":' + b"[" * 10**6 + b"]" * 10**6 + b"}"},
    ),
    "a byte order mark": ("canonical", lambda files: {**files, "round.json": b"\xef\xbb\xbf" + files["round.json"]}),
    "bytes that are no text": ("canonical", lambda files: {**files, "statistics.json": b'{"a":"\xff"}'}),
    "a list": ("canonical", lambda files: {**files, "statistics.json": b"[]"}),
    "no line feed at the end": ("canonical", lambda files: {**files, "ballots.jsonl": files["ballots.jsonl"][:-1]}),
    "an endless line": ("canonical", lambda files: {**files, "moderation.jsonl": b'{"a":"' + b"x" * 65_536 + b'"}\n'}),
    "moderation out of order": ("canonical", lambda files: {**files, "moderation.jsonl": b'{"b":1}\n{"a":1}\n'}),
    "another schema": ("manifest", lambda files: resealed(files, _set("schema", value="participation/bundle/2"))),
    "a further name": ("manifest", lambda files: resealed(files, _set("note", value=""))),
    "an impossible day": ("manifest", lambda files: resealed(files, _set("made_at", value="2026-02-30T00:00:00Z"))),
    "published ballots that are gone": (
        "manifest",
        lambda files: {name: files[name] for name in files if name != "ballots.jsonl"},
    ),
    "another count": ("files", lambda files: {**files, "counts.json": files["counts.json"].replace(b"10", b"11", 1)}),
    "a signature of something else": (
        "signature",
        lambda files: {**files, "manifest.sig": signed({"kind": "round"})["manifest.sig"]},
    ),
    "a signature in capitals": ("signature", lambda files: {**files, "manifest.sig": files["manifest.sig"].upper()}),
    "an option that was changed": (
        "declaration",
        lambda files: changed(files, "round.json", _set("options", 0, "content", "title", value="X")),
    ),
    "more voters than ballots": (
        "declaration",
        lambda files: changed(files, "round.json", _set("voted", "total", value=11)),
    ),
    "no conclusion": (
        "declaration",
        lambda files: changed(files, "round.json", lambda one: one["events"].pop()),
    ),
    "published against the rule": (
        "declaration",
        lambda files: resealed(files, _set("ballots", "published", value=False)),
    ),
    "a receipt twice": ("ballots", lambda files: _with_line(files, {b"0000000000000001": b"0000000000000000"})),
    "a receipt with a forbidden sign": (
        "ballots",
        lambda files: _with_line(files, {b"0000000000000001": b"000000000000000i"}),
    ),
    "an option twice": ("ballots", lambda files: _with_line(files, {b'["M2","M1"]': b'["M1","M1"]'})),
    "an option that nobody put to the vote": ("ballots", lambda files: _with_line(files, {b'["M1"]': b'["M9"]'})),
    "too long a ballot": ("ballots", lambda files: _with_line(files, {b'["M1"]': b'["M1","M2","M3","M10"]'})),
    "a ballot less": (
        "ballots",
        lambda files: resealed({**files, "ballots.jsonl": files["ballots.jsonl"].split(b"\n", 1)[1]}),
    ),
    "another salt": ("root", lambda files: _with_line(files, {b'"salt":"0000': b'"salt":"1000'})),
    "another ballot": ("root", lambda files: _with_line(files, {b'["M2","M1"]': b'["M1","M2"]'})),
    "other sums": ("counts", lambda files: changed(files, "counts.json", _set("empty", value=2))),
    "another rank": ("ranking", lambda files: changed(files, "ranking.json", _set("options", 0, "rank", value=2))),
    "a figure not in lowest terms": (
        "ranking",
        lambda files: changed(files, "ranking.json", _set("options", 0, "win_rate", value="2/4")),
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_whatever_was_changed_is_found_in_its_step(what: str, files: Files, tmp_path: Path) -> None:
    step, tamper = TAMPERED[what]
    assert failing(tamper(files), tmp_path)[0] == step


IMPOSSIBLE: Mapping[str, Any] = {
    "more above than compared": _set("above", 0, 1, value=10),
    "not symmetric": _set("compared", 0, 1, value=8),
    "below zero": _set("above", 0, 1, value=-1),
    "a pair that nobody compared": lambda one: [_set("compared", at, to, value=8)(one) for at, to in ((0, 1), (1, 0))],
    "a mark beyond the limits": _set("marks", 0, value=[[4, 1]]),
    "marks that do not ascend": _set("marks", 0, value=[[2, 1], [1, 1]]),
    "a mark of nobody": _set("marks", 0, value=[[1, 0]]),
    "more marks than ballots": _set("marks", 0, value=[[1, 9]]),
    "more empty ballots than ballots": _set("empty", value=10),
    "another option": _set("options", 0, value="M4"),
    "true instead of one": _set("above", 0, 1, value=True),
    "a row too long": lambda one: one["above"][0].append(0),
}


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_sums_that_no_ballots_can_have_given_are_refused(what: str, tmp_path: Path) -> None:
    few = round_files(RANKING, CODES, CONTENTS[:9])
    assert failing(changed(few, "counts.json", IMPOSSIBLE[what]), tmp_path)[0] == "counts"


def test_a_container_that_is_made_to_harm_is_refused_unread(files: Files, tmp_path: Path) -> None:
    def packed(name: str, **more: Any) -> Path:
        path = zipped(files, tmp_path / "bad.zip")
        with zipfile.ZipFile(path, "a") as archive:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = more.get("mode", 0o100644) << 16
            with pytest.warns(UserWarning, match="Duplicate name") if name in files else nullcontext():
                archive.writestr(entry, more.get("data", b""))
        return path

    for name, data, mode in (
        ("../outside", b"", 0o100644),
        ("/absolute", b"", 0o100644),
        ("manifest.json", b"{}", 0o100644),
        ("a\\b", b"", 0o100644),
        ("link", b"/etc/passwd", stat.S_IFLNK | 0o777),
        ("rounds/x/manifest.json", b"{}", 0o100644),
    ):
        code, reason = outcome(packed(name, data=data, mode=mode))
        assert (code, name, bool(reason)) == (11, name, True)
    assert outcome(packed("empty/folder/"))[0] == 0
    broken = zipped(files, tmp_path / "broken.zip")
    flipped = bytearray(broken.read_bytes())
    flipped[60] ^= 0xFF
    broken.write_bytes(bytes(flipped))
    assert outcome(broken)[0] == 11
    (tmp_path / "text").write_text("no bundle")
    assert outcome(tmp_path / "text")[0] == 11


def test_a_bomb_is_refused_by_what_it_says_of_its_size(files: Files, tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("round.json", "w") as file:
        for _mebibyte in range(65):
            file.write(bytes(2**20))
    code, reason = outcome(path)
    assert code == 11
    assert "64 MiB" in reason


def test_links_in_a_folder_are_refused(files: Files, tmp_path: Path) -> None:
    folder = unpacked(files, tmp_path / "folder")
    (folder / "round.json").rename(tmp_path / "round.json")
    (folder / "round.json").symlink_to(tmp_path / "round.json")
    assert outcome(folder)[0] == 11


def test_reasons_command_no_terminal(files: Files, tmp_path: Path) -> None:
    (tmp_path / "\x1b[31mred").write_bytes(b"")
    code, reason = outcome(unpacked(files, tmp_path))
    assert code == 11
    assert reason.isprintable()
