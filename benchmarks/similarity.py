"""What `autograder similarity` finds: 300 students who work alone, an earlier year, and copies of some of them.

Each kind of copy is planted twice in each class, and once more in disguise; a pair that is shown and was not planted is
a false alarm. ``--real FOLDER`` takes hand-ins of a real class as those who work alone, which nobody knows of them:
look at its false alarms before you count them.
"""

from __future__ import annotations

import argparse
import copy
import resource
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from autograder.reports.similarity.answers import HandIn, ProblemAnswer, given_to, of_earlier, read_all
from autograder.reports.similarity.evidence import THRESHOLD, HandInComparison
from autograder.reports.similarity.report import SimilarityRequest, write_similarity
from autograder.reports.similarity.units import BaseCode, units_of_code
from benchmarks.courses import NAME
from benchmarks.independent import COPIES, Cells, ClassWriter, Copyist
from benchmarks.results import add_json, aims_table, at_least, at_most, save

YEAR = "last year"
# The twelve copies that a class has: two of each of these kinds.
PLANTED = [kind for kind in COPIES if kind != "renamed, reordered, new comments"]


@dataclass(frozen=True)
class Copy:
    """A copy in a class: its kind, whose it is, and of whom; ``of`` may be a student of the earlier year."""

    kind: str
    student: str
    of: str
    cells: Cells


@dataclass
class Found:
    """What came of one class.

    Attributes:
        bits: What each copy shares with its source, by kind.
        alarms: What each pair shares that is shown and was not planted.
        next: What the most alike pair below the threshold shares that was not planted.
    """

    bits: dict[str, list[float]] = field(default_factory=dict)
    alarms: list[float] = field(default_factory=list)
    next: float = 0.0


@dataclass(frozen=True)
class Class:
    """Students who work alone, those of an earlier year, and copies."""

    students: dict[str, Cells]
    earlier: dict[str, Cells]
    copies: list[Copy]


def write_class(assignment: Assignment, seed: int, size: int, earlier: int, each: int = 2) -> Class:
    """Return a class with copies of each kind.

    Args:
        assignment: The assignment.
        seed: Of all that is drawn.
        size: How many students work alone.
        earlier: How many there were in the earlier year.
        each: How many copies there are of each kind.
    """
    writer = ClassWriter(assignment, seed)
    students = {f"s{number:04}": writer.student() for number in range(size)}
    before = {f"e{number:04}": writer.student() for number in range(earlier)}
    return Class(students, before, copies_of(writer, students, before, each))


def copies_of(writer: ClassWriter, students: dict[str, Cells], before: dict[str, Cells], each: int) -> list[Copy]:
    """Return copies of each kind, no two of the same student."""
    copyist = Copyist(writer)
    sources = writer.rng.sample(sorted(students), each * len(COPIES))
    old = writer.rng.sample(sorted(before), each)
    made: list[Copy] = []
    for kind, change in COPIES.items():
        for _ in range(each):
            of = old.pop() if kind == "from last year" else sources.pop()
            cells = change(copyist, (before if kind == "from last year" else students)[of])
            made.append(Copy(kind, f"c{len(made):02}", of, cells))
    return made


def hand_in(student: str, year: str, cells: Cells, given: BaseCode) -> HandIn:
    """Return a hand-in as it is read from a notebook, without the notebook."""
    return HandIn(
        student, year, [ProblemAnswer(name, cell, units_of_code(cell, given)) for name, cell in cells.items()]
    )


def compare(hand_ins: Sequence[HandIn], copies: Sequence[Copy], threshold: float = THRESHOLD) -> Found:
    """Compare hand-ins, copies among them, and return what came of it."""
    comparison, found = HandInComparison(hand_ins), Found()
    places = {one.student: number for number, one in enumerate(hand_ins)}
    sources = {one.student: one.of for one in copies}
    for one in copies:
        pair = comparison.pair(places[one.student], places[one.of])
        found.bits.setdefault(one.kind, []).append(pair.bits)
    # Two copies of one source, or a copy and a copy of it, are no chance either.
    alone = [
        pair for pair in comparison.pairs(threshold / 2) if not _planted(pair.one.student, pair.other.student, sources)
    ]
    found.alarms = [pair.bits for pair in alone if pair.bits >= threshold]
    found.next = max((pair.bits for pair in alone if pair.bits < threshold), default=0.0)
    return found


def _planted(one: str, other: str, sources: dict[str, str]) -> bool:
    return sources.get(one, one) == sources.get(other, other)


def table_of(found: Sequence[Found], title: str) -> Table:
    """Return what was found and missed by kind of copy."""
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    table.add_column("copy")
    for column in ("planted", "found", "missed", "bits: least", "median"):
        table.add_column(column, justify="right")
    for kind in COPIES:
        bits = [number for one in found for number in one.bits.get(kind, [])]
        seen = sum(number >= THRESHOLD for number in bits)
        least, median = (f"{of(bits):.0f}" if bits else "" for of in (min, statistics.median))
        table.add_row(kind, str(len(bits)), str(seen), str(len(bits) - seen), least, median)
    return table


def shares(found: Sequence[Found], kinds: Sequence[str]) -> float:
    """Return the share of copies of some kinds that were found."""
    bits = [number for one in found for kind in kinds for number in one.bits.get(kind, [])]
    return sum(number >= THRESHOLD for number in bits) / len(bits)


def write_notebooks(assignment: Assignment, cells: dict[str, Cells], folder: Path) -> None:
    """Write hand-ins as notebooks, made from the release."""
    name = f"{assignment.name}.ipynb"
    release = nbformat.read(assignment.course.release(assignment.name) / name, as_version=4)
    for student, answers in cells.items():
        notebook = copy.deepcopy(release)
        for cell in notebook.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            cell.source = answers.get(grade_id, cell.source)
        target = folder / student / assignment.name / name
        target.parent.mkdir(parents=True)
        nbformat.write(notebook, target)


def whole_run(assignment: Assignment, made: Class, scratch: Path, console: Console) -> tuple[float, int]:
    """Run the command's own steps on notebooks; return the CPU seconds and the bytes of the page."""
    course = Course(scratch)
    for name in ("source", "release", "solutions"):
        (scratch / name).symlink_to(KIT_ROOT / name)
    (scratch / "nbgrader_config.py").write_bytes((KIT_ROOT / "nbgrader_config.py").read_bytes())
    write_notebooks(assignment, made.students | {one.student: one.cells for one in made.copies}, course.submitted)
    write_notebooks(assignment, made.earlier, scratch / YEAR)
    before = cpu()
    files, data = write_similarity(Assignment(course, NAME), SimilarityRequest(previous=(scratch / YEAR,)))
    seconds = cpu() - before
    console.print(
        f"{data.size} notebooks: {seconds:.1f} CPU s, {len(data.pairs)} pairs, {files[0].stat().st_size} bytes"
    )
    return seconds, files[0].stat().st_size


def cpu() -> float:
    """Return the CPU time of this process and its children so far, in seconds."""
    spent = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def real_class(assignment: Assignment, folder: Path, given: BaseCode, seed: int, console: Console) -> Found:
    """Compare a real class, with copies of the students who could be read, in notebooks that nobody changed."""
    read, unread = read_all(assignment, of_earlier(assignment, folder))
    read = [HandIn(one.student, "", one.answers) for one in read]
    console.print(f"{folder.name}: {len(read)} hand-ins, {len(unread)} could not be read", highlight=False)
    writer = ClassWriter(assignment, seed)
    whole = {
        one.student: cells
        for one in read
        if set(cells := {answer.problem: answer.source for answer in one.answers}) >= set(writer.stubs)
    }
    # Of cells that are not as the release begins them, or that do not parse, no copy in disguise can be made.
    fit = {student: cells for student, cells in whole.items() if writer.begins(cells)}
    earlier = dict(list(fit.items())[:2])
    here = {student: cells for student, cells in fit.items() if student not in earlier}
    copies = copies_of(writer, here, earlier, min(2, len(here) // len(COPIES)))
    old = [HandIn(one.student, YEAR, one.answers) for one in read if one.student in earlier]
    others = [one for one in read if one.student not in earlier]
    return compare([*others, *old, *(hand_in(one.student, "", one.cells, given) for one in copies)], copies)


def main() -> None:
    """Measure, print tables, leave the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--classes", type=int, default=8, metavar="N", help="so many classes of each size (default: 8)"
    )
    options.add_argument("--sizes", default="300,100,30", help="sizes of classes (default: 300,100,30)")
    options.add_argument("--real", type=Path, metavar="FOLDER", help="a folder of real hand-ins, in place of all that")
    add_json(options)
    given_options = options.parse_args()
    assignment, console = Assignment(Course(KIT_ROOT), NAME), Console()
    given = given_to(assignment)
    if given_options.real:
        found = [
            real_class(assignment, given_options.real, given, seed, console) for seed in range(given_options.classes)
        ]
        console.print(table_of(found, "Copies among real hand-ins"))
        console.print(f"pairs that were not planted: {[[round(bits) for bits in one.alarms] for one in found]}")
        return
    figures: dict[str, object] = {"threshold": THRESHOLD}
    by_size = {}
    for size in map(int, given_options.sizes.split(",")):
        found = []
        for seed in range(given_options.classes):
            made = write_class(assignment, seed, size, max(2, size // 3), each=2 if size >= 100 else 1)
            hand_ins = [hand_in(student, "", cells, given) for student, cells in made.students.items()]
            hand_ins += [hand_in(student, YEAR, cells, given) for student, cells in made.earlier.items()]
            hand_ins += [hand_in(one.student, "", one.cells, given) for one in made.copies]
            found.append(compare(hand_ins, made.copies))
        by_size[size] = found
        console.print(table_of(found, f"{size} students and {max(2, size // 3)} of last year, {len(found)} classes"))
        alarms = Counter(len(one.alarms) for one in found)
        console.print(f"false alarms: {dict(sorted(alarms.items()))} (so many: in so many classes)", highlight=False)
        figures[str(size)] = [{"bits": one.bits, "alarms": one.alarms, "next": one.next} for one in found]
    largest = max(by_size)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        made = write_class(assignment, 0, largest, 2)
        started = time.monotonic()
        seconds, size = whole_run(assignment, made, Path(folder), console)
        figures["whole run"] = {"cpu": seconds, "wall": time.monotonic() - started, "page": size}
    mean_alarms = statistics.mean(len(one.alarms) for one in by_size[largest])
    aims = [
        at_least(f"of {largest}: planted copies that are found", 0.9, shares(by_size[largest], PLANTED), "{:.0%}"),
        at_most(f"of {largest}: false alarms in a class", 1, mean_alarms),
        at_most("CPU s for the class", 20, seconds, "{:.1f}"),
        at_most("page, MB", 2, size / 1e6),
    ]
    console.print(aims_table(aims))
    save(given_options.json, "similarity", figures, aims)


if __name__ == "__main__":
    main()
