"""Bundles written by hand: counted pair by pair as docs/BUNDLE.md says, with nothing of the program's counting."""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Files = dict[str, bytes]

SECRET = bytes(range(32))
AT = "2026-11-22T14:31:46Z"
TITLE = {"language": "de", "body": "Was zuerst?", "translations": {}}
SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"


def canonical(document: object) -> bytes:
    """Write a document as the specification says, with the standard library."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def receipt(number: int) -> str:
    return "".join(SIGNS[number // 32**place % 32] for place in reversed(range(16)))


def lines_of(contents: Sequence[object]) -> list[bytes]:
    return [
        canonical({"content": content, "receipt": receipt(number), "salt": f"{number * 7919:032x}"})
        for number, content in enumerate(contents)
    ]


def root_of(lines: Sequence[bytes]) -> bytes:
    """RFC 6962, section 2.1, word by word."""
    if not lines:
        return hashlib.sha256(b"").digest()
    if len(lines) == 1:
        return hashlib.sha256(b"\x00" + lines[0]).digest()
    split = 1
    while split * 2 < len(lines):
        split *= 2
    return hashlib.sha256(b"\x01" + root_of(lines[:split]) + root_of(lines[split:])).digest()


def counted(kind: str, standing: Sequence[str], contents: Sequence[Any]) -> dict[str, Any]:
    """Count ballots one by one and pair by pair."""
    above = {(one, other): 0 for one in standing for other in standing}
    compared, empty = dict(above), 0
    marks: dict[str, dict[int, int]] = {code: {} for code in standing}
    for content in contents:
        remaining = [code for code in content if code in standing]
        empty += not remaining
        levels: dict[str, int | None] = dict.fromkeys(standing, None if kind == "score" else 0)
        for place, code in enumerate(remaining, start=1):
            value = {"ranking": place, "approval": 1}.get(kind) or content[code] if kind != "score" else content[code]
            levels[code] = len(remaining) + 1 - place if kind == "ranking" else value
            marks[code][value] = marks[code].get(value, 0) + 1
        for one, other in above:
            here, there = levels[one], levels[other]
            if one != other and here is not None and there is not None:
                compared[one, other] += 1
                above[one, other] += here > there
    return {
        "schema": "participation/bundle-counts/1",
        "ballots": len(contents),
        "empty": empty,
        "options": list(standing),
        "above": [[above[one, other] for other in standing] for one in standing],
        "compared": [[compared[one, other] for other in standing] for one in standing],
        "marks": [[list(pair) for pair in sorted(marks[code].items())] for code in standing],
    }


def order_of_display(code: str) -> tuple[object, ...]:
    runs = re.split(r"([0-9]+)", code)
    return (tuple(int(run) if place % 2 else run for place, run in enumerate(runs)), code)


def ranked(scores: Mapping[str, Fraction | None]) -> tuple[list[tuple[str, int | None, list[str]]], list[list[str]]]:
    """Give options their ranks; those without a score come last."""
    order = sorted(scores, key=order_of_display)
    having = sorted((code for code in order if scores[code] is not None), key=lambda code: -(scores[code] or 0))
    rows: list[tuple[str, int | None, list[str]]] = []
    ties = []
    for _score, group in groupby(having, key=scores.__getitem__):
        sharing, rank = list(group), len(rows) + 1
        rows += [(code, rank, [other for other in sharing if other != code]) for code in sharing]
        ties += [sharing] if len(sharing) > 1 else []
    return rows + [(code, None, []) for code in order if scores[code] is None], ties


def text(score: Fraction | None) -> str | None:
    return None if score is None else str(score)


def ranking_of(kind: str, counts: Mapping[str, Any]) -> dict[str, Any]:
    codes, above, compared = counts["options"], counts["above"], counts["compared"]
    rates: dict[str, Fraction | None] = {}
    for place, code in enumerate(codes):
        won, lost, made = sum(above[place]), sum(row[place] for row in above), sum(compared[place])
        rates[code] = Fraction(made + won - lost, 2 * made) if made else None
    rows, ties = ranked(rates)
    marks = dict(zip(codes, counts["marks"], strict=True))
    return {
        "schema": "participation/bundle-ranking/1",
        "rule": "win-rate",
        "method_version": "win-rate/1",
        "tie_break": None,
        "ballots": counts["ballots"],
        "options": [
            {
                "code": code,
                "rank": rank,
                "win_rate": text(rates[code]),
                "mentioned": sum(ballots for _mark, ballots in marks[code]),
                "given": sum(mark * ballots for mark, ballots in marks[code]) if kind in {"points", "score"} else 0,
                "tied_with": tied,
            }
            for code, rank, tied in rows
        ],
        "ties": ties,
    }


def round_files(
    ballot: Mapping[str, Any],
    codes: Sequence[str],
    contents: Sequence[Any],
    *,
    struck: Sequence[str] = (),
    name: str = "p3-online",
    serves: Mapping[str, Sequence[str]] | None = None,
    opens_at: str = "2026-10-01T08:00:00Z",
    whole: bool = False,
) -> Files:
    """Write a round's bundle; `whole`: with ballots also where only auditors receive them."""
    kind = str(ballot["kind"])
    contents_of = {
        code: {"code": code, "title": "Maßnahme\n", "serves": [{"code": goal} for goal in (serves or {}).get(code, [])]}
        for code in codes
    }
    declaration = {
        "schema": "participation/bundle-round/1",
        "process": "integration",
        "phase": "III",
        "round": name,
        "kind": "online",
        "task": "prioritise_measures",
        "eligibility": "open",
        "title": TITLE,
        "time_zone": "Europe/Berlin",
        "currency": "EUR",
        "opens_at": opens_at,
        "closes_at": "2026-11-01T08:00:00Z",
        "closed_at": "2026-11-01T08:00:01Z",
        "counted_at": AT,
        "events": [{"action": action, "at": AT, "reason": None} for action in ("open", "close", "conclude")],
        "ballot": dict(ballot),
        "rule": "win-rate",
        "method_version": "win-rate/1",
        "eligible": None,
        "voted": {"total": len(contents), "classes": {"account": len(contents)}, "channels": {"online": None}},
        "options": [
            {
                "code": code,
                "content": contents_of[code],
                "content_hash": digest(canonical(contents_of[code])),
                "struck": {"struck_at": AT, "reason": TITLE} if code in struck else None,
            }
            for code in codes
        ],
    }
    counts = counted(kind, [code for code in codes if code not in struck], contents)
    lines = lines_of(contents)
    most = {"ranking": "k", "approval": "k", "points": "points"}.get(kind)
    marked = len(codes) if most is None else min(ballot[most], len(codes))
    files = {
        "round.json": canonical(declaration),
        "counts.json": canonical(counts),
        "ranking.json": canonical(ranking_of(kind, counts)),
        "moderation.jsonl": b"",
        "statistics.json": canonical({"schema": "participation/bundle-statistics/1"}),
        "ballots.jsonl": b"".join(line + b"\n" for line in lines),
    }
    published = len(contents) >= 10 and marked <= 6
    manifest = {
        "schema": "participation/bundle/1",
        "kind": "round",
        "site": "https://mitmachen.example",
        "process": "integration",
        "round": name,
        "method_version": "win-rate/1",
        "made_at": AT,
        "ballots": {"count": len(contents), "published": published, "root": root_of(lines).hex()},
        "files": {inner: digest(data) for inner, data in files.items()},
    }
    if not published and not whole:
        del files["ballots.jsonl"]
    return files | signed(manifest)


def signed(manifest: Mapping[str, Any], secret: bytes = SECRET) -> Files:
    """Write a manifest and its signature."""
    key = Ed25519PrivateKey.from_private_bytes(secret)
    data = canonical({**manifest, "public_key": key.public_key().public_bytes_raw().hex()})
    return {"manifest.json": data, "manifest.sig": key.sign(data).hex().encode() + b"\n"}


def resealed(files: Mapping[str, bytes], change: Callable[[dict[str, Any]], object] = lambda _manifest: None) -> Files:
    """Hash and sign changed files anew, as somebody would who holds the key."""
    manifest = json.loads(files["manifest.json"])
    for name in manifest["files"]:
        if name in files:
            manifest["files"][name] = digest(files[name])
    change(manifest)
    return dict(files) | signed(manifest)


def changed(files: Mapping[str, bytes], name: str, change: Callable[[dict[str, Any]], object]) -> Files:
    """Change a document and seal the bundle anew."""
    document = json.loads(files[name])
    change(document)
    return resealed({**files, name: canonical(document)})


def joint_files(
    rounds: Mapping[str, Files | None],
    weights: Mapping[str, int],
    ranking: Mapping[str, Any],
    *,
    name: str = "measures",
    share: str = "0",
    goals: Files | None = None,
    goals_ranking: str | None = None,
) -> Files:
    """Write a joint ranking's bundle around those of its rounds; `ranking` is what it is to say."""
    declaration = {
        "schema": "participation/bundle-joint/1",
        "process": "integration",
        "phase": "III",
        "ranking": name,
        "task": "prioritise_measures",
        "title": TITLE,
        "declared_at": AT,
        "declared_by": TITLE,
        "computed_at": AT,
        "time_zone": "Europe/Berlin",
        "currency": "EUR",
        "rounds": [{"round": slug, "weight": weight} for slug, weight in weights.items()],
        "carry_over": {"share": share, "goals_ranking": goals_ranking},
    }
    own = {
        "joint.json": canonical(declaration),
        "ranking.json": canonical(ranking),
        "statistics.json": canonical({"schema": "participation/bundle-statistics/1"}),
    }
    manifest = {
        "schema": "participation/bundle/1",
        "kind": "joint",
        "site": "https://mitmachen.example",
        "process": "integration",
        "ranking": name,
        "method_version": "win-rate/1",
        "made_at": AT,
        "rounds": {slug: digest(files["manifest.json"]) if files else None for slug, files in rounds.items()},
        "goals": digest(goals["manifest.json"]) if goals else None,
        "files": {inner: digest(data) for inner, data in own.items()},
    }
    inside = {f"rounds/{slug}/{inner}": data for slug in rounds for inner, data in (rounds[slug] or {}).items()}
    inside |= {f"goals/{inner}": data for inner, data in (goals or {}).items()}
    return own | inside | signed(manifest)


def unpacked(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write a bundle into a folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def zipped(files: Mapping[str, bytes], path: Path, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write a bundle into a ZIP file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    path.write_bytes(packed.getvalue())
    return path
