"""Hostile archives and folders among a class's hand-ins, from ``nbgrader autograde`` to the feedback pages."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateFeedback

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.nbgrader_app import ConversionError, load_config, run_converter
from autograder.course.results import Status, read_record
from autograder.nbgrader_plugins.save_grades import record_file
from autograder.release.release import release
from tests.hostile.attack import FOLDER, NOTEBOOK, Attack, attacks
from tests.hostile.controls import opened
from tests.hostile.handing_in import ALIVE, Tags
from tests.hostile.layouts import hand_in
from tests.hostile.trial import RIGHT, full_points
from tests.hostile.yard import NAME, SECRETS, Yard

KINDS = ("archives", "beside", "folders")
# Large ones are refused, or read in part, like others; they take a while to make.
LARGE = ("bomb", "large", "many", "nested", "overlapping", "size")
TRIED = [
    attack
    for attack in attacks()
    if attack.kind in KINDS and attack.layout != NOTEBOOK and not any(word in attack.name for word in LARGE)
]
BESIDE = [attack.name for attack in TRIED if attack.kind == "beside"]
SHOWN = next(attacks("module_text/live_page"))
# Its name comes last: all others are marked before it.
RIGHT_STUDENT = "zoe"


@pytest.fixture
def course(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> Course:
    """The course of the yard with another gradebook, and all hand-ins."""
    root = yard.inbox / "class"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(yard.course.root, root, ignore=shutil.ignore_patterns("classroom"))
    monkeypatch.chdir(root)
    made = Course(root)
    release(Assignment(made, NAME))  # into its gradebook
    for attack in [*TRIED, SHOWN]:
        submit(attack, yard, made, attack.name)
    submit(dataclasses.replace(RIGHT, layout=FOLDER), yard, made, RIGHT_STUDENT)
    return made


def submit(attack: Attack, yard: Yard, course: Course, student: str) -> None:
    """Put a hand-in where nbgrader looks for it."""
    place = course.submitted / student / NAME
    place.parent.mkdir(parents=True)
    handed = hand_in(attack, yard, student)
    if handed.is_dir():
        handed.rename(place)
    else:
        place.mkdir()
        handed.rename(place / handed.name)


def content(folder: Path) -> str:
    """Return all that is in the files of a folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in files)


@pytest.mark.thorough
def test_none_of_them_keeps_others_from_their_points_or_brings_anything_out(yard: Yard, course: Course, caplog):
    assert full_points(yard, FOLDER)  # starts what kernels are forked from
    yard.look()
    with pytest.raises(ConversionError):  # names those that were refused
        run_converter(Autograde, load_config(course), NAME)
    for student in (SHOWN.name, *BESIDE):
        run_converter(GenerateFeedback, load_config(course), NAME, student)
    assert yard.harm("") == []
    records = {who: read_record(record_file(course.records, NAME, who)) for who in (RIGHT_STUDENT, *names())}
    assert not [who for who, record in records.items() if record.status is Status.GRADER_ERROR]
    assert records[RIGHT_STUDENT].score == records[RIGHT_STUDENT].max_score
    with Gradebook(f"sqlite:///{course.classroom / 'gradebook.db'}") as book:
        scores = {who: book.find_submission(NAME, who).score for who in records}
    assert scores == {who: record.score for who, record in records.items()}
    assert max(scores[who] for who in names()) <= 6, "their functions are right for six points"
    for made in ("autograded", "feedback"):
        found = content(course.classroom / made)
        assert not [secret for secret in SECRETS if secret in found]
    assert alive_in_page(course) == []
    for student in BESIDE:
        assert yard.harm(opened(course.classroom / "autograded" / student / NAME)) == []
        page = course.classroom / "feedback" / student / NAME / f"{NAME}.html"
        assert f"Hand-in of {student}" in page.read_text(encoding="utf-8"), "its author has no feedback"


def names() -> list[str]:
    """Return who handed in what is hostile."""
    return [attack.name for attack in [*TRIED, SHOWN]]


def alive_in_page(course: Course) -> list[str]:
    """Return what of the student's own would do something in a feedback page: in tags, or in scripts."""
    page = (course.classroom / "feedback" / SHOWN.name / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "alert(1)" in page, "what was handed in is not shown"
    found = Page()
    found.feed(page)
    own = [tag for tag in found.found if any(word in tag.lower() for word in ALIVE) and not tag.startswith("<script")]
    return own + [code for code in found.scripts if "alert(1)" in code]


class Page(Tags):
    """Takes down the scripts of a page as well."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script":
            self.scripts.append(data)
