"""Which hand-ins there are, and which of their files can matter."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from autograder.course.course import CourseError
from autograder.course.nbgrader_app import load_config
from autograder.grading import submitted
from autograder.grading.submitted import STUDENT_MAX, Submission, submissions, unfit_id
from autograder.submissions.checks import IntakeLimits, Rejected


@pytest.fixture
def put(course):
    """Return a function that writes a file of a hand-in and returns the hand-in."""

    def write(student, name="arithmetic.ipynb", text="{}"):
        folder = course.submitted / student / "arithmetic"
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return Submission(student, folder)

    return write


def names(course, students=(), **settings):
    config = load_config(course)
    config.CourseDirectory.update(settings)
    return [one.student for one in submissions(config, "arithmetic", students)]


def test_students_are_found_in_order_and_by_patterns(course, put):
    for student in ("bea", "ada", "al"):
        put(student)
    assert names(course) == ["ada", "al", "bea"]
    assert names(course, ["a*"]) == ["ada", "al"]
    assert names(course, ["bea", "ada"]) == ["ada", "bea"]
    assert names(course, student_id_exclude="ada,al") == ["bea"]


def test_empty_folders_and_other_assignments_are_passed_over(course, put):
    put("ada")
    (course.submitted / "bob" / "arithmetic").mkdir(parents=True)
    (course.submitted / "cyd" / "geometry").mkdir(parents=True)
    (course.submitted / "cyd" / "geometry" / "geometry.ipynb").write_text("{}")
    assert names(course) == ["ada"]


@pytest.mark.parametrize("linked", ["eve/arithmetic", "eve"])
def test_a_link_to_somebody_elses_hand_in_is_refused(course, put, linked):
    put("ada")
    target = course.submitted / linked
    target.parent.mkdir(exist_ok=True)
    target.symlink_to(course.submitted / "ada" / ("arithmetic" if "/" in linked else ""))
    assert names(course) == ["ada", "eve"]
    one = Submission("eve", course.submitted / "eve" / "arithmetic")
    for look in (one.digest, one.collect):
        with pytest.raises(Rejected, match="is a link"):
            look()


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (os.mkfifo, "not a file"),
        (Path.touch, "arithmetic cannot be read (Not a directory)"),
        (lambda path: path.symlink_to(path), "is a link"),
    ],
    ids=["pipe", "file", "loop"],
)
def test_what_is_no_folder_is_there_and_refused(course, make, why):
    place = course.submitted / "eve" / "arithmetic"
    place.parent.mkdir(parents=True)
    make(place)
    assert names(course) == ["eve"]
    with pytest.raises(Rejected, match=re.escape(why)):
        Submission("eve", place).collect()


def test_ids_under_which_nothing_can_be_written_are_told_apart(course, put):
    odd = ("new\nline", "\udcff", "x" * (STUDENT_MAX + 1))
    for student in ("ada", *odd):
        put(student)
    assert names(course) == sorted(("ada", *odd))
    assert [student for student in names(course) if unfit_id(student)] == sorted(odd)
    assert not unfit_id("M\u00fcller \u5f20")


def test_only_what_can_matter_is_sent(put):
    one = put("ada")
    for name in ("notes.txt", "plot.png", ".ipynb_checkpoints/arithmetic-checkpoint.ipynb", "cs231n/a.py", "all.zip"):
        put("ada", name)
    assert sorted(one.collect().files) == ["all.zip", "arithmetic.ipynb", "cs231n/a.py"]


def test_the_digest_tells_every_change_and_nothing_else(put):
    one = put("ada")
    digests = [one.digest(), one.digest()]
    put("ada", "timestamp.txt", "2026-03-01 12:00:00 UTC")
    digests.append(one.digest())
    put("ada", "timestamp.txt", "2026-03-02 12:00:00 UTC")
    digests.append(one.digest())
    (one.folder / "timestamp.txt").rename(one.folder / "time.txt")
    digests.append(one.digest())
    (one.folder / "link").symlink_to("nowhere")
    digests.append(one.digest())
    (one.folder / "link").unlink()
    (one.folder / "link").symlink_to("elsewhere")
    digests.append(one.digest())
    assert digests[0] == digests[1]
    assert one.digest({"arithmetic.ipynb": (one.folder / "arithmetic.ipynb").read_bytes()}) == digests[-1]
    assert len(set(digests[1:])) == 6


def test_folders_make_no_hand_in_too_large_for_its_bytes_to_count(put, monkeypatch):
    monkeypatch.setattr(submitted, "LIMITS", IntakeLimits(total=2))
    before = put("ada", "folder/a.ipynb", "{}").digest()
    assert put("ada", "folder/a.ipynb", "[]").digest() != before


def test_too_much_is_refused_before_it_is_read(put):
    one = put("ada", text="x" * 100)
    with pytest.raises(Rejected, match="100 bytes"):
        one.collect(IntakeLimits(file=99))


def test_an_exact_id_that_is_not_there_is_an_error(course, put):
    put("ada")
    with pytest.raises(CourseError, match="no hand-in of 'ad'"):
        names(course, ["ad"])
