"""Forty students with odd names: taken in, marked, and sent back to Canvas and Moodle. Nobody is lost or mixed up."""

from __future__ import annotations

import io
import json
import zipfile

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateFeedback

from autograder.course.nbgrader_app import load_config, run_converter
from autograder.course.results import Record, Status, read_record, write_record
from autograder.lms.collected import read_collected
from autograder.nbgrader_plugins.exports import ExportCanvas, ExportMoodle
from autograder.nbgrader_plugins.exports.canvas_feedback import answered, upload_name
from autograder.nbgrader_plugins.save_grades import record_file
from tests.nbgrader_plugins.exports.importers import canvas, moodle, moodle_files
from tests.support.downloads import Canvas, Moodle, odd_class, write, zip_of

HEADERS = ("Identifier", "Grade", "Last modified (grade)", "Feedback comments", "Participant ")
# Of these, what they handed in is really marked: one of two of the same name, a name in Chinese, and a formula.
MARKED = {1: "return 2 * x", 6: "return x", 22: "return 2 * x"}


@pytest.fixture
def students(course, tools):
    """The class; each hand-in is like no other."""

    def files(number):
        notebook = nbformat.read(course.release(tools.name) / f"{tools.name}.ipynb", as_version=4)
        body = MARKED.get(number, "return 2 * x")
        tools.cell_named(notebook, "double").source = f"def double(x):\n    # {number}\n    {body}"
        return {f"{tools.name}.ipynb": json.dumps(notebook).encode()}

    return odd_class(files)


def mark(assignment, ids):
    """Mark what some students handed in, as nbgrader does with the kit's configuration."""
    for student in ids:
        run_converter(Autograde, load_config(assignment.course), assignment.name, student)


def give_points(assignment, book, ids, marked=()):
    """Give points of their own, and a record, to all who were not marked."""
    for at, student in enumerate(ids):
        if at not in marked:
            book.update_or_create_submission(assignment.name, student)
            record = Record(
                assignment=assignment.name,
                student=student,
                sha256="0",
                status=Status.GRADER_ERROR,
                score=0,
                max_score=10,
                manual=["why"],
                problems=[],
                kit_version="0",
                tests_sha256="0",
                environment={},
                seconds=0.1,
            )
            write_record(record, record_file(assignment.course.records, assignment.name, student))
            book.find_grade("test_double", assignment.name, assignment.name, student).auto_score = at / 16
            book.find_grade("test_halve", assignment.name, assignment.name, student).auto_score = 6.0
        book.find_grade("why", assignment.name, assignment.name, student).manual_score = 1.0
        book.find_grade("why", assignment.name, assignment.name, student).needs_manual_grade = False
    book.db.commit()


def expected(book, assignment, ids):
    return {student: book.find_submission(assignment.name, student).score for student in ids}


def test_what_comes_from_canvas_goes_back_there(collect, assignment, course, students, tmp_path):
    site = Canvas(students)
    site.hand_in()
    title = "Arithmetic"
    collect("canvas", site.zipped(), site.gradebook(title, 13.0), times=site.times())
    ids = [student.login for student in students]
    mark(assignment, [ids[at] for at in MARKED])
    with Gradebook(load_config(course).CourseDirectory.db_url) as book:
        give_points(assignment, book, ids, MARKED)
        run_converter(GenerateFeedback, load_config(course), assignment.name)
        scores = expected(book, assignment, ids)
        # Those who were marked have points of their own; all others differ from each other.
        assert len(set(scores.values())) >= 38
        file = write(tmp_path, "exported.csv", site.gradebook(title, 13.0))
        ExportCanvas(file=str(file)).export(book)
    users = {one.user: (one.sortable, one.sis, one.login) for one in students}
    changes, new, unknown, _ = canvas((course.classroom / "canvas.csv").read_bytes(), users, {71: {}}, {71: title})
    assert (new, unknown) == ([], ["Student, Test"])
    assert {user: float(change) for (_, user), change in changes.items()} == pytest.approx(
        {one.user: scores[one.login] for one in students}, abs=0.0001
    )
    shown = site.feedback((course.classroom / "canvas-feedback.zip").read_bytes())
    assert set(shown) == {(one.user, "arithmetic.ipynb") for one in students}
    for one in students:
        notebook = nbformat.reads(shown[one.user, "arithmetic.ipynb"].decode(), as_version=4)
        nbformat.validate(notebook)
        assert f"Hand-in of {one.login}" in notebook.cells[0].source.replace("\\", "")
    # What late days cost is counted from the time that Canvas' API said.
    with Gradebook(load_config(course).CourseDirectory.db_url) as book:
        assert str(book.find_submission(assignment.name, ids[1]).timestamp) == "2026-03-01 17:59:59"


def test_what_comes_from_moodle_goes_back_there(collect, assignment, course, students, tmp_path):
    site = Moodle(students)
    collect("moodle", site.zipped(), site.worksheet(13), zone="Asia/Shanghai")
    ids = [student.email for student in students]
    mark(assignment, [ids[at] for at in MARKED])
    with Gradebook(load_config(course).CourseDirectory.db_url) as book:
        give_points(assignment, book, ids, MARKED)
        run_converter(GenerateFeedback, load_config(course), assignment.name)
        scores = expected(book, assignment, ids)
        file = write(tmp_path, "exported.csv", site.worksheet(13))
        ExportMoodle(file=str(file)).export(book)
    participants = {one.participant for one in students}
    data = (course.classroom / "moodle.csv").read_bytes()
    grades, _ = moodle(data, participants, HEADERS, 13.0)
    assert grades == pytest.approx({one.participant: scores[one.email] for one in students}, abs=0.0001)
    pages = moodle_files((course.classroom / "moodle-feedback.zip").read_bytes(), participants)
    assert set(pages) == {(one.participant, "arithmetic.html") for one in students}
    for one in students:
        assert one.email in pages[one.participant, "arithmetic.html"].decode()


@pytest.mark.parametrize("at", MARKED)
def test_what_is_marked_is_what_was_handed_in(collect, assignment, course, students, at):
    site = Canvas(students)
    site.hand_in()
    collect("canvas", site.zipped(), site.gradebook("Arithmetic", 13.0))
    mark(assignment, [students[at].login])
    record = read_record(record_file(course.records, assignment.name, students[at].login))
    assert record.problems[0].score == (4.0 if "2" in MARKED[at] else 0.0)


def test_feedback_is_made_as_what_canvas_calls_it(collect, assignment, course, few, tmp_path):
    few[0].files = {"cs231n/rnn_layers.py": b"def double(x): return 2 * x"}
    with io.BytesIO() as written:
        with zipfile.ZipFile(written, "w") as packed:
            packed.writestr("arithmetic.ipynb", "{}")
        few[1].files = {"mine.zip": written.getvalue()}
    few[2].files = {"scan.pdf": b"%PDF"}
    site = Canvas(few)
    site.hand_in()
    collect("canvas", site.zipped(), site.gradebook("Arithmetic", 13.0))
    ids = ["ada", "ben", "cyd"]
    with Gradebook(load_config(course).CourseDirectory.db_url) as book:
        give_points(assignment, book, ids)
        run_converter(GenerateFeedback, load_config(course), assignment.name)
        ExportCanvas(file=str(write(tmp_path, "exported.csv", site.gradebook("Arithmetic", 13.0)))).export(book)
    shown = site.feedback((course.classroom / "canvas-feedback.zip").read_bytes())
    assert set(shown) == {(101, "rnn_layers.py"), (102, "mine.zip")}
    comments = shown[101, "rnn_layers.py"].decode().splitlines()
    assert all(line.startswith("#") for line in comments)
    with zipfile.ZipFile(io.BytesIO(shown[102, "mine.zip"])) as pages:
        assert pages.namelist() == ["arithmetic.html"]
        assert b"Hand-in of ben" in pages.read("arithmetic.html")


def test_hidden_students_get_their_grades_when_canvas_hides_them_no_more(collect, assignment, course, few, tmp_path):
    site = Canvas(few, anonymous=True)
    site.hand_in()
    with Gradebook(load_config(course).CourseDirectory.db_url) as book:
        # They are in the course since an earlier assignment.
        for one in few:
            book.add_student(one.login, lms_user_id=str(one.user))
    collect("canvas", site.zipped())
    ids = [f"canvas-anon-{site.anonymous_id(one)}" for one in few[:2]]
    with Gradebook(load_config(course).CourseDirectory.db_url) as book:
        give_points(assignment, book, ids)
        run_converter(GenerateFeedback, load_config(course), assignment.name)
    site.anonymous = False
    listed = site.gradebook("Arithmetic", 13.0)
    collect("canvas", site.zipped(), listed)
    with Gradebook(load_config(course).CourseDirectory.db_url) as book:
        scores = expected(book, assignment, ids)
        ExportCanvas(file=str(write(tmp_path, "exported.csv", listed))).export(book)
    users = {one.user: (one.sortable, one.sis, one.login) for one in few}
    changes, *_ = canvas((course.classroom / "canvas.csv").read_bytes(), users, {71: {}}, {71: "Arithmetic"})
    assert {user: float(change) for (_, user), change in changes.items()} == {101: scores[ids[0]], 102: scores[ids[1]]}
    assert {user for user, _ in site.feedback((course.classroom / "canvas-feedback.zip").read_bytes())} == {101, 102}


def test_feedback_of_hidden_students_finds_their_files(collect, assignment, course, few):
    site = Canvas(few, anonymous=True)
    site.hand_in()
    collect("canvas", site.zipped())
    came = read_collected(course, assignment.name)
    names = [upload_name(one, *found) for one in came.values() if (found := answered(one))]
    shown = site.feedback(zip_of(dict.fromkeys(names, b"page")))
    assert shown == {(101, "arithmetic.ipynb"): b"page", (102, "arithmetic.ipynb"): b"page"}


def test_where_moodle_hides_names_grades_and_pages_go_back_by_the_number(collect, assignment, course, few, tmp_path):
    site = Moodle(few, blind=True)
    with Gradebook(load_config(course).CourseDirectory.db_url) as book:
        # Somebody else, whose id is a participant's number.
        book.add_student("11")
    collect("moodle", site.zipped(), site.worksheet(13), zone="UTC")
    ids = ["moodle-11", "moodle-12"]
    with Gradebook(load_config(course).CourseDirectory.db_url) as book:
        give_points(assignment, book, ids)
        run_converter(GenerateFeedback, load_config(course), assignment.name)
        scores = expected(book, assignment, ids)
        for blind in (True, False):
            site.blind = blind
            ExportMoodle(file=str(write(tmp_path, "exported.csv", site.worksheet(13)))).export(book)
            data = (course.classroom / "moodle.csv").read_bytes()
            assert moodle(data, {11, 12, 13}, HEADERS, 13.0)[0] == {11: scores[ids[0]], 12: scores[ids[1]]}
            pages = moodle_files((course.classroom / "moodle-feedback.zip").read_bytes(), {11, 12, 13})
            assert set(pages) == {(11, "arithmetic.html"), (12, "arithmetic.html")}


def test_what_a_group_is_sent_goes_to_the_one_who_stands_for_it(collect, assignment, course, few, tmp_path):
    for one in few[:2]:
        one.group = "Lab 1"
    few[1].files = {}
    site = Canvas(few)
    site.hand_in()
    listed = site.gradebook("Arithmetic", 13.0)
    collect("canvas", site.zipped(named=lambda one: one.group), listed, groups=site.group_set())
    with Gradebook(load_config(course).CourseDirectory.db_url) as book:
        give_points(assignment, book, ["ada", "ben"])
        run_converter(GenerateFeedback, load_config(course), assignment.name)
        ExportCanvas(file=str(write(tmp_path, "exported.csv", listed))).export(book)
    shown = site.feedback((course.classroom / "canvas-feedback.zip").read_bytes())
    assert set(shown) == {(101, "arithmetic.ipynb")}


def test_module_files_whose_folders_canvas_has_taken_away_are_marked(collect, assignment, course, few):
    few[0].files = {"cs231n/rnn_layers.py": b"def double(x): return 2 * x\n"}
    site = Canvas(few[:1])
    site.hand_in()
    site.hand_in(950)  # a second time: Canvas calls it rnn_layers-1.py
    collect("canvas", site.zipped(), site.gradebook("Arithmetic", 13.0))
    mark(assignment, ["ada"])
    record = read_record(record_file(course.records, assignment.name, "ada"))
    assert record.problems[0].score == 4.0
