"""``python -m tests.chaos``: a class hands in while everything is killed; is anything lost, or there twice?

The same seed does the same again: what is handed in by whom, what is killed after how many steps. What a machine does
with it in which millisecond is its own.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.demo import Pupil, pupils_of
from autograder.i18n.languages import DEFAULT
from autograder.server.database import Database
from benchmarks.courses import NAME, Prepared, environment, prepared_in
from benchmarks.hand_ins import HandIn as Example
from benchmarks.hand_ins import Kind
from benchmarks.hosted import Hosted, Varied
from tests.chaos.class_room import ClassRoom, hand_ins_of
from tests.chaos.judge import Findings, judge
from tests.chaos.machine import Clock, Cluster, Disk, Postgres, Sqlite
from tests.chaos.plan import ONCE, Blow, plan
from tests.chaos.run import DATABASE_SECONDS, Chaos, StuckError, seeded
from tests.support import postgres

SIZE, KILLS, SEED = 300, 40, 1
# Each student hands in so often.
EACH = 3
# One in so many is not the right answer but one of the demo's students'.
WRONG = 6
DISK_BYTES = 1 << 30
SERVER_TOML = f"[limits]\nreserve_bytes = {32 << 20}\n"
DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Contents:
    """What can be handed in.

    Attributes:
        right: Notebooks that deserve full marks.
        others: Others.
    """

    right: Varied
    others: Sequence[Varied]

    def make(self, count: int) -> tuple[list[bytes], set[bytes]]:
        """Return so many, no two the same, and those of them that deserve full marks."""
        made, right = [], set()
        for number in range(count):
            if self.others and number % WRONG == WRONG - 1:
                made.append(self.others[number // WRONG % len(self.others)].copy(str(number)))
            else:
                made.append(self.right.copy(str(number)))
                right.add(made[-1])
        return made, right


def contents_of(prepared: Prepared) -> Contents:
    """Return the solution, and what the demo's students handed in."""
    pupils = [one for one in pupils_of(Assignment(prepared.course, NAME)) if one.language == DEFAULT]
    others = [
        example(one).notebook(prepared.release, prepared.solved) for one in pupils if one.functions or one.untouched
    ]
    return Contents(Varied(prepared.solved), list(map(Varied, others)))


def example(pupil: Pupil) -> Example:
    """Return what a student of the demo handed in."""
    return Example(pupil.name, Kind.WRONG, pupil.functions, untouched=pupil.untouched)


@dataclass(frozen=True)
class Came:
    """What a run came to.

    Attributes:
        chaos: The run.
        room: The class.
        findings: What was found afterwards.
        seconds: How long it took.
    """

    chaos: Chaos
    room: ClassRoom
    findings: Findings
    seconds: float


def run(
    course: Course,
    assignment: str,
    contents: Contents,
    database: Sqlite | Postgres,
    disk: Disk | None,
    variables: dict[str, str],
    *,
    seed: int,
    size: int,
    kills: int,
    once: dict[Blow, float],
    database_seconds: float = DATABASE_SECONDS,
    say: Callable[[str], None] = lambda _text: None,
) -> Came:
    """Run a class against a server, and look at what came of it.

    Args:
        course: The course; its server's folder lies in it.
        assignment: The assignment that is handed in.
        contents: What is handed in.
        database: The server's database.
        disk: The disk on which all of it lies; None where it is not filled.
        variables: The environment of its processes.
        seed: Decides what happens.
        size: How many hand-ins.
        kills: How often something is killed.
        once: What happens once besides; see `plan`.
        database_seconds: How long the database is gone.
        say: Tells what happens.

    Raises:
        StuckError: It does not come to an end.
    """
    rng, clock, began = seeded(seed, database.name), Clock(course.root), time.monotonic()
    hosted = Hosted(course, assignment, data_of(course), clock.environment(variables), database.url)
    (hosted.data / "server.toml").write_text(SERVER_TOML)
    made, right = contents.make(size)
    hand_ins = hand_ins_of(rng, hosted.enrol(max(1, size // EACH)), made)
    cluster = Cluster(course.root, hosted.environment, 2, course.root / "cluster.log")
    chaos = Chaos(hosted, database, clock, disk, cluster, say, database_seconds)
    os.environ["XDG_STATE_HOME"] = str(course.root / "state")  # the students' programs keep their keys there
    reader = Database(database.url)
    try:
        room = chaos.run(hand_ins, plan(rng, size, kills, once))
        hosted.wait()
        return Came(chaos, room, judge(hosted, reader, hand_ins, room.acknowledged, right), time.monotonic() - began)
    finally:
        chaos.end()
        reader.close()


def data_of(course: Course) -> Path:
    """Return the folder of a course's server."""
    return course.classroom / "server"


@contextlib.contextmanager
def database_of(kind: str, course: Course) -> Iterator[Sqlite | Postgres]:
    """Yield a database that can be hurt."""
    if kind == "sqlite":
        data_of(course).mkdir(parents=True, exist_ok=True)
        yield Sqlite(data_of(course) / "server.db")
        return
    with postgres.running(connections=100) as started:
        yield Postgres(started)


def main(arguments: Sequence[str]) -> int:
    """Run, print what came of it, and return 1 if anything is wrong."""
    options = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__.partition("\n")[0])
    options.add_argument("--size", type=int, default=SIZE, help=f"hand-ins (default: {SIZE})")
    options.add_argument("--kills", type=int, default=KILLS, help=f"how often something is killed (default: {KILLS})")
    options.add_argument("--seed", type=int, default=SEED, help="what happens when")
    options.add_argument("--database", choices=DATABASES, help="one database alone")
    options.add_argument("--course", type=Path, metavar="FOLDER", help="prepare the course there, or use what is there")
    options.add_argument("--keep", type=Path, metavar="FOLDER", help="leave everything there, to be looked at")
    chosen = options.parse_args(arguments)
    console, came = Console(), {}

    def say(text: str) -> None:
        console.print(f"{time.strftime('%H:%M:%S')} {text}", highlight=False, markup=False, soft_wrap=True)

    with tempfile.TemporaryDirectory(prefix="autograder-") as folder, contextlib.ExitStack() as stack:
        scratch = Path(folder)
        # Before there are threads.
        disk = Disk.mount(scratch / "disk", DISK_BYTES)
        if disk is None:
            say("This process may not mount a disk of its own: no disk is filled.")
        else:
            stack.callback(disk.unmount)
        prepared = prepared_in(chosen.course or scratch / "prepared")
        contents = contents_of(prepared)
        for kind in [chosen.database] if chosen.database else DATABASES:
            course = prepared.copy((disk.folder if disk else scratch) / kind, [])
            with database_of(kind, course) as database:
                say(f"{database.name}, seed {chosen.seed}: {chosen.size} hand-ins, {chosen.kills} kills")
                try:
                    came[database.name] = run(
                        course, NAME, contents, database, disk, environment(),
                        seed=chosen.seed, size=chosen.size, kills=chosen.kills, once=ONCE, say=say,
                    )  # fmt: skip
                except StuckError as stuck:
                    say(str(stuck))
                    return 1
                finally:
                    if chosen.keep:
                        shutil.copytree(course.root, chosen.keep / kind, dirs_exist_ok=True)
        show(console, came)
    return 1 if any(one.findings.faults for one in came.values()) else 0


def show(console: Console, came: dict[str, Came]) -> None:
    """Print what came of it."""
    table = Table("", *came, title="Chaos", title_justify="left", box=SIMPLE_HEAD)
    for blow in Blow:
        table.add_row(blow.value, *(str(one.chaos.counts[blow]) for one in came.values()))
    table.add_section()
    table.add_row("server started", *(str(one.chaos.restarts) for one in came.values()))
    table.add_row("said no for now", *(refusals(one.room) for one in came.values()))
    table.add_row("not answered", *(str(one.room.unanswered) for one in came.values()))
    table.add_section()
    for what in next(iter(came.values())).findings.counts:
        table.add_row(what, *(str(one.findings.counts[what]) for one in came.values()))
    table.add_row("wrong", *(str(len(one.findings.faults)) for one in came.values()))
    table.add_row("minutes", *(f"{one.seconds / 60:.1f}" for one in came.values()))
    console.print(table)
    for name, one in came.items():
        for fault in one.findings.faults:
            console.print(f"{name}: {fault}", highlight=False, markup=False, soft_wrap=True, style="red")


def refusals(room: ClassRoom) -> str:
    """Return how often a server said no for now, by HTTP's number."""
    return ", ".join(f"{count} times {status}" for status, count in sorted(room.refusals.items())) or "0"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
