"""Runs ``make demo``: a small class from the source notebook to feedback and report, marked by `autograder grade`.

    python -m autograder.demo [ASSIGNMENT]

The class is in the assignment's folder ``demo_class``: a file for each student. Its docstring tells the student's
story, and its functions replace the solution's. ``UNTOUCHED = True`` in it stands for the release as it was,
``LANGUAGE = "zh-CN"`` for the edition in that language.
"""

from __future__ import annotations

import ast
import contextlib
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateFeedback
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from autograder.course.assignment import Assignment, assignment_names
from autograder.course.course import Course, CourseError, find_course
from autograder.course.nbgrader_app import load_config, run_converter
from autograder.course.score import points
from autograder.grading.grade import GradeRequest, grade
from autograder.i18n.languages import DEFAULT
from autograder.kernel.sandbox.levels import best
from autograder.nbgrader_plugins.save_grades import record_file
from autograder.release.release import release
from autograder.reports.class_data import Row, records_of, rows_of
from autograder.reports.class_report import write_report

FOLDER = "demo_class"


class DemoError(Exception):
    """The demo would touch a real class; the message says what to do."""


@dataclass(frozen=True)
class Pupil:
    """One student of the demo.

    Attributes:
        name: The student's id.
        story: What this submission shows.
        untouched: Whether it is the release as it was.
        language: The language of the edition that was worked on.
        functions: Texts that take the place of the solution's functions, by name.
    """

    name: str
    story: str
    untouched: bool
    language: str
    functions: dict[str, str]


def pupils_of(assignment: Assignment) -> list[Pupil]:
    """Return the students of an assignment's demo class."""
    return [read_pupil(file) for file in sorted((assignment.folder / FOLDER).glob("*.py"))]


def read_pupil(file: Path) -> Pupil:
    """Return the student that a file of the demo class describes; its code is not run."""
    text = file.read_text(encoding="utf-8")
    module = ast.parse(text)
    functions = {
        node.name: ast.get_source_segment(text, node) or "" for node in module.body if isinstance(node, ast.FunctionDef)
    }
    said = {
        name.id: ast.literal_eval(node.value)
        for node in module.body
        if isinstance(node, ast.Assign)
        for name in node.targets
        if isinstance(name, ast.Name)
    }
    story, language = ast.get_docstring(module) or "", said.get("LANGUAGE", DEFAULT)
    return Pupil(file.stem, story, said.get("UNTOUCHED", False), language, functions)


def write_submission(assignment: Assignment, pupil: Pupil, submitted: Path) -> Path:
    """Write a student's notebook into a folder of submissions and return it."""
    course, name = assignment.course, f"{assignment.name}.ipynb"
    start = (course.release if pupil.untouched else course.solutions)(assignment.name, pupil.language)
    notebook = nbformat.read(start / name, as_version=4)
    for function, text in pupil.functions.items():
        replace_function(notebook, function, text)
    target = submitted / pupil.name / assignment.name / name
    target.parent.mkdir(parents=True)
    nbformat.write(notebook, target)
    return target


def replace_function(notebook: nbformat.NotebookNode, name: str, text: str) -> None:
    """Replace the function ``name`` in the stub cell that defines it; its decorators stay."""
    for cell in notebook.cells:
        if not cell.metadata.get("nbgrader", {}).get("solution") or cell.cell_type != "code":
            continue
        for node in ast.parse(cell.source).body:
            if isinstance(node, ast.FunctionDef) and node.name == name:
                lines = cell.source.split("\n")
                lines[node.lineno - 1 : node.end_lineno] = text.split("\n")
                cell.source = "\n".join(lines)
                return
    raise LookupError(f"no stub cell defines {name}")


def check_demo(course: Course, names: set[str]) -> None:
    """Check that a course has no other students than those of the demo.

    Raises:
        DemoError: There are submissions of other students.
    """
    submitted = course.classroom / "submitted"
    there = {folder.name for folder in submitted.iterdir() if folder.is_dir()} if submitted.is_dir() else set()
    database = course.classroom / "gradebook.db"
    if database.is_file():
        with Gradebook(f"sqlite:///{database}") as gradebook:
            there |= {student.id for student in gradebook.students}
    if there - names:
        raise DemoError(
            f"{course.classroom} holds a real class ({', '.join(sorted(there - names)[:3])} ...): "
            "run the demo in a fresh clone"
        )


def clear_class(course: Course, assignment: str, names: set[str]) -> None:
    """Remove what an earlier demo left, and nothing else.

    Raises:
        DemoError: There are submissions of other students.
    """
    check_demo(course, names)
    for step in ("submitted", "autograded", "feedback"):
        for name in names:
            shutil.rmtree(course.classroom / step / name, ignore_errors=True)
    for name in names:
        record_file(course.records, assignment, name).unlink(missing_ok=True)
    (course.classroom / "gradebook.db").unlink(missing_ok=True)


def demo_assignment(course: Course, arguments: list[str]) -> Assignment:
    """Return the assignment that a program's arguments name, or the one that has a demo class.

    Raises:
        CourseError: There is no such assignment.
        DemoError: The arguments are others, or several assignments have a demo class, or none has.
    """
    named = [Assignment(course, name) for name in arguments or assignment_names(course)]
    found = [assignment for assignment in named if (assignment.folder / FOLDER).is_dir()]
    if len(found) != 1:
        there = ", ".join(assignment.name for assignment in found) or "none has one"
        raise DemoError(f"name one assignment that has a folder {FOLDER}: {there}")
    return found[0]


def demonstrate(assignment: Assignment, console: Console) -> int:
    """Run the demo of one assignment and print its results."""
    course, name = assignment.course, assignment.name
    pupils = pupils_of(assignment)
    clear_class(course, name, {pupil.name for pupil in pupils})
    with announced(console, "Data"):
        assignment.prepare_data()
    with announced(console, "Release and solutions"):
        release(assignment)
    for pupil in pupils:
        write_submission(assignment, pupil, course.submitted)
    mark_class(assignment, console)
    with announced(console, "Feedback"):
        run_converter(GenerateFeedback, load_config(course), name)
    report = write_report(assignment)
    rows = {row.student: row for row in rows_of(assignment, records_of(assignment))}
    print_class(assignment, pupils, rows, console)
    shown = next((pupil for pupil in pupils if pupil.functions), pupils[0])
    print_places(assignment, shown, report, console)
    return 0


@contextlib.contextmanager
def announced(console: Console, title: str) -> Iterator[None]:
    """Print what begins, when it takes a while."""
    console.print(f"{title} ...", highlight=False)
    yield


def mark_class(assignment: Assignment, console: Console) -> None:
    """Mark all submissions, as `autograder grade` does."""
    console.print(f"Isolation: {best()}", highlight=False)
    grade(assignment, GradeRequest(force=True, weaker=True), console)  # this class is our own


def print_class(assignment: Assignment, pupils: list[Pupil], rows: dict[str, Row], console: Console) -> None:
    """Print the table of scores, a row for each problem."""
    for pupil in pupils:
        console.print(f"{pupil.name:>10}: {pupil.story}", highlight=False, markup=False, soft_wrap=True)
    # Without lines between the columns it fits in 80 characters, whole.
    table = Table(
        title="Points",
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    table.add_column("problem", no_wrap=True)
    for name in ("of", *(pupil.name for pupil in pupils)):
        table.add_column(name, justify="right", no_wrap=True, min_width=len(name))
    for problem in assignment.problems.values():
        marks = [rows[pupil.name].marks[problem.id].text for pupil in pupils]
        table.add_row(problem.id, points(problem.points), *marks)
    table.add_section()
    scores = [rows[pupil.name].score for pupil in pupils]
    table.add_row("so far", points(scores[0].most), *(points(score.points) for score in scores))
    table.add_row("waits for a person", "", *(points(score.waiting) for score in scores))
    console.print(table)


def print_places(assignment: Assignment, pupil: Pupil, report: list[Path], console: Console) -> None:
    """Print where things are, the feedback of one student among them."""
    course, name = assignment.course, assignment.name
    places = {
        "release": course.release(name),
        "solutions": course.solutions(name),
        "hand-ins": course.classroom / "submitted",
        "marked notebooks": course.classroom / "autograded",
        "feedback": course.classroom / "feedback" / pupil.name / name / f"{name}.html",
        "records": course.records / name,
        "class report": report[0],
        "as CSV": report[1],
    }
    for title, place in places.items():
        shown = place.relative_to(course.root) if place.is_relative_to(course.root) else place
        console.print(f"{title:>17}: {shown}", highlight=False, soft_wrap=True)


def run_demo() -> int:
    """Run the demo."""
    console = Console()
    try:
        return demonstrate(demo_assignment(find_course(), sys.argv[1:]), console)
    except (CourseError, DemoError) as fault:
        console.print(str(fault), style="red")
        return 2


if __name__ == "__main__":
    sys.exit(run_demo())
