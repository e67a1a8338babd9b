"""A small class that nbgrader itself has marked, twice, and what is compared of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde

from autograder.course.course import Course
from autograder.course.nbgrader_app import ConversionError, load_config, run_converter
from autograder.course.results import read_record
from autograder.grading.task import Reply
from autograder.nbgrader_plugins.save_grades import record_file
from tests.grading.dumps import copy_gradebook, differences, dump, files_of, new_database
from tests.support.sampling import thorough

NAME = "arithmetic"
DOUBLE, HALVE = "def double(x): return 2 * x", "def halve(x): return x / 2, None"
WRONG = "def halve(x): return x, None"
# A penalty that the course has thought of itself: a point for each hour.
CONFIG = """
from nbgrader.plugins import BasePlugin


class PointAnHour(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return total_seconds_late / 3600


c.AssignLatePenalties.plugin_class = PointAnHour
"""
DUE, ON_TIME, LATE = "2026-03-01 12:00:00 UTC", "2026-03-01 11:59:00 UTC", "2026-03-01 13:30:00 UTC"
VERY_LATE = "2026-03-02 13:30:00 UTC"


def put(folder: Path, **files: str) -> None:
    """Write files into a folder; in their names, ``__`` stands for a folder and ``_dot_`` for a dot."""
    for name, content in files.items():
        file = folder / name.replace("_dot_", ".").replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)


def first_round(course: Course, tools: SimpleNamespace) -> None:
    """Write what a class hands in: notebooks in time and late, module files, and what is refused."""
    files = {"notes_dot_txt": "mine", "data__a_dot_csv": "1", "given_dot_txt": "changed by a student"}
    left = {"old_dot_pyc": "x", "feedback__page_dot_html": "x", "_dot_hidden": "kept", "copy_dot_ipynb": "{}"}
    ada = tools.write_hand_in(course, DOUBLE, HALVE, student="ada").parent
    put(ada, timestamp_dot_txt=ON_TIME, **files, **left)
    put(tools.write_hand_in(course, DOUBLE, WRONG, student="bea").parent, timestamp_dot_txt=LATE)
    put(course.submitted / "cyd" / NAME, cs231n__rnn_layers_dot_py=f"{DOUBLE}\n{HALVE}\n", timestamp_dot_txt=LATE)
    dan = tools.write_hand_in(course, DOUBLE, HALVE, student="dan").parent
    (dan / "link").symlink_to(course.root)
    put(course.submitted / "eve" / NAME, answers_dot_ipynb="no notebook", timestamp_dot_txt=ON_TIME)
    tools.write_hand_in(course, DOUBLE, HALVE, student="fay")
    put(tools.write_hand_in(course, student="gus").parent, timestamp_dot_txt=VERY_LATE)


def second_round(course: Course, tools: SimpleNamespace) -> None:
    """Write what some of them hand in anew."""
    put(tools.write_hand_in(course, "def double(x): return x", HALVE, student="ada").parent, timestamp_dot_txt=LATE)
    shutil.rmtree(course.submitted / "cyd")
    tools.write_hand_in(course, DOUBLE, student="cyd")
    tools.write_hand_in(course, DOUBLE, HALVE, student="dan")
    (course.submitted / "fay" / NAME / f"{NAME}.ipynb").write_text("no notebook")


def by_hand(course: Course, students: Sequence[str] = ("ada", "fay", "bea")) -> None:
    """Enter what teaching assistants enter between two markings."""
    with Gradebook(load_config(course).CourseDirectory.db_url, "cs231n") as book:
        for student in students[:2]:
            grade = book.find_grade("test_double", NAME, NAME, student)
            grade.manual_score, grade.needs_manual_grade = 1.5, False
        answer = book.find_grade("why", NAME, NAME, "ada")
        answer.manual_score, answer.needs_manual_grade = 2.5, False
        book.find_grade("test_halve", NAME, NAME, "ada").extra_credit = 0.5
        if "bea" in students:
            extend(book)
        book.db.commit()


def extend(book: Gradebook) -> None:
    """Give bea more time, a comment and a flag."""
    book.find_comment("halve", NAME, NAME, "bea").manual_comment = "Look at the cache."
    book.find_submission_notebook(NAME, NAME, "bea").flagged = True
    book.grant_extension(NAME, "bea", hours=1)


def add_to_gradebook(url: str) -> None:
    """Add a due date, and a second notebook, which nobody hands in."""
    with Gradebook(url, "cs231n") as book:
        book.update_or_create_assignment(NAME, duedate=DUE)
        book.add_notebook("extra", NAME)
        book.add_grade_cell("more", "extra", NAME, max_score=2, cell_type="code")
        book.add_solution_cell("more", "extra", NAME)
        book.add_task_cell("task", "extra", NAME, max_score=1, cell_type="markdown")


@dataclass(frozen=True)
class Marked:
    """What nbgrader left of a class.

    Attributes:
        gradebook: See `dump`.
        files: See `files_of`, of its marked hand-ins.
        refused: Likewise, of what was set aside.
        records: Bytes of records, by student.
        replies: What a worker would have sent, by student.
    """

    gradebook: dict[str, list[tuple[Any, ...]]]
    files: dict[str, tuple[int, bytes]]
    refused: dict[str, tuple[int, bytes]]
    records: dict[str, bytes]
    replies: dict[str, Reply]


@pytest.fixture(scope="session")
def unmarked(made_course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny course, whose class has a penalty, a due date, and files of the instructor's."""
    root = tmp_path_factory.mktemp("unmarked") / "made"
    shutil.copytree(made_course, root)
    course = Course(root / "course")
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write(CONFIG)
    put(course.source(NAME), given_dot_txt="the instructor's", more__given_dot_txt="likewise")
    add_to_gradebook(load_config(course).CourseDirectory.db_url)
    return root


@pytest.fixture(scope="session")
def by_nbgrader(unmarked: Path, tools: SimpleNamespace, tmp_path_factory: pytest.TempPathFactory) -> list[Marked]:
    """What nbgrader's own autograde leaves of the class: after the first round, and after the second."""
    root = tmp_path_factory.mktemp("nbgrader") / "made"
    shutil.copytree(unmarked, root)
    course = Course(root / "course")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(course.root)
        patch.delenv("AUTOGRADER_SALT", raising=False)
        first_round(course, tools)
        marked = [autograded(course)]
        by_hand(course)
        second_round(course, tools)
        return [*marked, autograded(course)]


def autograded(course: Course) -> Marked:
    """Mark the class as nbgrader does."""
    with pytest.raises(ConversionError):  # some are refused
        run_converter(Autograde, load_config(course), NAME)
    return state(course, reply_of)


def state(course: Course, reply: Callable[[Course, str], Reply] | None = None) -> Marked:
    """Return what is there of a class."""
    records = {file.stem: file.read_bytes() for file in (course.records / NAME).glob("*.json")}
    return Marked(
        dump(load_config(course).CourseDirectory.db_url),
        files_of(course.classroom / "autograded"),
        files_of(course.refused),
        records,
        {student: reply(course, student) for student in records} if reply else {},
    )


def reply_of(course: Course, student: str) -> Reply:
    """Return what a worker would have sent of a hand-in that nbgrader has marked."""
    record = read_record(record_file(course.records, NAME, student))
    notebook = course.classroom / "autograded" / student / NAME / f"{NAME}.ipynb"
    with Gradebook(load_config(course).CourseDirectory.db_url, "cs231n") as book:
        found = book.find_submission_notebook(NAME, NAME, student).comments
        comments = {comment.name: comment.auto_comment for comment in found}
    if not notebook.exists():
        return Reply(student, record, None)
    return Reply(student, record, notebook.read_bytes(), comments)


@pytest.fixture(scope="session")
def rounds() -> SimpleNamespace:
    """The functions of this file that tests use."""
    return SimpleNamespace(handed_in=[first_round, second_round], by_hand=by_hand, state=state, differences=differences)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=thorough)])
def writable(
    request: pytest.FixtureRequest,
    unmarked: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Course:
    """A copy of the class's course that a test may change, with its gradebook on a server; it is the current folder."""
    root = tmp_path / "copy"
    shutil.copytree(unmarked, root)
    course = Course(root / "course")
    monkeypatch.chdir(course.root)
    monkeypatch.delenv("AUTOGRADER_SALT", raising=False)
    if request.param == "postgresql":
        url = new_database(request.getfixturevalue("postgres"))
        copy_gradebook(load_config(course).CourseDirectory.db_url, url)
        with (course.root / "nbgrader_config.py").open("a") as config:
            config.write(f"c.CourseDirectory.db_url = {url!r}\n")
    return course
