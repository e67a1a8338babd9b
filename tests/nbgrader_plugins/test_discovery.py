"""nbgrader marks hand-ins in which nothing is called a notebook: module files, and archives."""

from __future__ import annotations

import json
import zipfile

import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateFeedback

from autograder.course.nbgrader_app import ConversionError, load_config, run_converter
from autograder.course.results import read_record
from autograder.nbgrader_plugins.discovery import see_all
from autograder.nbgrader_plugins.save_grades import record_file

FILE = "cs231n/rnn_layers.py"
CODE = "def double(x):\n    return 2 * x\n\n\ndef halve(x):\n    return x, None\n"


@pytest.fixture
def submitted(course):
    """The folders of three students: module files, a zip of them, and nothing."""
    folder = course.classroom / "submitted"
    files = folder / "ada" / "arithmetic"
    (files / "cs231n").mkdir(parents=True)
    (files / FILE).write_text(CODE)
    (files / "notes.txt").write_text("mine")
    zipped = folder / "ben" / "arithmetic"
    zipped.mkdir(parents=True)
    with zipfile.ZipFile(zipped / "assignment3.zip", "w") as archive:
        archive.writestr(f"assignment3/{FILE}", CODE)
    (folder / "chen" / "arithmetic").mkdir(parents=True)
    return folder


def content(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def grades(course, student):
    with Gradebook(f"sqlite:///{course.classroom / 'gradebook.db'}") as gradebook:
        (notebook,) = gradebook.find_submission("arithmetic", student).notebooks
        return {grade.name: (grade.auto_score, grade.needs_manual_grade) for grade in notebook.grades}


def test_module_files_and_an_archive_reach_gradebook_notebook_and_feedback_and_stay_as_they_were(
    course, submitted, hand_in, scratch
):
    hand_in("def double(x): return 2 * x", student="dana")  # a notebook is marked beside them
    before = content(submitted)
    config = load_config(course)
    run_converter(Autograde, config, "arithmetic")
    run_converter(GenerateFeedback, config, "arithmetic")
    assert content(submitted) == before
    assert grades(course, "dana")["test_double"] == (4, False)
    for student in ("ada", "ben"):
        assert grades(course, student) == {"test_double": (4, False), "test_halve": (0, False), "why": (None, True)}
        record = read_record(record_file(course.records, "arithmetic", student))
        assert (record.score, FILE in str(record.notes[0])) == (4, True)
        marked = json.loads((course.classroom / "autograded" / student / "arithmetic/arithmetic.ipynb").read_text())
        sources = ["".join(cell["source"]) for cell in marked["cells"]]
        assert f"# {FILE}, line 1\ndef double(x):\n    return 2 * x" in sources
        assert "*Not handed in.*" in sources
        page = (course.classroom / "feedback" / student / "arithmetic/arithmetic.html").read_text()
        assert "Not handed in." in page
        assert "kernel.modules" not in page


def test_a_student_whose_files_alone_are_marked_is_found(course, submitted, scratch):
    run_converter(Autograde, load_config(course), "arithmetic", "ada")
    assert grades(course, "ada")["test_double"] == (4, False)


def test_what_is_no_hand_in_is_refused_and_the_others_are_marked(course, submitted, scratch):
    (submitted / "ada" / "arithmetic" / FILE).write_text("x = 1\n")
    with pytest.raises(ConversionError, match="ada"):
        run_converter(Autograde, load_config(course), "arithmetic")
    assert (course.refused / "ada" / "arithmetic" / FILE).is_file()
    assert grades(course, "ben")["test_double"] == (4, False)


def test_extending_the_converter_twice_changes_nothing():
    see_all()
    once = Autograde.init_notebooks
    see_all()
    assert Autograde.init_notebooks is once
