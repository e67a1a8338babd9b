"""Hand-ins that nbgrader must not touch: what they lead to is not copied, and the others are marked."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil

import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde

from autograder.course.nbgrader_app import ConversionError, load_config, run_converter
from autograder.course.results import Status, read_record
from autograder.nbgrader_plugins.save_grades import record_file

DOUBLE = "def double(x): return 2 * x"
HALVE = "def halve(x): return x / 2, None"


def link(file, secret):
    (file.parent / "notes.txt").symlink_to(secret)


def linked_notebook(file, secret):
    file.unlink()
    file.symlink_to(secret)


def linked_folder(file, secret):
    (file.parent / "data").symlink_to(secret.parent, target_is_directory=True)


def linked_student(file, _secret):
    student = file.parent.parent
    shutil.rmtree(student)
    student.symlink_to(student.with_name("ada"), target_is_directory=True)


def pipe(file, _secret):
    os.mkfifo(file.parent / "pipe")


def no_notebook(file, _secret):
    file.write_text("no notebook")


UNFIT = {
    link: "notes.txt is a link",
    linked_notebook: "arithmetic.ipynb is a link",
    linked_folder: "data is a link",
    linked_student: "bob-linked_student is a link",
    pipe: "pipe is no ordinary file",
    no_notebook: "arithmetic.ipynb is not a Jupyter notebook",
}


def test_unfit_hand_ins_are_set_aside_with_0_points_and_the_others_are_marked(
    course, scratch, hand_in, tmp_path, caplog
):
    secret = tmp_path / "secrets" / "gradebook.txt"
    secret.parent.mkdir()
    secret.write_text("everybody's points")
    unfit = {f"bob-{damage.__name__}": damage for damage in UNFIT}
    for student in ("ada", *unfit, "zoe"):
        file = hand_in(DOUBLE, HALVE, student=student)
        if student in unfit:
            unfit[student](file, secret)
    with pytest.raises(ConversionError, match="bob"), caplog.at_level(logging.ERROR):
        run_converter(Autograde, load_config(course), "arithmetic")
    with Gradebook(load_config(course).CourseDirectory.db_url) as book:
        scores = {who: book.find_submission("arithmetic", who).score for who in ("ada", *unfit, "zoe")}
    assert scores == {"ada": 10, **dict.fromkeys(unfit, 0), "zoe": 10}
    for student, damage in unfit.items():
        assert f"{student}: refused: {UNFIT[damage]}" in caplog.text
        record = read_record(record_file(course.records, "arithmetic", student))
        assert (record.status, record.score, record.max_score) == (Status.REJECTED, 0, 10)
        assert "hand" in str(record.notes[0])
        # What lies behind a link is not theirs: their records do not name it.
        led_away = damage in {linked_notebook, linked_student}
        assert (record.sha256 == hashlib.sha256(b"").hexdigest()) is led_away
        assert not (course.classroom / "autograded" / student / "arithmetic").exists()
    # Setting aside what leads to her folder does not take it away.
    assert (course.submitted / "ada" / "arithmetic" / "arithmetic.ipynb").is_file()
    for path in (course.classroom / "autograded").rglob("*"):
        assert path.is_dir() or secret.read_bytes() not in path.read_bytes()


def test_a_hand_in_that_is_set_aside_stays_as_it_came_beside_earlier_ones(course, scratch, hand_in):
    for _ in range(2):
        file = hand_in()
        link(file, "elsewhere")
        with pytest.raises(ConversionError):
            run_converter(Autograde, load_config(course), "arithmetic")
        assert not file.parent.exists()
    places = sorted((course.classroom / "refused" / "ada").iterdir())
    assert [place.name for place in places] == ["arithmetic", "arithmetic-2"]
    assert all((place / "arithmetic.ipynb").is_file() and (place / "notes.txt").is_symlink() for place in places)


def test_who_hands_in_again_is_marked(course, scratch, hand_in):
    link(hand_in(DOUBLE, HALVE), "elsewhere")
    with pytest.raises(ConversionError):
        run_converter(Autograde, load_config(course), "arithmetic")
    hand_in(DOUBLE, HALVE)
    run_converter(Autograde, load_config(course), "arithmetic")
    assert read_record(record_file(course.records, "arithmetic", "ada")).score == 10
