"""How long a student waits for feedback: right hand-ins one after another, on a server that has nothing else to do.

The clock starts with the first byte of the upload and stops when the event stream says that it is marked. The server
tells the phases itself: a job's seconds.

    python -m benchmarks.feedback_time
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import httpx
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from benchmarks.courses import NAME, NOTEBOOK, environment, prepared_in
from benchmarks.hosted import Hosted, Varied
from benchmarks.results import add_json, aims_table, at_most, save

COUNT, WARM_UP = 50, 4
P50, P99 = 1.5, 4.0
ANSWER_SECONDS = 120.0
# In the order in which they happen; `acknowledged` and `marked (seen)` are the student's clock, the rest the server's.
PHASES = {
    "uploaded": "received and hashed",
    "acknowledged": "receipt is here",
    "sent": "taken from the queue, sent to a worker",
    "marked": "read, run, tested",
    "page": "of that, the feedback page",
    "written": "record and page on the disk",
    "seen": "event is here",
    "feedback": "feedback page is here",
}


class Timing:
    """Hands in, and keeps how long everything took.

    Args:
        client: The student's program.
        attempts: Where it hands in.
    """

    def __init__(self, client: httpx.Client, attempts: str) -> None:
        self._client, self._attempts = client, attempts
        self.seconds: dict[str, list[float]] = {phase: [] for phase in PHASES}

    def hand_in(self, content: bytes) -> None:
        """Hand in, wait for the feedback, and keep the times."""
        began = time.perf_counter()
        receipt = self._client.post(self._attempts, files={"files": (NOTEBOOK, content)}).raise_for_status().json()
        at = {"acknowledged": time.perf_counter() - began}
        attempt = f"/api/v1/attempts/{receipt['attempt']}"
        with self._client.stream("GET", f"{attempt}/events") as events:
            kinds = [line.removeprefix("event: ") for line in events.iter_lines() if line.startswith("event: ")]
        at["seen"] = time.perf_counter() - began
        self._client.get(f"{attempt}/feedback").raise_for_status()
        at["feedback"] = time.perf_counter() - began
        found = self._client.get(attempt).raise_for_status().json()
        if kinds[-1] != "marked" or found["score"] != found["max_score"]:
            raise SystemExit(f"a right hand-in came to {kinds[-1]}, {found['score']} of {found['max_score']}")
        for phase, seconds in {**found["seconds"], **at}.items():
            if phase in self.seconds:
                self.seconds[phase].append(seconds)


def quantiles(values: Sequence[float]) -> dict[str, float]:
    """Return the 50th, 90th, 95th and 99th percentile of values, and the largest."""
    cut = statistics.quantiles(values, n=100, method="inclusive") if len(values) > 1 else [*values] * 99
    return {"p50": cut[49], "p90": cut[89], "p95": cut[94], "p99": cut[98], "max": max(values)}


def main() -> None:
    """Measure, print and save."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=COUNT, help=f"so many hand-ins (default: {COUNT})")
    options.add_argument("--course", type=Path, metavar="FOLDER", help="prepare the course there, or use what is there")
    add_json(options)
    chosen = options.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="autograder-") as scratch:
        prepared = prepared_in(chosen.course or Path(scratch) / "prepared")
        hosted = Hosted(prepared.copy(Path(scratch) / "course", []), NAME, Path(scratch) / "data", environment())
        (student,) = hosted.enrol(1)
        varied = Varied(prepared.solved)
        hosted.start()
        try:
            load = os.getloadavg()[0]
            bearer = {"Authorization": f"Bearer {student.token}"}
            with httpx.Client(base_url=hosted.url, headers=bearer, timeout=ANSWER_SECONDS, trust_env=False) as client:
                warm, timing = (Timing(client, hosted.attempts) for _ in range(2))
                for number in range(WARM_UP):
                    warm.hand_in(varied.copy(f"warm {number}"))
                for number in range(chosen.count):
                    timing.hand_in(varied.copy(str(number)))
        finally:
            hosted.stop()
    found = {phase: quantiles(values) for phase, values in timing.seconds.items() if values}
    table = Table("seconds", *next(iter(found.values())), title="Time to feedback", box=SIMPLE_HEAD)
    for phase, values in found.items():
        table.add_row(PHASES[phase], *(f"{one:.3f}" for one in values.values()))
    aims = [
        at_most(f"seconds to feedback, {name}", bound, found["seen"][name])
        for name, bound in (("p50", P50), ("p99", P99))
    ]
    console.print(table)
    console.print(aims_table(aims))
    console.print(f"{chosen.count} right hand-ins, one after another; load of the machine before: {load:.1f}")
    save(chosen.json, "feedback_time", {"count": chosen.count, "load_before": load, "seconds": found}, aims)


if __name__ == "__main__":
    main()
