"""What one request for a result costs the server, in CPU time of the process.

    python benchmarks/ranking_page.py [--requests 500]

Goal: at most 3 ms for a result with 62 measures, the same for 100 and for 100,000 ballots, since the page reads the
snapshot. Requests go through the whole application (session, guard, query, layout, compression, headers) without a
socket; the first request of each language renders, and is shown apart.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1]))

from flask.testing import FlaskClient

from benchmarks.cities import city_with_ranking, databases, machine

SIZES: Final = (100, 100_000)
PAGES: Final = {
    "joint ranking of five bodies": "/processes/integration/rankings/joint",
    "result of one round": "/rounds/online/result",
}
GOAL_MS: Final = 3.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=500)
    asked = parser.parse_args()
    print(f"{asked.requests} requests a figure, 62 measures, goal {GOAL_MS} ms; {machine()}")
    with databases() as backends:
        for backend in backends:
            for ballots in SIZES:
                city = city_with_ranking(backend, ballots)
                client = city.app.test_client()
                for name, address in PAGES.items():
                    first, usual, least, size = measure(client, address, asked.requests)
                    print(
                        f"  {backend.name:<10} {ballots:>7,} ballots, {name:<28} {usual:5.2f} ms of CPU a request "
                        f"(least {least:.2f}, the first {first:5.1f}), {size / 1000:.1f} kB compressed"
                    )
                city.leave()


def measure(client: FlaskClient, address: str, requests: int) -> tuple[float, float, float, int]:
    """Return the milliseconds of CPU of the first request, of the usual one and of the cheapest, and the size.

    On a machine that others use too, the cheapest request is the one that was disturbed least.
    """
    first, size = _cpu(client, address)
    others = [_cpu(client, address)[0] for _request in range(requests)]
    return first, statistics.median(others), min(others), size


def _cpu(client: FlaskClient, address: str) -> tuple[float, int]:
    began = time.process_time_ns()
    answer = client.get(address, headers={"Accept-Language": "de", "Accept-Encoding": "gzip, deflate, br, zstd"})
    spent = (time.process_time_ns() - began) / 1e6
    if answer.status_code != 200:
        raise SystemExit(f"{address}: {answer.status}")
    return spent, len(answer.data)


if __name__ == "__main__":
    main()
