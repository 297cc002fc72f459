"""Write the test vectors: small bundles that a verifier must accept, the same bytes at every run.

    python verify/vectors/generate.py          write them into verify/vectors/
    python verify/vectors/generate.py FOLDER   write them elsewhere

Everything here follows the definitions of docs/BUNDLE.md word by word, without any of the short cuts that a verifier of
many ballots takes: pairs are compared ballot by ballot, the Merkle tree is split as RFC 6962 writes it. What `RANKING`
must give was counted by hand and stands here as text.
"""

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

Files = dict[str, bytes]

# For these vectors and for tests only: everybody knows its private half. A bundle that it signed proves nothing.
TEST_KEY: Final = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"test vectors: this key is no secret").digest())
PUBLIC_KEY: Final = TEST_KEY.public_key().public_bytes_raw().hex()

SITE: Final = "https://mitmachen.stadt.example"
PROCESS: Final = "integration"
METHOD: Final = "win-rate/1"
ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"


# --- The parts of a bundle ----------------------------------------------------------------------------------------


def canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def text(body: str, language: str = "de", **translations: str) -> dict[str, Any]:
    """Give a text as bundles hold it; every translation was made by a human."""
    others = {key: {"body": value, "origin": "human", "stale": False} for key, value in translations.items()}
    return {"language": language, "body": body, "translations": others}


def merkle(leaves: Sequence[bytes]) -> bytes:
    """Give the Merkle tree hash as RFC 6962, section 2.1 defines it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + merkle(leaves[:split]) + merkle(leaves[split:])).digest()


def seal(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Files:
    """Add a signed manifest that lists the given files."""
    listed = {name: sha256(data) for name, data in files.items() if "/" not in name}
    body = canonical({**manifest, "files": listed, "public_key": PUBLIC_KEY})
    return {**files, "manifest.json": body, "manifest.sig": TEST_KEY.sign(body).hex().encode() + b"\n"}


def fingerprint(files: Mapping[str, bytes]) -> str:
    return sha256(files["manifest.json"])


def drawn(seed: str, letters: str, length: int) -> str:
    """Draw letters from a seed."""
    digest = b"".join(hashlib.sha256(f"{seed} {block}".encode()).digest() for block in range(length // 32 + 1))
    return "".join(letters[byte % len(letters)] for byte in digest[:length])


# --- Rounds -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Round:
    """A concluded round: what was asked, and the contents of its ballots."""

    name: str
    ballot: Mapping[str, Any]
    options: Mapping[str, Mapping[str, Any]]
    contents: Sequence[Any]
    struck: tuple[str, ...] = ()
    task: str = "prioritise_measures"
    title: Mapping[str, Any] = field(default_factory=lambda: text("Maßnahmen", tr="Önlemler", ar="التدابير"))
    opens_at: str = "2026-09-01T08:00:00Z"
    extended: bool = False
    moderation: Sequence[Mapping[str, Any]] = ()
    eligible: int | None = None

    @property
    def counted(self) -> list[str]:
        return [code for code in self.options if code not in self.struck]

    def lines(self) -> list[bytes]:
        """Give the lines of ballots.jsonl without line feeds, in ascending order of receipts."""
        entries = [
            {
                "content": content,
                "receipt": drawn(f"{self.name} receipt {number}", ALPHABET, 16),
                "salt": drawn(f"{self.name} salt {number}", "0123456789abcdef", 32),
            }
            for number, content in enumerate(self.contents)
        ]
        return [canonical(entry) for entry in sorted(entries, key=lambda entry: entry["receipt"])]

    @property
    def published(self) -> bool:
        limits = {**self.ballot, "options": len(self.options)}
        names = {"ranking": ("k",), "approval": ("k",), "points": ("points",), "score": ()}[limits["kind"]]
        return len(self.contents) >= 10 and min(limits[name] for name in (*names, "options")) <= 6


def levels(kind: str, content: Any, counted: Sequence[str]) -> dict[str, int]:
    """Give the levels of a ballot by the table of the specification."""
    if kind in {"ranking", "approval"}:
        remains = [code for code in content if code in counted]
        given = {code: len(remains) - place if kind == "ranking" else 1 for place, code in enumerate(remains)}
    else:
        given = {code: mark for code, mark in content.items() if code in counted}
    return given if kind == "score" else dict.fromkeys(counted, 0) | given


def marks(kind: str, content: Any, counted: Sequence[str]) -> dict[str, int]:
    """Give the marks of the options that a ballot holds."""
    if kind == "ranking":
        return {code: place for place, code in enumerate((c for c in content if c in counted), 1)}
    if kind == "approval":
        return {code: 1 for code in content if code in counted}
    return {code: mark for code, mark in content.items() if code in counted}


def count(round_: Round) -> dict[str, Any]:
    """Count a round pair by pair and ballot by ballot."""
    kind, counted = round_.ballot["kind"], round_.counted
    by_level = [levels(kind, content, counted) for content in round_.contents]
    by_mark = [marks(kind, content, counted) for content in round_.contents]

    def both(first: str, second: str) -> list[dict[str, int]]:
        return [ballot for ballot in by_level if first != second and first in ballot and second in ballot]

    def marked(code: str) -> list[list[int]]:
        found = sorted(ballot[code] for ballot in by_mark if code in ballot)
        return [[mark, len(list(group))] for mark, group in groupby(found)]

    return {
        "schema": "participation/bundle-counts/1",
        "ballots": len(round_.contents),
        "empty": sum(not ballot for ballot in by_mark),
        "options": counted,
        "above": [[sum(ballot[a] > ballot[b] for ballot in both(a, b)) for b in counted] for a in counted],
        "compared": [[len(both(a, b)) for b in counted] for a in counted],
        "marks": [marked(code) for code in counted],
    }


def in_order_of_display(codes: Sequence[str]) -> list[str]:
    """Sort codes of one letter and one number, which is all that the vectors use."""
    return sorted(codes, key=lambda code: (code[0], int(code[1:])))


def ranked(scores: Mapping[str, Fraction | None], apart: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Give code, rank and tied_with of all options; those without a score and those set apart come last."""
    placed = {code: score for code, score in scores.items() if score is not None and code not in apart}
    rows = [
        {
            "code": code,
            "rank": 1 + sum(other > score for other in placed.values()),
            "tied_with": [c for c in in_order_of_display(list(placed)) if placed[c] == score and c != code],
        }
        for code, score in placed.items()
    ]
    order = in_order_of_display(list(scores))
    rows.sort(key=lambda row: (row["rank"], order.index(str(row["code"]))))
    return rows + [{"code": code, "rank": None, "tied_with": []} for code in order if code not in placed]


def ties_of(rows: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    groups: dict[int, list[str]] = {}
    for row in rows:
        if row["rank"] is not None:
            groups.setdefault(row["rank"], []).append(row["code"])
    return [groups[place] for place in sorted(groups) if len(groups[place]) > 1]


def written(score: Fraction | None) -> str | None:
    return None if score is None else str(score)


def win_rates(counts: Mapping[str, Any]) -> dict[str, Fraction | None]:
    rates: dict[str, Fraction | None] = {}
    for i, code in enumerate(counts["options"]):
        made = sum(counts["compared"][i])
        won, lost = sum(counts["above"][i]), sum(row[i] for row in counts["above"])
        rates[code] = Fraction(made + won - lost, 2 * made) if made else None
    return rates


def rank_round(round_: Round, counts: Mapping[str, Any]) -> dict[str, Any]:
    rates = win_rates(counts)
    rows = ranked(rates)
    for row in rows:
        pairs = counts["marks"][counts["options"].index(row["code"])]
        row["win_rate"] = written(rates[row["code"]])
        row["mentioned"] = sum(ballots for _, ballots in pairs)
        gives = round_.ballot["kind"] in {"points", "score"}
        row["given"] = sum(mark * ballots for mark, ballots in pairs) if gives else 0
    return {
        "schema": "participation/bundle-ranking/1",
        "rule": "win-rate",
        "method_version": METHOD,
        "tie_break": None,
        "ballots": len(round_.contents),
        "options": rows,
        "ties": ties_of(rows),
    }


def events(round_: Round) -> list[dict[str, Any]]:
    extension = {
        "action": "extend",
        "at": "2026-09-20T10:00:00Z",
        "reason": text("Die Briefe kamen spät an.", tr="Mektuplar geç ulaştı.", ar="وصلت الرسائل متأخرة."),
    }
    return [
        {"action": "open", "at": round_.opens_at, "reason": None},
        *([extension] if round_.extended else []),
        {"action": "close", "at": "2026-10-01T18:00:00Z", "reason": None},
        {"action": "conclude", "at": "2026-10-02T09:30:00Z", "reason": None},
    ]


def declare(round_: Round) -> dict[str, Any]:
    cast = len(round_.contents)
    paper = 3 if cast >= 10 else None
    struck = {
        "struck_at": "2026-09-10T12:00:00Z",
        "reason": text("Der Rat hat sie schon beschlossen.", tr="Meclis bunu zaten kabul etti."),
    }
    return {
        "schema": "participation/bundle-round/1",
        "process": PROCESS,
        "phase": "p3",
        "round": round_.name,
        "kind": "online",
        "task": round_.task,
        "eligibility": "open",
        "title": round_.title,
        "time_zone": "Europe/Berlin",
        "currency": "EUR",
        "opens_at": round_.opens_at,
        "closes_at": "2026-10-01T18:00:00Z",
        "closed_at": "2026-10-01T18:00:00Z",
        "counted_at": "2026-10-02T09:30:00Z",
        "events": events(round_),
        "ballot": round_.ballot,
        "rule": "win-rate",
        "method_version": METHOD,
        "eligible": round_.eligible,
        "voted": {
            "total": cast,
            "classes": {"account": cast},
            "channels": {"online": None if paper is None else cast - paper, "paper": paper},
        },
        "options": [
            {
                "code": code,
                "content": content,
                "content_hash": sha256(canonical(content)),
                "struck": struck if code in round_.struck else None,
            }
            for code, content in round_.options.items()
        ],
    }


def bundle_of_round(round_: Round, *, auditors: bool = False) -> Files:
    """Give the public bundle of a round, or the edition for auditors, which always holds the ballots."""
    lines = round_.lines()
    counts = count(round_)
    root = merkle(lines).hex()
    moderation = sorted(canonical(entry) for entry in round_.moderation)
    statistics = {"schema": "participation/bundle-statistics/1", "seed": root, "statistics": {}, "rules": {}}
    files = {
        "round.json": canonical(declare(round_)),
        "ballots.jsonl": b"".join(line + b"\n" for line in lines),
        "counts.json": canonical(counts),
        "ranking.json": canonical(rank_round(round_, counts)),
        "moderation.jsonl": b"".join(line + b"\n" for line in moderation),
        "statistics.json": canonical({**statistics, "condorcet": {}}),
    }
    manifest = {
        "schema": "participation/bundle/1",
        "kind": "round",
        "site": SITE,
        "process": PROCESS,
        "round": round_.name,
        "method_version": METHOD,
        "made_at": "2026-10-02T09:31:00Z",
        "ballots": {"count": len(lines), "published": round_.published, "root": root},
    }
    sealed = seal(files, manifest)
    if not round_.published and not auditors:
        del sealed["ballots.jsonl"]
    return sealed


# --- Joint rankings -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Joint:
    """A joint ranking: rounds with their weights (None: concluded without a count), and what carries over."""

    name: str
    rounds: Mapping[str, tuple[int, Round | None]]
    task: str = "prioritise_measures"
    share: str = "0"
    goals: "Joint | None" = None


def mean(parts: Sequence[tuple[int, Fraction]]) -> Fraction | None:
    whole = sum(weight for weight, _ in parts)
    return sum((weight * score for weight, score in parts), Fraction()) / whole if whole else None


def last_shown(code: str, rounds: Sequence[Round]) -> list[str]:
    """Give the goals that an option serves where it was shown last."""
    last = max((round_.opens_at, round_.name) for round_ in rounds if code in round_.counted)
    content = next(round_ for round_ in rounds if round_.name == last[1]).options[code]
    return [goal["code"] for goal in content.get("serves", [])]


def rank_joint(joint: Joint) -> dict[str, Any]:
    rounds = [round_ for _, round_ in joint.rounds.values() if round_]
    rates = {round_.name: win_rates(count(round_)) for round_ in rounds}
    weights = {name: weight for name, (weight, _) in joint.rounds.items()}
    whole = sum(weights[name] for name, of in rates.items() if any(rate is not None for rate in of.values()))
    share = Fraction(joint.share)
    goals = {}
    if joint.goals:
        rows = rank_joint(joint.goals)["options"]
        goals = {row["code"]: Fraction(row["score"]) for row in rows if row["rank"] is not None}
    scores: dict[str, Fraction | None] = {}
    shown: dict[str, dict[str, Any]] = {}
    apart = []
    for code in in_order_of_display(list({code for of in rates.values() for code in of})):
        parts = [(weights[name], rate) for name, of in rates.items() if (rate := of.get(code)) is not None]
        covered = Fraction(sum(weight for weight, _ in parts), whole) if whole else Fraction()
        own = mean(parts)
        of_goals = mean([(1, goals[goal]) for goal in last_shown(code, rounds) if goal in goals])
        scores[code] = own if own is None or of_goals is None else (1 - share) * own + share * of_goals
        if covered < Fraction(1, 2):
            apart.append(code)
        shown[code] = {
            "score": written(scores[code]),
            "own": written(own),
            "goals": written(of_goals),
            "coverage": str(covered),
            "rounds": {name: written(rates.get(name, {}).get(code)) for name in joint.rounds},
        }
    rows = [{**row, **shown[row["code"]]} for row in ranked(scores, apart)]
    return {
        "schema": "participation/bundle-joint-ranking/1",
        "rule": "weighted-win-rates",
        "method_version": METHOD,
        "tie_break": None,
        "ballots": sum(len(round_.contents) for round_ in rounds),
        "options": rows,
        "ties": ties_of(rows),
    }


def bundle_of_joint(joint: Joint) -> Files:
    declared = {
        "schema": "participation/bundle-joint/1",
        "process": PROCESS,
        "phase": "p3",
        "ranking": joint.name,
        "task": joint.task,
        "title": text("Gemeinsame Rangfolge", tr="Ortak sıralama", ar="الترتيب المشترك"),
        "declared_at": "2026-08-20T09:00:00Z",
        "declared_by": text("Stabsstelle Integration"),
        "computed_at": "2026-10-03T08:00:00Z",
        "time_zone": "Europe/Berlin",
        "currency": "EUR",
        "rounds": [{"round": name, "weight": weight} for name, (weight, _) in joint.rounds.items()],
        "carry_over": {"share": joint.share, "goals_ranking": joint.goals.name if joint.goals else None},
    }
    files: Files = {
        "joint.json": canonical(declared),
        "ranking.json": canonical(rank_joint(joint)),
        "statistics.json": canonical({"schema": "participation/bundle-statistics/1", "weights": []}),
    }
    rounds: dict[str, str | None] = {}
    for name, (_, round_) in joint.rounds.items():
        inner = bundle_of_round(round_) if round_ else {}
        rounds[name] = fingerprint(inner) if inner else None
        files |= {f"rounds/{name}/{file}": data for file, data in inner.items()}
    goals = bundle_of_joint(joint.goals) if joint.goals else {}
    files |= {f"goals/{file}": data for file, data in goals.items()}
    manifest = {
        "schema": "participation/bundle/1",
        "kind": "joint",
        "site": SITE,
        "process": PROCESS,
        "ranking": joint.name,
        "method_version": METHOD,
        "made_at": "2026-10-03T08:01:00Z",
        "rounds": rounds,
        "goals": fingerprint(goals) if goals else None,
    }
    return seal(files, manifest)


# --- The vectors --------------------------------------------------------------------------------------------------


def measure(title: Mapping[str, Any], *serves: str) -> dict[str, Any]:
    return {"title": title, "once_cents": 1_250_000, "annual_cents": 0, "serves": [{"code": goal} for goal in serves]}


M1 = measure(text("Lerncafé am Bahnhof", tr="İstasyonda öğrenme kafesi", ar="مقهى التعلّم في المحطة"), "G1")
M2 = measure(text("Gece kütüphanesi", "tr", de="Bibliothek bei Nacht"), "G1", "G2")
M3 = measure(text("ملعب للجميع", "ar", de="Ein Spielplatz für alle"), "G3")
M4 = measure(text('Die "Grüne" Straße \\ Teil 1\n\tmit Umbruch'))
M9 = measure(text("Fahrräder 🚲 zum Leihen"), "G2", "G9")
M10 = measure(text("Bänke im Park"), "G2")

HIDDEN: Final = (
    {"action": "comment.hide", "day": "2026-09-04", "reason": "insult", "subject": "c00000000000000000b2"},
    {"action": "comment.hide", "day": "2026-09-03", "reason": "address", "subject": "c00000000000000000a1"},
    {"action": "comment.restore", "day": "2026-09-05", "reason": "reviewed", "subject": "c00000000000000000b2"},
)

RANKING: Final = Round(
    name="online",
    ballot={"kind": "ranking", "k": 3},
    options={"M1": M1, "M2": M2, "M3": M3, "M10": M10, "M4": M4},
    struck=("M10",),
    contents=[
        ["M1", "M2"],
        ["M1", "M2"],
        ["M2", "M1"],
        ["M3", "M10", "M1"],
        ["M10"],
        [],
        ["M2"],
        ["M10", "M2", "M3"],
        ["M3"],
        ["M1", "M3", "M2"],
    ],
    extended=True,
    moderation=HIDDEN,
    eligible=2400,
)
# Counted by hand. M1 stands above M2 on the 1st, 2nd, 4th and last of these ballots, and so on.
RANKING_COUNTS: Final = (
    '{"above":[[0,4,4,5],[3,0,5,6],[3,3,0,4],[0,0,0,0]],"ballots":10,'
    '"compared":[[0,10,10,10],[10,0,10,10],[10,10,0,10],[10,10,10,0]],"empty":2,'
    '"marks":[[[1,3],[2,2]],[[1,3],[2,2],[3,1]],[[1,2],[2,2]],[]],"options":["M1","M2","M3","M4"],'
    '"schema":"participation/bundle-counts/1"}'
)
# M1: 30 comparisons, 13 won, 6 lost: (30 + 13 - 6) / 60. M2: 14 won, 7 lost, the same. M3: 10 and 9. M4: 0 and 15.
RANKING_RANKS: Final = (
    '{"ballots":10,"method_version":"win-rate/1","options":['
    '{"code":"M1","given":0,"mentioned":5,"rank":1,"tied_with":["M2"],"win_rate":"37/60"},'
    '{"code":"M2","given":0,"mentioned":6,"rank":1,"tied_with":["M1"],"win_rate":"37/60"},'
    '{"code":"M3","given":0,"mentioned":4,"rank":3,"tied_with":[],"win_rate":"31/60"},'
    '{"code":"M4","given":0,"mentioned":0,"rank":4,"tied_with":[],"win_rate":"1/4"}],'
    '"rule":"win-rate","schema":"participation/bundle-ranking/1","tie_break":null,"ties":[["M1","M2"]]}'
)

APPROVAL: Final = Round(
    name="citizens",
    ballot={"kind": "approval", "k": 4},
    options={"M2": M2, "M10": M10, "M1": M1, "M9": M9},
    contents=[
        ["M2"],
        ["M2", "M10"],
        ["M1"],
        ["M1", "M10"],
        [],
        ["M9", "M2", "M10", "M1"],
        ["M9"],
        ["M9", "M2"],
        ["M1"],
        ["M10"],
        ["M1", "M2", "M9"],
    ],
    opens_at="2026-09-15T08:00:00Z",
)
POINTS: Final = Round(
    name="points",
    ballot={"kind": "points", "points": 5, "max": 3},
    options={"M1": M1, "M2": M2, "M3": M3, "M10": M10},
    struck=("M3",),
    contents=[
        {"M1": 3, "M2": 2},
        {"M2": 2, "M1": 2, "M10": 1},
        {"M3": 3},
        {"M3": 3, "M10": 2},
        {},
        {"M10": 3},
        {"M10": 1},
        {"M1": 1, "M2": 1, "M3": 1, "M10": 1},
        {"M2": 3, "M10": 2},
        {"M1": 3},
    ],
)
SCORE: Final = Round(
    name="scores",
    ballot={"kind": "score", "max": 5},
    options={"M1": M1, "M2": M2, "M3": M3, "M9": M9, "M10": M10, "M4": M4},
    struck=("M4",),
    contents=[
        {"M1": 5, "M2": 0},
        {"M1": 0, "M2": 0, "M3": 0},
        {"M2": 4, "M3": 5, "M4": 5},
        {"M4": 1},
        {},
        {"M10": 3},
        {"M1": 2, "M3": 2},
        {"M1": 3, "M2": 4},
        {"M3": 5, "M1": 1},
        {"M2": 5},
        {"M1": 4, "M2": 1, "M3": 3},
    ],
)
FEW: Final = Round(
    name="steering",
    ballot={"kind": "ranking", "k": 2},
    options={"M1": M1, "M2": M2, "M3": M3, "M10": M10},
    contents=[["M1", "M2"], ["M3"], ["M2", "M3"], []],
    eligible=9,
)
LONG: Final = Round(
    name="long",
    ballot={"kind": "ranking", "k": 8},
    options={f"M{number}": measure(text(f"Maßnahme {number}")) for number in (1, 2, 3, 4, 5, 6, 7, 8, 10)},
    contents=[
        [f"M{number}" for number in order]
        for order in (
            (1, 2, 3, 4, 5, 6, 7, 8),
            (8, 7, 6, 5, 4, 3, 2, 1),
            (10, 1, 2, 3, 4),
            (2, 4, 6, 8, 10),
            (1, 3, 5, 7),
            (5,),
            (10, 8, 6, 4, 2, 1, 3, 5),
            (3, 1, 4, 5, 2, 6),
            (),
            (7, 10),
            (2, 7, 1, 8, 4, 5, 3, 6),
            (6, 2, 8),
        )
    ],
)
EMPTY: Final = Round(
    name="empty", ballot={"kind": "approval", "k": 2}, options={"M1": M1, "M2": M2}, contents=[], eligible=12
)

GOALS_BY_SCORE: Final = Round(
    name="goals-online",
    task="prioritise_goals",
    ballot={"kind": "score", "max": 3},
    options={f"G{number}": {"title": text(f"Ziel {number}", tr=f"Hedef {number}")} for number in (1, 2, 3)},
    contents=[{"G1": 3, "G2": 1}, {"G1": 2, "G2": 2, "G3": 0}, {"G3": 3, "G2": 2}] * 4,
    opens_at="2026-03-01T08:00:00Z",
)
GOALS_BY_APPROVAL: Final = Round(
    name="goals-citizens",
    task="prioritise_goals",
    ballot={"kind": "approval", "k": 2},
    # G9 stands in the lighter round alone and so is listed apart: it carries nothing over.
    options={f"G{number}": {"title": text(f"Ziel {number}")} for number in (1, 2, 9)},
    contents=[["G1"], ["G2", "G9"], ["G1", "G9"]],
    opens_at="2026-03-01T08:00:00Z",
)
GOALS: Final = Joint(
    name="goals",
    task="prioritise_goals",
    rounds={"goals-online": (60, GOALS_BY_SCORE), "goals-citizens": (40, GOALS_BY_APPROVAL)},
)
# M2 serves another goal in the round that shows it last.
LATER: Final = replace(APPROVAL, options={**APPROVAL.options, "M2": {**M2, "serves": [{"code": "G3"}, {"code": "G9"}]}})
MEASURES: Final = Joint(
    name="measures",
    rounds={"online": (30, RANKING), "citizens": (40, LATER), "steering": (30, FEW), "forum": (25, None)},
    share="1/5",
    goals=GOALS,
)
WITHOUT_GOALS: Final = Joint(name="plain", rounds={"online": (1, RANKING), "scores": (1, SCORE), "empty": (0, EMPTY)})


def vectors() -> dict[str, Files]:
    """Give all vectors: the name of the folder and its files."""
    return {
        "ranking": bundle_of_round(RANKING),
        "approval": bundle_of_round(APPROVAL),
        "points": bundle_of_round(POINTS),
        "score": bundle_of_round(SCORE),
        "few": bundle_of_round(FEW),
        "few-auditors": bundle_of_round(FEW, auditors=True),
        "long": bundle_of_round(LONG),
        "long-auditors": bundle_of_round(LONG, auditors=True),
        "empty": bundle_of_round(EMPTY),
        "joint": bundle_of_joint(WITHOUT_GOALS),
        "joint-with-goals": bundle_of_joint(MEASURES),
    }


def write(files: Mapping[str, bytes], folder: Path) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def main() -> None:
    here = Path(sys.argv[1]) if sys.argv[1:] else Path(__file__).parent
    found = vectors()
    for name, by_hand in (("counts.json", RANKING_COUNTS), ("ranking.json", RANKING_RANKS)):
        if found["ranking"][name] != by_hand.encode():
            sys.exit(f"ranking/{name} is not what was counted by hand")
    for name, files in found.items():
        write(files, here / name)


if __name__ == "__main__":
    main()
