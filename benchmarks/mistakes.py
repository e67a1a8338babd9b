"""A class of 300 with known shares of mistakes, six of which the catalogue does not have: what the report says of them.

The hand-ins are made of the catalogue's misconceptions, and of six mistakes that are not in it, each written in two
ways; a part of these have a known mistake in an earlier problem as well. All are really marked, by ``autograder grade``
in a copy of the kit. Then ``autograder report`` is measured, and compared with what is known: the ranking's shares, the
purity and the completeness of the groups. At the end each of the six is made known with ``autograder misconception``,
from one hand-in, and the report is made again.

**Purity** of a group is the largest share of it that made one mistake; **completeness** of a mistake the largest share
of those who made it that are in one group.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from benchmarks.courses import NAME, NOTEBOOK, environment
from benchmarks.hand_ins import HandIn, Kind, read_hand_in, write_class
from benchmarks.measuring import Usage, measure
from benchmarks.results import add_json, aims_table, at_least, at_most, save

SECONDS_AIM, MEGABYTES_AIM = 10.0, 5.0
UNKNOWN = Path(__file__).with_name("examples") / "unknown"
LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", "classroom", "__pycache__", "*.pyc", "results", "tests", ".*cache")
# How many have each of the catalogue's mistakes.
KNOWN = {
    "rnn_step_forward/no_bias": 18, "rnn_step_forward/sigmoid": 11, "rnn_step_backward/transpose_forgotten": 15,
    "rnn_step_backward/no_tanh_derivative": 9, "rnn_forward/state_not_carried": 14, "rnn_backward/recurrence_lost": 21,
    "rnn_backward/averaged_over_time": 5, "word_embedding_forward/off_by_one": 7,
    "word_embedding_backward/repeated_words_lost": 17, "captioning_loss/no_mask": 13, "captioning_loss/not_shifted": 10,
    "captioning_sample/state_reset": 8, "captioning_sample/start_not_read": 6,
}  # fmt: skip
# How many have each of those that it does not have: files of `UNKNOWN`, by their names without the way of writing.
NEW = {
    "rnn_step_forward/hard_tanh": 16, "rnn_step_backward/size_of_state": 13, "rnn_forward/running_mean": 11,
    "rnn_backward/mean_with_upstream": 9, "word_embedding_forward/unit_length": 7,
    "word_embedding_backward/largest_kept": 6,
}  # fmt: skip
# Of those, every third has this known mistake too, where it is not in the same step: a backward function is judged by
# what its own forward function computes, so that its wrong values would be others.
EARLIER = "rnn_step_forward/no_bias"
TEXTS = {
    '"""TODO: what the code does, a sentence."""': '"""Does what one of the class did."""',
    "TODO: what somebody believes who writes it, a sentence that a student could say.": "That is how it is done.",
    "TODO: a question or two that lead to the idea; no statement of the solution.": "What does the docstring ask for?",
    "TODO: for whoever talks to the student: where it comes from, how it shows, what to ask.": "Met in the benchmark.",
}


@dataclass(frozen=True)
class Member:
    """One of the class.

    Attributes:
        hand_in: What is handed in.
        mistakes: Its mistakes, as ``problem/name``.
    """

    hand_in: HandIn
    mistakes: tuple[str, ...]


def members(assignment: Assignment, size: int) -> list[Member]:
    """Return the class, in an order drawn with a fixed seed; all that have no mistake are right."""
    asked = {name for problem in assignment.problems.values() for name in problem.functions}
    made: list[Member] = []
    for name, count in KNOWN.items():
        one = read_hand_in(assignment.folder / "misconceptions" / f"{name}.py", Kind.WRONG, asked)
        made += [Member(one, (name,))] * count
    earlier = read_hand_in(assignment.folder / "misconceptions" / f"{EARLIER}.py", Kind.WRONG, asked)
    for name, count in NEW.items():
        ways = [read_hand_in(file, Kind.WRONG, asked) for file in sorted(UNKNOWN.glob(f"{name}_*.py"))]
        for number in range(count):
            one = ways[number % len(ways)]
            if number % 3 == 2 and not name.startswith("rnn_step"):
                functions = {**earlier.functions, **one.functions}
                made.append(Member(HandIn(one.name, Kind.WRONG, functions, one.helpers), (name, EARLIER)))
            else:
                made.append(Member(one, (name,)))
    if len(made) > size:
        raise SystemExit(f"the mistakes alone are {len(made)} hand-ins: take a larger --size")
    made += [Member(HandIn("the solution", Kind.RIGHT), ())] * (size - len(made))
    random.Random(size).shuffle(made)
    return made


class Bench:
    """Runs commands in a copy of the kit, which is its own course.

    Args:
        folder: Where the copy is made; its package is made anew where there is one, so that what was made known is not.
    """

    def __init__(self, folder: Path) -> None:
        self.root, self._log = folder / "kit", folder / "log"
        shutil.rmtree(self.root / "autograder", ignore_errors=True)
        shutil.copytree(KIT_ROOT, self.root, ignore=LEFT_OUT, dirs_exist_ok=True)
        self._environment = {**environment(), "PYTHONPATH": str(self.root)}

    def run(self, *arguments: str) -> Usage:
        """Run a command of the kit's and return what it used.

        Raises:
            RuntimeError: It ended with an error; the message has all that commands printed.
        """
        command = [sys.executable, "-m", "autograder.cli", *arguments]
        usage = measure(command, self.root, self._environment, self._log)
        if usage.code != 0:
            raise RuntimeError(f"{' '.join(command)} ended with {usage.code}:\n{self._log.read_text('utf-8')}")
        return usage

    def told(self, *arguments: str) -> tuple[int, str]:
        """Run a command of the kit's and return its exit code and what it prints."""
        ended = subprocess.run(
            [sys.executable, "-m", "autograder.cli", *arguments],
            cwd=self.root, env=self._environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return ended.returncode, ended.stdout + ended.stderr

    def report(self) -> tuple[Usage, float, list[dict[str, Any]]]:
        """Make the class report and return what it used, the page's megabytes, and the mistakes that it has."""
        usage = self.run("report", NAME)
        folder = self.root / "classroom" / "reports" / NAME
        mistakes = json.loads((folder / "class.json").read_text(encoding="utf-8"))["mistakes"]
        return usage, (folder / "class.html").stat().st_size / 1e6, mistakes


def mark(bench: Bench, size: int, console: Console) -> dict[str, tuple[str, ...]]:
    """Mark the class and return whose mistakes are which."""
    people = members(Assignment(Course(KIT_ROOT), NAME), size)
    course = Course(bench.root)
    bench.run("release", NAME)
    solved = nbformat.read(course.solutions(NAME) / NOTEBOOK, as_version=4)
    files = write_class([one.hand_in for one in people], course.submitted, NAME, (solved, solved))
    usage = bench.run("grade", NAME)
    console.print(f"marked in {usage.wall:.0f} s, {usage.cpu / size:.2f} CPU s each", highlight=False)
    whose = [file.relative_to(course.submitted).parts[0] for file in files]
    return {student: one.mistakes for student, one in zip(whose, people, strict=True)}


def main() -> None:
    """Mark the class, print tables, leave the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--size", type=int, default=300, help="hand-ins in all (default: 300)")
    options.add_argument(
        "--scratch", type=Path, help="folder for the copy of the kit, kept: a class that is marked there stays marked"
    )
    add_json(options)
    given = options.parse_args()
    console = Console(width=120)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        bench = Bench(given.scratch or Path(folder))
        of = mark(bench, given.size, console)
        usage, megabytes, found = bench.report()
        known = shares(of, found, KNOWN, console)
        grouped = groups(of, found, console)
        console.print(f"report: {usage.wall:.1f} s ({usage.cpu:.1f} CPU s), page {megabytes:.2f} MB", highlight=False)
        made = make_known(bench, grouped, console)
        again, _, after = bench.report()
        named = shares(of, after, NEW, console)
        console.print(f"report, with the six known: {again.wall:.1f} s ({again.cpu:.1f} CPU s)", highlight=False)
    aims = [
        at_most("seconds of autograder report", SECONDS_AIM, usage.wall, "{:.1f}"),
        at_most("megabytes of the page", MEGABYTES_AIM, megabytes),
        at_least("known mistakes whose share the ranking gives back", 1, known, "{:.0%}"),
        at_least("least purity of a group", 1, min(one["purity"] for one in grouped), "{:.0%}"),
        at_least("least completeness of a new mistake", 1, min(one["completeness"] for one in grouped), "{:.0%}"),
        at_least("new mistakes that hold when they are tried", len(NEW), sum(one["holds"] for one in made), "{:.0f}"),
        at_least("new mistakes whose share the next ranking gives back", 1, named, "{:.0%}"),
    ]
    console.print(aims_table(aims))
    save(given.json, "mistakes", {"groups": grouped, "made known": made, "size": given.size}, aims)


def true_counts(of: dict[str, tuple[str, ...]], names: dict[str, int]) -> dict[str, set[str]]:
    """Return who made each mistake."""
    return {name: {student for student, theirs in of.items() if name in theirs} for name in names}


def shares(
    of: dict[str, tuple[str, ...]], found: list[dict[str, Any]], names: dict[str, int], console: Console
) -> float:
    """Print how many made each mistake and how many the report says, and return for how many mistakes these agree."""
    said = {f"{one['problem']}/{one['name']}": {*one["students"]} for one in found if one["kind"] == "misconception"}
    table = Table(title="Shares in the class", title_justify="left", box=SIMPLE_HEAD)
    for column in ("mistake", "made it", "report says", "of these right"):
        table.add_column(column)
    right = 0
    for name, students in sorted(true_counts(of, names).items(), key=lambda one: -len(one[1])):
        told = said.get(name, set())
        right += told == students
        table.add_row(name, str(len(students)), str(len(told)), str(len(told & students)))
    console.print(table)
    return right / len(names)


def groups(of: dict[str, tuple[str, ...]], found: list[dict[str, Any]], console: Console) -> list[dict[str, Any]]:
    """Print the groups of unknown mistakes and return, for each of the six, how well it is found."""
    there = [one for one in found if one["group"] and one["name"] != "crashed"]
    table = Table(title=f"Groups of unknown mistakes: {len(there)}", title_justify="left", box=SIMPLE_HEAD)
    for column in ("mistake", "made it", "in the group", "purity", "completeness", "what the report says of it"):
        table.add_column(column, overflow="fold")
    made = []
    for name, students in true_counts(of, NEW).items():
        same = [one for one in there if one["problem"] == name.split("/")[0]]
        best = max(same, key=lambda one: len({*one["students"]} & students), default=None)
        members_of = {*best["students"]} if best else set()
        most = Counter(mistake for student in members_of for mistake in of[student] if mistake in NEW).most_common(1)
        purity = most[0][1] / len(members_of) if most and most[0][0] == name else 0.0
        completeness = len(members_of & students) / len(students)
        made.append({
            "mistake": name, "made": len(students), "group": len(members_of), "purity": purity,
            "completeness": completeness, "groups_in_problem": len(same), "seen": best["seen"] if best else "",
            "student": sorted(members_of)[0] if best else "",
        })  # fmt: skip
        row = (name, str(len(students)), str(len(members_of)), f"{purity:.0%}", f"{completeness:.0%}", made[-1]["seen"])
        table.add_row(*row)
    console.print(table)
    return made


def make_known(bench: Bench, grouped: list[dict[str, Any]], console: Console) -> list[dict[str, Any]]:
    """Make each of the six that was found known from one hand-in of its group, write its texts, and try it."""
    made = []
    for one in (one for one in grouped if one["student"]):
        problem, name = one["mistake"].split("/")
        new, said = bench.told("misconception", "new", NAME, "--from", one["student"], problem, "--name", name, "--yes")
        file = bench.root / "autograder" / "assignments" / NAME / "misconceptions" / problem / f"{name}.py"
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        for draft, final in TEXTS.items():
            text = text.replace(draft, final)
        if text:
            file.write_text(text, encoding="utf-8")
        tried, again = bench.told("misconception", "try", NAME, "--name", name)
        console.print(f"\n{said}\n{again}", highlight=False, markup=False)
        made.append({"mistake": one["mistake"], "new": new, "try": tried, "holds": new == 0 and tried == 0})
    return made


if __name__ == "__main__":
    os.environ.setdefault("TERM", "dumb")
    main()
