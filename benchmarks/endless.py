"""What hand-ins cost that never end: each endless function, in a notebook and in module files, and expensive ones.

Seconds are those of `autograder mark` in this process, at the default limits. **used** is what the budget counts: on a
machine with nothing else to do it is the same as the wall clock. The slowest honest hand-in is marked last, beside as
many busy processes as there are cores, and must have full marks.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from autograder.course.solutions import module_files
from autograder.kernel.sandbox.levels import best
from autograder.marking.mark_file import mark_file
from benchmarks.hand_ins import EXAMPLES, HandIn, Kind, index_of, read_hand_in
from benchmarks.results import Aim, add_json, aims_table, at_least, at_most, cores, save

NAME = "rnn_captioning"
ONE_FUNCTION, ANYTHING = 15.0, 180.0
SIGNATURES = {
    "rnn_step_forward": "x, prev_h, Wx, Wh, b",
    "rnn_step_backward": "dnext_h, cache",
    "rnn_forward": "x, h0, Wx, Wh, b",
    "rnn_backward": "dh, cache",
    "word_embedding_forward": "x, W",
    "word_embedding_backward": "dout, cache",
    "loss": "self, features, captions",
    "sample": "self, features, max_length=30",
}
DEAF = "while True:\n    try:\n        while True: {}\n    except BaseException: pass"
HOOK = f"def forever(lines):\n    {DEAF.format('pass').replace(chr(10), chr(10) + '    ')}\n"
SET_HOOK = "__import__('IPython').get_ipython().input_transformers_cleanup.append(forever)"
THREAD = "__import__('threading').Thread(target=iter, args=(int, 1), daemon=True).start()"
WAYS = {
    "busy": "while True: pass",
    "sleeps": "while True: __import__('time').sleep(1)",
    "swallows interrupts": DEAF.format("pass"),
    "forks": DEAF.format("__import__('os').fork()"),
    "starts threads": DEAF.format(THREAD),
    "prints": "while True: print('x' * 1000)",
    "sets a hook": f"{HOOK}{SET_HOOK}\nwhile True: pass",
}
END = "__import__('os')._exit(1)"
SLEEP = "__import__('time').sleep({})"


@dataclass(frozen=True)
class Row:
    """What one hand-in cost.

    Attributes:
        name: What it is.
        layout: As what it was handed in.
        wall: Seconds.
        used: What the budget counted.
        cpu: CPU seconds of its kernels, as far as they could be seen.
        points: Its score.
    """

    name: str
    layout: str
    wall: float
    used: float
    cpu: float
    points: float


class Told(logging.Handler):
    """Keeps what marking says that it took."""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record that tells it."""
        if hasattr(record, "used"):
            self.last = vars(record)


def function(name: str, body: str) -> str:
    """Return the text of a function with a body."""
    return f"def {name}({SIGNATURES[name]}):\n    " + body.replace("\n", "\n    ")


def endless(name: str, way: str) -> HandIn:
    """Return the solution with one function that never ends."""
    return HandIn(f"{name} {way}", Kind.ENDLESS, {name: function(name, WAYS[way])})


def expensive() -> Iterator[tuple[HandIn, list[str]]]:
    """Yield the most expensive hand-ins that we can think of, each with cells of the student's own at the top."""

    def all_of(body: str, *but: str) -> dict[str, str]:
        return {name: function(name, body) for name in SIGNATURES if name not in but}

    def solved(name: str, functions: dict[str, str], *cells: str) -> tuple[HandIn, list[str]]:
        return HandIn(name, Kind.ENDLESS, functions), list(cells)

    yield solved("eight cells sleep 28 s", {}, *[SLEEP.format(28)] * 8)
    yield solved("fifty cells sleep 2.9 s", {}, *[SLEEP.format(2.9)] * 50)
    yield solved("a sleep, six functions end", all_of(END, "loss", "sample"), SLEEP.format(28))
    yield solved("all functions busy", all_of(WAYS["busy"]))
    yield solved("all functions swallow interrupts", all_of(WAYS["swallows interrupts"]))
    yield solved("all functions sleep 4.9 s", all_of(f"{SLEEP.format(4.9)}\nraise ValueError"))
    yield solved("all end after 4.9 s", all_of(f"{SLEEP.format(4.9)}\n{END}"))
    yield solved("a busy cell, all end after 4.9 s", all_of(f"{SLEEP.format(4.9)}\n{END}"), WAYS["busy"])
    yield solved("a cell sets a hook", {}, f"{HOOK}{SET_HOOK}")
    yield solved(
        "a hook after 20 s, all threads", all_of(WAYS["starts threads"]), f"{SLEEP.format(20)}\n{HOOK}{SET_HOOK}"
    )


class Bench:
    """Marks hand-ins and takes down what they cost."""

    def __init__(self, folder: Path) -> None:
        self._assignment, self._folder = Assignment(Course(KIT_ROOT), NAME), folder
        course, file = self._assignment.course, f"{NAME}.ipynb"
        self._release, self._solved = (
            nbformat.read(kind(NAME) / file, as_version=4) for kind in (course.release, course.solutions)
        )
        self._told = Told()
        kit = logging.getLogger("autograder")
        kit.addHandler(self._told)
        kit.setLevel(logging.INFO)
        kit.propagate = False

    def mark(self, hand_in: HandIn, cells: list[str], layout: str = "notebook") -> Row:
        """Mark one."""
        notebook = hand_in.notebook(self._release, self._solved)
        place = index_of(notebook, "rnn_step_forward")
        notebook.cells[place:place] = [nbformat.v4.new_code_cell(cell) for cell in cells]
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            file = Path(folder, f"{NAME}.ipynb")
            if layout == "notebook":
                nbformat.write(notebook, file)
            else:
                file = self._as_modules(notebook, Path(folder, "modules"))
            started = time.perf_counter()
            record, _ = mark_file(self._assignment, file, level=best())
        wall, told = time.perf_counter() - started, self._told.last
        return Row(hand_in.name, layout, wall, told["used"], told["cells_cpu"] + told["calls_cpu"], record.score)

    def _as_modules(self, notebook: nbformat.NotebookNode, folder: Path) -> Path:
        for name, text in module_files(self._assignment, notebook).items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return folder


@contextmanager
def busy_cores() -> Iterator[None]:
    """Keep all cores busy while this lasts."""
    others = [multiprocessing.Process(target=_burn, daemon=True) for _ in range(cores())]
    for one in others:
        one.start()
    try:
        yield
    finally:
        for one in others:
            one.kill()
            one.join()


def _burn() -> None:
    while os.getppid() != 1:
        pass


def run(bench: Bench, part: str, console: Console) -> dict[str, list[Row]]:
    """Mark all whose name holds a part, print tables, and return their rows."""
    one = [
        (endless(name, way), [], layout) for name in SIGNATURES for way in WAYS for layout in ("notebook", "modules")
    ]
    slowest = read_hand_in(EXAMPLES / "slow" / "every_axis.py", Kind.SLOW, set(SIGNATURES))
    tasks = {
        "One endless function": one,
        "The most expensive": [(hand_in, cells, "notebook") for hand_in, cells in expensive()],
    }
    found = {title: measured(bench, title, some, part, console) for title, some in tasks.items()}
    with busy_cores():
        title = f"The slowest honest one, beside {cores()} busy processes"
        found[title] = measured(bench, title, [(slowest, [], "notebook"), (slowest, [], "modules")], part, console)
    return found


def measured(
    bench: Bench, title: str, tasks: list[tuple[HandIn, list[str], str]], part: str, console: Console
) -> list[Row]:
    """Mark hand-ins, print a table, and return its rows."""
    table = Table(
        "", "as", "wall, s", "used, s", "CPU, s", "points", title=title, title_justify="left", box=SIMPLE_HEAD
    )
    rows = [bench.mark(*task) for task in tasks if part in task[0].name]
    for row in rows:
        numbers = (f"{number:.1f}" for number in (row.wall, row.used, row.cpu))
        table.add_row(row.name, row.layout, *numbers, f"{row.points:g}")
    console.print(table)
    return rows


def aims_of(found: dict[str, list[Row]]) -> list[Aim]:
    """Return what was aimed at."""
    one, worst, honest = (rows for rows in found.values())
    return [
        at_most("one endless function, s used", ONE_FUNCTION, max((row.used for row in one), default=None)),
        at_most("any submission, s used", ANYTHING, max((row.used for row in worst), default=None)),
        at_least("points of the slowest honest one", 92, min((row.points for row in honest), default=None), "{:g}"),
    ]


def main() -> None:
    """Measure, and print what came of it."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--only", default="", metavar="PART", help="only hand-ins whose name holds this")
    add_json(options)
    given = options.parse_args()
    console = Console(width=120)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        found = run(Bench(Path(folder)), given.only, console)
    aims = aims_of(found)
    console.print(aims_table(aims))
    save(given.json, "endless", {title: [asdict(row) for row in rows] for title, rows in found.items()}, aims)


if __name__ == "__main__":
    main()
