"""nbgrader's own autograde, generate_feedback and gradebook under this kit."""

from __future__ import annotations

import copy
import json
from types import SimpleNamespace

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.server_extensions.formgrader.formgrader import FormgradeExtension

from autograder.course.earlier_records import earlier_runs, records_before
from autograder.course.nbgrader_app import ConversionError, load_config, run_converter
from autograder.course.results import ProblemResult, Record, Status, TestResult, Verdict, read_record
from autograder.i18n.messages import Message
from autograder.nbgrader_plugins.save_grades import automatic_score, record_file

DOUBLE = "def double(x): return 2 * x"
HALVE = "def halve(x): return x / 2, None"


@pytest.fixture
def autograde(course, scratch):
    """Return a function that runs nbgrader's autograde on the class and returns a function that finds a grade."""

    def run(student="*"):
        config = load_config(course)
        run_converter(Autograde, config, "arithmetic", student)

        def grade(who, cell):
            with Gradebook(config.CourseDirectory.db_url) as book:
                found = book.find_grade(cell, "arithmetic", "arithmetic", who)
                return found.auto_score, found.manual_score, found.needs_manual_grade

        return grade

    return run


def test_points_reach_the_gradebook_from_the_record_and_the_record_lies_beside_it(course, autograde, hand_in):
    file = hand_in(DOUBLE, "def halve(x): return x, None")
    grade = autograde()
    assert grade("ada", "test_double") == (4, None, False)
    assert grade("ada", "test_halve") == (0, None, False)
    assert grade("ada", "why") == (None, None, True)
    record = read_record(record_file(course.records, "arithmetic", "ada"))
    assert (record.student, record.score, record.max_score) == ("ada", 4, 10)
    import hashlib

    assert record.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


def test_the_record_of_an_earlier_marking_is_kept_where_it_comes_to_something_else(course, autograde, hand_in):
    hand_in(DOUBLE, "def halve(x): return x, None")
    autograde()
    assert earlier_runs(course, "arithmetic") == []
    hand_in(DOUBLE, HALVE)
    autograde()
    (run,) = earlier_runs(course, "arithmetic")
    assert records_before(course, "arithmetic", run)["ada"].score == 4


def test_nothing_is_marked_or_fed_back_while_gradebook_and_source_have_other_points(course, autograde, hand_in, tools):
    hand_in(DOUBLE, HALVE)
    autograde()
    file = course.source("arithmetic") / "arithmetic.ipynb"
    notebook = nbformat.read(file, as_version=4)
    tools.cell_named(notebook, "test_double").metadata.nbgrader.points = 5
    nbformat.write(notebook, file)
    said = "test_double: 4 points in the gradebook, 5 points in the source"
    for converter in (GenerateFeedback, Autograde):
        with pytest.raises(ConversionError, match=said):
            run_converter(converter, load_config(course), "arithmetic")


def test_a_persons_score_stays_and_is_put_before_a_person_again(course, autograde, hand_in):
    hand_in(DOUBLE, HALVE)
    autograde()
    with Gradebook(load_config(course).CourseDirectory.db_url) as book:
        found = book.find_grade("test_double", "arithmetic", "arithmetic", "ada")
        found.manual_score = 1.5
        book.db.commit()
    grade = autograde()
    assert grade("ada", "test_double") == (4, 1.5, True)


def test_what_people_do_to_their_notebooks_does_not_stop_the_class(autograde, hand_in, tools):
    def copied(notebook):
        double = copy.deepcopy(tools.cell_named(notebook, "test_double"))
        double.id = "copied"
        notebook.cells.append(double)

    def deleted(notebook):
        notebook.cells = [cell for cell in notebook.cells if "double" not in cell.id]

    def foreign(notebook):
        notebook.cells.append(tools.code("test_other", "1", grade=True, points=100))

    def own_delimiters(notebook):
        notebook.cells.append(nbformat.v4.new_code_cell("# BEGIN HIDDEN TESTS"))

    edits = {"copied": copied, "deleted": deleted, "foreign": foreign, "delimiters": own_delimiters}
    for student, edit in edits.items():
        hand_in(DOUBLE, HALVE, edit, student)
    grade = autograde()
    assert {student: grade(student, "test_halve")[0] for student in edits} == dict.fromkeys(edits, 6)
    assert {student: grade(student, "test_double")[0] for student in edits} == {
        **dict.fromkeys(edits, 4),
        "deleted": 0,
    }


def test_no_hidden_test_reaches_the_marked_notebook_or_the_feedback(course, autograde, hand_in):
    hand_in(DOUBLE, "def halve(x): raise ValueError('<script>alert(1)</script>')")
    autograde()
    run_converter(GenerateFeedback, load_config(course), "arithmetic")
    marked = (course.classroom / "autograded" / "ada" / "arithmetic" / "arithmetic.ipynb").read_text(encoding="utf-8")
    page = (course.classroom / "feedback" / "ada" / "arithmetic" / "arithmetic.html").read_text(encoding="utf-8")
    for text in (marked, page):
        assert "Doubles one and two." in text
        for secret in ("hidden_tests", "HIDDEN TESTS", "secret reason", "pytest"):
            assert secret not in text
    assert "<script>alert" not in page
    assert json.loads(marked)["cells"][1]["execution_count"] == 1


def test_a_hand_in_that_is_no_notebook_is_an_error_that_names_it(course, autograde, hand_in):
    hand_in().write_text("no notebook")
    with pytest.raises(ConversionError, match="ada"):
        autograde()


def test_what_a_student_writes_is_shown_safely_in_feedback_and_in_formgrader(course, autograde, hand_in, tools):
    def answer(notebook):
        tools.cell_named(notebook, "why").source = "Because $a<b$. <script>alert(1)</script>[x](javascript:alert(1))"
        notebook.cells.append(nbformat.v4.new_code_cell("from IPython.display import HTML\nHTML('<b onclick=x>y</b>')"))

    hand_in(DOUBLE, HALVE, answer)
    autograde()
    run_converter(GenerateFeedback, load_config(course), "arithmetic")
    feedback = (course.classroom / "feedback" / "ada" / "arithmetic" / "arithmetic.html").read_text(encoding="utf-8")
    for page in (feedback, formgrader_page(course)):
        assert "Because <math><mi>a</mi><mo>&lt;</mo><mi>b</mi></math>." in page
        assert "<b>y</b>" in page
        assert "alert(1)</script>" not in page
        assert 'href="javascript' not in page


def formgrader_page(course):
    """Return the page that formgrader, started in the course's folder, shows of ada's notebook."""
    extension = FormgradeExtension()
    extension.root_dir = str(course.root)
    extension.initialize([])
    application = SimpleNamespace(settings={})
    extension.init_tornado_settings(application)
    file = course.classroom / "autograded" / "ada" / "arithmetic" / "arithmetic.ipynb"
    resources = {"notebook_id": "n", "assignment_id": "a", "submission_id": "s", "index": 0, "total": 1, "base_url": ""}
    return application.settings["nbgrader_exporter"].from_filename(str(file), resources=resources)[0]


def record_of(verdict: Verdict, score: float) -> Record:
    test = TestResult(id="t", title=Message("T"), verdict=verdict, score=score, max_score=4)
    return Record(
        assignment="a",
        student="s",
        sha256="0",
        status=Status.MARKED,
        score=score,
        max_score=4,
        manual=["why"],
        problems=[ProblemResult(id="double", score=score, max_score=4, tests=[test])],
        kit_version="0",
        tests_sha256="0",
        environment={},
        seconds=0,
    )


@pytest.mark.parametrize(
    ("verdict", "score", "cell", "expected"),
    [
        (Verdict.PASSED, 3.5, "test_double", 3.5),
        (Verdict.PASSED, 9.0, "test_double", 4.0),
        (Verdict.FAILED, -1.0, "test_double", 0.0),
        (Verdict.GRADER_ERROR, 0.0, "test_double", None),
        (Verdict.PASSED, 3.5, "why", None),
        (Verdict.PASSED, 3.5, "test_unknown", None),
    ],
)
def test_automatic_points_lie_within_the_cells_and_what_a_person_must_see_has_none(verdict, score, cell, expected):
    assert automatic_score(record_of(verdict, score), cell, 4.0) == expected
