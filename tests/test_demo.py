"""The demo class: how its hand-ins are made. Marking it is what `make demo` shows."""

import ast

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.demo import FOLDER, DemoError, clear_class, read_pupil, replace_function, write_submission
from autograder.nbgrader_plugins.save_grades import record_file

ASSIGNMENT = Assignment.here("rnn_captioning")
PUPILS = {file.stem: read_pupil(file) for file in (ASSIGNMENT.folder / FOLDER).glob("*.py")}


def stub(source, *, decorated=False):
    cell = nbformat.v4.new_code_cell(("@method_of(Model)\n" if decorated else "") + source)
    cell.metadata["nbgrader"] = {"solution": True, "grade": False, "grade_id": "f", "locked": False}
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("def f():\n    return 0"), cell])


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course in a temporary folder, with the kit's release and solutions."""
    for name in ("release", "solutions", "source"):
        (tmp_path / name).symlink_to(ASSIGNMENT.course.root / name)
    (tmp_path / "classroom").mkdir()
    return Course(tmp_path)


def test_a_replaced_function_keeps_its_decorator_and_its_cells_other_lines():
    notebook = stub("def f():\n    return 1\n\n\ndef g():\n    return 2", decorated=True)
    replace_function(notebook, "f", "def f():\n    a = 3\n    return a")
    assert (
        notebook.cells[1].source == "@method_of(Model)\ndef f():\n    a = 3\n    return a\n\n\ndef g():\n    return 2"
    )
    assert notebook.cells[0].source == "def f():\n    return 0"


def test_a_function_that_no_stub_defines_is_an_error():
    with pytest.raises(LookupError, match="no stub cell defines h"):
        replace_function(stub("def f(): pass"), "h", "def h(): pass")


def test_reading_a_pupil_does_not_run_its_code(tmp_path):
    file = tmp_path / "zoe.py"
    file.write_text('"""A story."""\nraise SystemExit\ndef f():\n    return 1\n')
    pupil = read_pupil(file)
    assert (pupil.name, pupil.story, pupil.untouched) == ("zoe", "A story.", False)
    assert pupil.functions == {"f": "def f():\n    return 1"}


@pytest.mark.parametrize("name", sorted(PUPILS))
def test_every_hand_in_of_the_class_is_a_notebook_with_its_own_functions(course, name):
    pupil = PUPILS[name]
    notebook = nbformat.read(
        write_submission(Assignment(course, "rnn_captioning"), pupil, course.submitted), as_version=4
    )
    code = "\n".join(cell.source for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("solution"))
    assert ("NotImplementedError" in code) is pupil.untouched
    assert notebook.metadata.language == pupil.language
    for text in pupil.functions.values():
        assert text in code
        ast.parse(text)


def test_a_pupil_works_on_the_edition_that_its_file_names(tmp_path):
    file = tmp_path / "li.py"
    file.write_text('"""A story."""\nLANGUAGE = "zh-CN"\n')
    assert read_pupil(file).language == "zh-CN"
    assert {pupil.language for pupil in PUPILS.values()} == {"en", "zh-CN"}


def test_the_class_has_full_marks_an_untouched_release_a_crash_and_an_endless_loop():
    assert not PUPILS["ada"].functions
    assert PUPILS["ben"].untouched
    assert "_exit" in PUPILS["goran"].functions["sample"]
    assert "while" in PUPILS["hana"].functions["sample"]


def test_an_earlier_demo_is_cleared_away(course):
    submitted = course.classroom / "submitted" / "ada" / "sums"
    submitted.mkdir(parents=True)
    record = record_file(course.records, "sums", "ada")
    record.parent.mkdir(parents=True)
    record.write_text("{}")
    clear_class(course, "sums", {"ada"})
    assert not submitted.exists()
    assert not record.exists()


def test_a_real_class_is_left_alone(course):
    hand_in = course.classroom / "submitted" / "maria" / "sums"
    hand_in.mkdir(parents=True)
    with pytest.raises(DemoError, match="maria"):
        clear_class(course, "sums", {"ada"})
    assert hand_in.exists()


def test_a_real_class_of_which_only_the_gradebook_is_left_is_left_alone(course):
    with Gradebook(f"sqlite:///{course.classroom / 'gradebook.db'}") as gradebook:
        gradebook.add_student("maria")
    with pytest.raises(DemoError, match="maria"):
        clear_class(course, "sums", {"ada"})
    assert (course.classroom / "gradebook.db").exists()
