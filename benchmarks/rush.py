"""The last minutes before a deadline: each student hands in twice, some with a double click, and all watch.

Students are locust's, in processes of their own on this machine: they and the server share its cores. Each hands in
twice at times that chance decides, looks at two pages each time, and keeps the attempt's events open until it is
marked. For classes whose marking takes far longer than the window, ``--stub`` is another run, in which only the first
hand-in of each worker is marked and the others get its result: it measures the server around the marking, and says so.

    python -m benchmarks.rush --sizes 100,500
    python -m benchmarks.rush --sizes 1000,2000 --stub
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from autograder.course.paths import KIT_ROOT
from autograder.server.attempts.receipts import key_at
from autograder.server.attempts.storage import Storage, sha256_of
from autograder.server.database import Database
from autograder.server.tables import Attempt, Marking, State
from autograder_client import receipts
from benchmarks.courses import NAME, NOTEBOOK, Prepared, environment, prepared_in
from benchmarks.feedback_time import ANSWER_SECONDS, Timing, quantiles
from benchmarks.hosted import SLUG, Hosted, Varied, patched
from benchmarks.results import add_json, save

SIZES = (100, 500, 1_000, 2_000)
WINDOW, AFTER = 300.0, 30.0
SAMPLE_SECONDS = 2.0
LOCUST = KIT_ROOT / ".venv-load" / "bin" / "python"
PLACE = "@HAND_IN@"
# In the workers: what is marked once is the answer to everything.
STUB = """
import dataclasses

import msgspec

_mark, _made = mark_submission, []


def mark_submission(task, settings, *, run=True):
    if not _made:
        _made.append(_mark(task, settings, run=run))
    record = msgspec.structs.replace(_made[0].record, student=task.student)
    return dataclasses.replace(_made[0], id=task.id, record=record)
"""


@dataclass(frozen=True)
class Rung:
    """What one class came to; times in seconds, memory in bytes.

    Attributes:
        students: How many students.
        window: In how many seconds they handed in.
        stub: Whether marking was a stub.
        acknowledged: Hand-ins with a receipt, a double click counted once.
        clicks: Receipts, a double click counted twice.
        refused: Answers that said no for now, by HTTP's number.
        failed: Requests without an answer.
        lost: Acknowledged, and not there, or with other bytes.
        doubled: Hand-ins that became two attempts.
        acknowledgement: Quantiles of the time to the receipt.
        marked: How many were marked when the class went.
        rate: How many were marked in a second, from the first to the last.
        feedback: Quantiles of the time from the receipt to the event, of those that were marked while students watched.
        queued: Hand-ins that waited at the end.
        memory: The most that the web server and all of its markers held, in bytes.
        cpu: CPU seconds of the web server, and of the students.
        requests: What locust saw of each kind of request.
        errors: What failed, how often.
    """

    students: int
    window: float
    stub: bool
    acknowledged: int
    clicks: int
    refused: dict[int, int]
    failed: int
    lost: int
    doubled: int
    acknowledgement: dict[str, float]
    marked: int
    rate: float
    feedback: dict[str, float]
    queued: int
    memory: dict[str, int]
    cpu: dict[str, float]
    requests: dict[str, Any]
    errors: dict[str, int]


def rush(prepared: Prepared, folder: Path, students: int, window: float, stub: bool, seed: int, database: str) -> Rung:
    """Run one class against a new server.

    Args:
        prepared: The course.
        folder: A scratch folder.
        students: How many students.
        window: In how many seconds they hand in.
        stub: Whether marking is a stub.
        seed: Decides when who hands in.
        database: The URL of an empty database; SQLite when empty.
    """
    course, variables = prepared.copy(folder / "course", []), environment()
    if stub:
        variables = patched(variables, folder / "stub", "autograder.grading.worker", STUB)
    hosted = Hosted(course, NAME, folder / "data", variables, database)
    first, *others = hosted.enrol(students + 1)
    notebook, config, result = (folder / name for name in ("notebook", "class.json", "came.json"))
    notebook.write_bytes(Varied(prepared.solved).copy(PLACE))
    wanted = {
        "url": hosted.url,
        "attempts": hosted.attempts,
        "assignment_page": f"/c/{SLUG}/{NAME}/",
        "tokens": [one.token for one in others],
        "notebook": str(notebook),
        "name": NOTEBOOK,
        "window": window,
        "gather": max(5.0, students / 100),
        "after": AFTER,
        "seed": seed,
        "result": str(result),
    }
    config.write_text(json.dumps(wanted))
    hosted.start()
    try:
        # Workers are warm when a deadline comes.
        bearer = {"Authorization": f"Bearer {first.token}"}
        with httpx.Client(base_url=hosted.url, headers=bearer, timeout=ANSWER_SECONDS, trust_env=False) as client:
            Timing(client, hosted.attempts).hand_in(Varied(prepared.solved).copy("first"))
        memory, cpu = measured(hosted, [LOCUST, Path(__file__).with_name("rush_class.py"), config], folder)
        rung = judged(hosted, json.loads(result.read_text()), students, window, stub, memory, cpu)
    finally:
        hosted.stop()
    return rung


def measured(hosted: Hosted, command: Sequence[Path], folder: Path) -> tuple[dict[str, int], dict[str, float]]:
    """Run the class to its end; return the most memory that the server held, and what CPU time was used."""
    assert hosted.process is not None
    most: Counter[str] = Counter()
    web, before = psutil.Process(hosted.process.pid), sum(psutil.Process(hosted.process.pid).cpu_times()[:2])
    with (folder / "locust.log").open("wb") as said:
        process = subprocess.Popen([str(one) for one in command], stdout=said, stderr=said, env=dict(os.environ))
        generator, students = psutil.Process(process.pid), 0.0
        while process.poll() is None:
            for name, held in hosted.memory().items():
                most[name] = max(most[name], held)
            try:
                students = sum(generator.cpu_times()[:2])
            except psutil.Error:
                break
            time.sleep(SAMPLE_SECONDS)
        process.wait()
    if process.returncode:
        raise SystemExit(f"the class ended with {process.returncode}: {(folder / 'locust.log').read_text()[-2000:]}")
    return dict(most), {"web": sum(web.cpu_times()[:2]) - before, "students": students}


def judged(
    hosted: Hosted,
    came: dict[str, Any],
    students: int,
    window: float,
    stub: bool,
    memory: dict[str, int],
    cpu: dict[str, float],
) -> Rung:
    """Return what a class came to, by what students have and what the server has."""
    database = Database(hosted.database_url)
    try:
        with database.reading() as session:
            attempts = {one.id: one for one in session.scalars(select(Attempt))}
            # Without the one by which workers became warm.
            times = sorted(session.scalars(select(Marking.made_at)))[1:]
            queued = session.scalar(select(func.count()).where(Attempt.state.in_([State.QUEUED, State.MARKING]))) or 0
    finally:
        database.close()
    proofs = [receipt for _, receipt in came["acknowledged"]]
    spread = (times[-1] - times[0]).total_seconds() if len(times) > 1 else 0.0
    return Rung(
        students=students,
        window=window,
        stub=stub,
        acknowledged=len({one["attempt"] for one in proofs}),
        clicks=len(proofs),
        refused=dict(Counter(status for _, status in came["refused"])),
        failed=len(came["failed"]),
        lost=len(set(lost(hosted, attempts, proofs))),
        doubled=len(attempts) - len({one.sha256 for one in attempts.values()}),
        acknowledgement=quantiles([seconds for seconds, _ in came["acknowledged"]]),
        marked=len(times),
        rate=(len(times) - 1) / spread if spread else 0.0,
        feedback=quantiles(came["seen"]) if came["seen"] else {},
        queued=queued,
        memory=memory,
        cpu=cpu,
        requests=came["requests"],
        errors=came["errors"],
    )


def lost(hosted: Hosted, attempts: dict[str, Attempt], proofs: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the attempts of which there is a receipt that proves nothing, no row, or other bytes."""
    storage, public = Storage(hosted.data), key_at(hosted.data).public
    for one in proofs:
        row = attempts.get(one["attempt"])
        file = storage.files(one["attempt"]) / NOTEBOOK
        try:
            receipts.verify(one, public)
        except receipts.ReceiptError:
            yield one["attempt"]
            continue
        if row is None or not file.is_file() or sha256_of(file) != one["sha256"]:
            yield one["attempt"]


def table_of(rungs: list[Rung]) -> Table:
    """Return a table with a column for each class."""
    heads = [f"{one.students}{', stub marking' if one.stub else ''}" for one in rungs]
    table = Table("students", *heads, title="Rush", title_justify="left", box=SIMPLE_HEAD)

    def row(name: str, *values: str) -> None:
        table.add_row(name, *values)

    def spread(values: dict[str, float]) -> str:
        return " / ".join(f"{values[name]:.2f}" for name in ("p50", "p95", "p99")) if values else "-"

    row("seconds of the rush", *(f"{one.window:.0f}" for one in rungs))
    row("handed in, acknowledged", *(f"{2 * one.students}, {one.acknowledged}" for one in rungs))
    row("lost, double", *(f"{one.lost}, {one.doubled}" for one in rungs))
    row("said no for now", *(str(sum(one.refused.values())) for one in rungs))
    row("without an answer", *(str(one.failed) for one in rungs))
    row("acknowledgement, s, p50/p95/p99", *(spread(one.acknowledgement) for one in rungs))
    row("marked, waiting", *(f"{one.marked}, {one.queued}" for one in rungs))
    row("marked a second", *(f"{one.rate:.2f}" for one in rungs))
    row("feedback, s, p50/p95/p99", *(spread(one.feedback) for one in rungs))
    for kind in ("web", "marking"):
        row(f"memory of {kind}, MB", *(f"{one.memory[kind] / 2**20:.0f}" for one in rungs))
    for kind in ("web", "students"):
        row(f"CPU of {kind}, s", *(f"{one.cpu[kind]:.0f}" for one in rungs))
    for name in sorted({name for one in rungs for name in one.requests}):
        shown = [one.requests.get(name) for one in rungs]
        row(f"{name}: requests, p50/p95/p99 ms", *(request(one) for one in shown))
    return table


def request(found: dict[str, Any] | None) -> str:
    """Return what locust saw of a kind of request."""
    if found is None:
        return "-"
    return f"{found['count']}, " + "/".join(f"{found[name]:.0f}" for name in ("p50", "p95", "p99"))


def main() -> None:
    """Measure, print and save."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", default=",".join(map(str, SIZES)), help="students, for one class after another")
    options.add_argument("--window", type=float, default=WINDOW, help=f"seconds of the rush (default: {WINDOW:.0f})")
    options.add_argument("--stub", action="store_true", help="a stub in the place of the marking, as another run")
    options.add_argument("--seed", type=int, default=1, help="decides when who hands in")
    options.add_argument("--course", type=Path, metavar="FOLDER", help="prepare the course there, or use what is there")
    add_json(options)
    chosen = options.parse_args()
    if not LOCUST.is_file():
        sys.exit(f"{LOCUST} is not there: run `make load-tools` first")
    console, rungs = Console(), []
    with tempfile.TemporaryDirectory(prefix="autograder-") as scratch:
        prepared = prepared_in(chosen.course or Path(scratch) / "prepared")
        for size in map(int, chosen.sizes.split(",")):
            folder = Path(scratch) / str(size)
            folder.mkdir()
            console.print(f"{size} students, load of the machine before: {os.getloadavg()[0]:.1f}", highlight=False)
            rungs.append(rush(prepared, folder, size, chosen.window, chosen.stub, chosen.seed, ""))
            console.print(table_of(rungs[-1:]))
            for error, count in rungs[-1].errors.items():
                console.print(f"{count} times {error}", highlight=False, markup=False)
    if len(rungs) > 1:
        console.print(table_of(rungs))
    section = "rush_with_stub_marking" if chosen.stub else "rush"
    save(chosen.json, section, {"rungs": [asdict(one) for one in rungs]})


if __name__ == "__main__":
    main()
