"""How long a bundle of many ballots takes to verify, with either verifier.

    python benchmarks/verify.py [--ballots 100000] [--options 62]

Rankings of up to five options, drawn with a fixed seed, written by the program's own means, verified by
`participation verify` and by verify/verify_bundle.py, each in a process of its own; what is timed is the whole process.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from participation.bundles.archive import BundleFile, archive  # noqa: E402
from participation.bundles.canonical import written  # noqa: E402
from participation.bundles.counting import Sums  # noqa: E402
from participation.bundles.lines import ballot_lines  # noqa: E402
from participation.bundles.manifests import sealed  # noqa: E402
from participation.bundles.merkle import MerkleTree  # noqa: E402
from participation.tally.ballots import Profile  # noqa: E402
from participation.tally.kinds import BallotKind  # noqa: E402
from tests.factories.bundles import digest, receipt, round_files  # noqa: E402

GOAL = 20.0


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--ballots", type=int, default=100_000)
    asked.add_argument("--options", type=int, default=62)
    asked.add_argument("--make", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    codes = [f"M{number}" for number in range(1, given.options + 1)]
    if given.make:  # in a process of its own, whose memory would otherwise be counted as the verifiers'
        make_bundle(given.make, given.ballots, codes)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle.zip"
        subprocess.run([sys.executable, __file__, *sys.argv[1:], "--make", str(path)], check=True)
        print(f"{given.ballots:,} ballots, {path.stat().st_size / 2**20:.1f} MiB")
        timed("participation verify", [sys.executable, "-m", "participation", "verify", str(path)])
        single = ROOT / "verify" / "verify_bundle.py"
        if single.exists():
            timed("verify_bundle.py", [sys.executable, str(single), str(path)])


def make_bundle(path: Path, ballots: int, codes: list[str]) -> None:
    """Write the bundle of a round in which so many have ranked up to five options."""
    chance = random.Random(4)
    contents = [chance.sample(codes, chance.randint(1, 5)) for _ballot in range(ballots)]
    files = round_files({"kind": "ranking", "k": 5}, codes, [])
    lines = ballot_lines(bytes(32), [(receipt(number), content) for number, content in enumerate(contents)])
    tree = MerkleTree()
    tree.add(lines)
    sums = Sums.of(Profile.of(BallotKind.RANKING, codes, contents))
    declared = json.loads(files["round.json"])
    declared["voted"] = {"total": ballots, "classes": {"account": ballots}, "channels": {"online": ballots}}
    files |= {
        "ballots.jsonl": b"".join(line + b"\n" for line in lines),
        "counts.json": written(sums.counts_document()),
        "ranking.json": written(sums.ranking_document()),
        "round.json": written(declared),
    }
    manifest = json.loads(files["manifest.json"])
    manifest["ballots"] = {"count": ballots, "published": ballots >= 10, "root": tree.root().hex()}
    manifest["files"] = {name: digest(files[name]) for name in manifest["files"]}
    seal = sealed(manifest, bytes(range(32)))
    files |= {"manifest.json": seal.manifest, "manifest.sig": seal.signature}
    with path.open("wb") as target:
        target.writelines(archive([BundleFile(name, len(files[name]), [files[name]]) for name in sorted(files)]))


def timed(what: str, command: list[str]) -> None:
    """Run a verifier and say what it took."""
    began = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT)
        _pid, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        if child.returncode or b"\nVERIFIED" not in said.read():
            raise SystemExit(f"{what} did not verify it")
    taken = time.perf_counter() - began
    kept = "met" if taken <= GOAL else "missed"
    processor = used.ru_utime + used.ru_stime
    print(f"{what}: {taken:.1f} s, {processor:.1f} s of processor time, {used.ru_maxrss // 1024} MiB; goal {kept}")


if __name__ == "__main__":
    main()
