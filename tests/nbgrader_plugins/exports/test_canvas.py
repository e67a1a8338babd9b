"""Grades for Canvas, read back as Canvas reads them."""

import csv
from pathlib import Path

import pytest

from autograder.nbgrader_plugins.exports import ExportCanvas, ExportScores
from tests.nbgrader_plugins.exports.importers import canvas

# Files are written into the course's folder, also where a test asks no gradebook.
pytestmark = pytest.mark.usefixtures("course")

HEADER = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
# A title that Canvas does not call as the gradebook does, and one that it does.
TITLES = {71: "Sums", 72: "Essay, the first"}
COLUMNS = [*HEADER, "Essay, the first (72)", "Sums (71)", "Current Score", "Notes"]
POINTS = ["    Points Possible", "", "", "", "", "20.00", "10.00", "(read only)", ""]
USERS = {
    101: ("Lovelace, Ada", "s1", "ada@uni.example"),
    102: ("Babbage, Ben", "s2", "ben@uni.example"),
    103: ("Curie, Marie", "s3", "curie@uni.example"),
}


def row(user, grade="", essay="11.00"):
    name, sis, login = USERS[user]
    return [name, str(user), sis, login, "Lab 1", essay, grade, "55.00", "- late"]


def exported(rows, header=COLUMNS, points=POINTS, **settings):
    """Return a file of Canvas' with these rows."""
    form = {"delimiter": settings.get("delimiter", ","), "lineterminator": settings.get("lineterminator", "\n")}
    file = Path("from_canvas.csv")
    with file.open("w", newline="", encoding=settings.get("encoding", "utf-8")) as stream:
        csv.writer(stream, **form).writerows([header, *([points] if points else []), *rows])
    return file


def upload(gradebook, rows, old=None, file=None, **settings):
    """Export, and return what uploading the file changes on Canvas, by user."""
    ExportCanvas(file=str(file or exported(rows)), **settings).export(gradebook)
    data = Path("classroom/canvas.csv").read_bytes()
    changes, new, unknown, points = canvas(data, USERS, {71: old or {}, 72: dict.fromkeys(USERS, "11.00")}, TITLES)
    assert not new
    assert not unknown
    assert {assignment for assignment, _ in changes} <= {71}
    assert set(points) <= {71}
    return {user: grade for (_, user), grade in changes.items()}


@pytest.fixture
def pupils(mark):
    mark("ada@uni.example", 4.0, 6.0)
    mark("ben", 2.5, 0.0, lms_user_id="102")
    mark("marie", 1.0, 1.0, email="Curie@uni.example")


EVERYBODY = [row(101), row(102), row(103)]


def test_grades_reach_the_students_that_canvas_knows_by_login_by_id_and_by_email(gradebook, pupils):
    assert upload(gradebook, EVERYBODY) == {101: "10", 102: "2.5", 103: "2"}


def test_the_grades_are_the_scores_of_the_gradebook_with_penalty_and_manual_marks(gradebook, pupils):
    gradebook.find_grade("test_train", "sums", "sums", "ben").manual_score = 5.25
    gradebook.find_grade("test_train", "sums", "sums", "marie").extra_credit = 0.5
    gradebook.find_submission_notebook("sums", "sums", "ada@uni.example").late_submission_penalty = 1.75
    gradebook.db.commit()
    changed = upload(gradebook, EVERYBODY)
    ExportScores().export(gradebook)
    with open("classroom/grades.csv", newline="", encoding="utf-8") as stream:
        scores = {one["student_id"]: float(one["score"]) for one in csv.DictReader(stream)}
    of_user = {"ada@uni.example": 101, "ben": 102, "marie": 103}
    assert {student: float(changed[user]) for student, user in of_user.items()} == scores
    assert scores == {"ada@uni.example": 8.25, "ben": 7.75, "marie": 2.5}


def test_only_the_assignments_column_is_written_and_ids_come_back_as_they_were(gradebook, pupils):
    upload(gradebook, EVERYBODY)
    with open("classroom/canvas.csv", newline="", encoding="utf-8") as stream:
        written = list(csv.reader(stream))
    assert written[0] == [*HEADER, "Sums (71)"]
    assert written[1] == [*POINTS[:5], "10.00"]
    assert [one[:5] for one in written[2:]] == [one[:5] for one in EVERYBODY]


@pytest.mark.parametrize("old", [None, "7.00"])
def test_what_waits_for_a_person_changes_nothing_on_canvas_and_is_listed(gradebook, question, pupils, caplog, old):
    points = [*POINTS[:6], "15.00", *POINTS[7:]]
    file = exported([row(101, old or ""), *EVERYBODY[1:]], points=points)
    assert upload(gradebook, [], {101: old}, file=file) == {}
    assert "ada@uni.example: 5 of 15 points wait for a person" in caplog.text
    assert upload(gradebook, [], {101: old}, file=file, partial=True) == {101: "10", 102: "2.5", 103: "2"}


def test_a_blank_would_take_an_old_grade_away_on_canvas():
    file = exported([row(101, "")])
    changes, *_ = canvas(file.read_bytes(), USERS, {71: {101: "7.00"}, 72: {101: "11.00"}}, TITLES)
    assert changes == {(71, 101): None}


def test_a_fault_of_the_grader_is_never_exported_not_even_in_part(gradebook, pupils, mark, caplog):
    mark("ben", 2.5, None)
    assert 102 not in upload(gradebook, EVERYBODY, partial=True)
    assert "ben: the grader failed on test_train: enter a score in formgrader" in caplog.text


def test_who_has_handed_in_nothing_gets_no_zero_unless_it_is_asked_for(gradebook, pupils, caplog):
    gradebook.remove_submission("sums", "ben")
    assert set(upload(gradebook, EVERYBODY)) == {101, 103}
    assert "ben: has handed in nothing" in caplog.text
    assert upload(gradebook, EVERYBODY, missing_as_zero=True)[102] == "0"


def test_what_is_not_marked_yet_is_no_zero_either(gradebook, pupils, course, caplog):
    gradebook.remove_submission("sums", "ben")
    waits = course.root / "submitted" / "ben" / "sums"
    waits.mkdir(parents=True)
    # nbgrader passes over an empty folder, too.
    assert upload(gradebook, EVERYBODY, missing_as_zero=True)[102] == "0"
    (waits / "sums.ipynb").write_text("{}")
    assert 102 not in upload(gradebook, EVERYBODY, missing_as_zero=True)
    assert "ben: is not marked yet: run `autograder grade sums`" in caplog.text


def test_who_is_excused_here_is_excused_there_and_stays_so(gradebook, pupils, caplog):
    rows = [row(101), row(102), row(103, "ex")]
    assert upload(gradebook, rows, {103: "ex"}, excused=["ben"]) == {101: "10", 102: "excused"}
    assert "marie: excused on Canvas" in caplog.text


def test_who_has_not_been_assigned_it_on_canvas_is_listed(gradebook, pupils, caplog):
    assert set(upload(gradebook, [row(101, "N/A"), *EVERYBODY[1:]])) == {102, 103}
    assert "ada@uni.example: Canvas has not assigned it" in caplog.text


def test_rows_and_students_without_a_match_are_listed_and_keep_what_they_have(gradebook, mark, caplog):
    mark("ada@uni.example")
    mark("dana")
    assert upload(gradebook, [row(101), row(102, "3.00")], {102: "3.00"}) == {101: "10"}
    assert "Babbage, Ben, 102, s2, ben@uni.example (in the file): no such student in the gradebook" in caplog.text
    assert "dana (in the gradebook): not found in from_canvas.csv" in caplog.text


def test_two_rows_for_one_student_and_two_students_for_one_row_get_nothing(gradebook, mark, caplog):
    mark("s1", email="ben@uni.example")
    mark("curie@uni.example")
    mark("s3")
    assert upload(gradebook, EVERYBODY) == {}
    assert "may be s1, as another row may be" in caplog.text
    assert "may be curie@uni.example and s3" in caplog.text


def test_names_are_compared_only_when_it_is_asked_for(gradebook, mark):
    mark("ada", first_name="ada", last_name="Lovelace")
    assert upload(gradebook, EVERYBODY) == {}
    assert upload(gradebook, EVERYBODY, by_name=True) == {101: "10"}


def test_only_the_students_asked_for_are_exported(gradebook, pupils):
    assert set(upload(gradebook, EVERYBODY, student=["ben"])) == {102}


@pytest.mark.parametrize("column", ["71", "Sums", "Sums (71)"])
def test_a_column_is_named_by_id_title_or_both(gradebook, pupils, column):
    assert upload(gradebook, EVERYBODY, column=column)[101] == "10"


def test_a_column_that_is_not_found_is_asked_for_with_those_that_there_are(gradebook, pupils):
    header = [*COLUMNS[:6], "Addition (71)", *COLUMNS[7:]]
    file = exported(EVERYBODY, header)
    with pytest.raises(
        SystemExit, match=r"no columns of from_canvas.csv are called sums: name one with --ExportCanvas"
    ):
        ExportCanvas(file=str(file)).export(gradebook)
    with pytest.raises(SystemExit, match=r"It has:\n  Essay, the first \(72\)\n  Addition \(71\)"):
        ExportCanvas(file=str(file), column="99").export(gradebook)


def test_another_maximum_is_refused_or_converted(gradebook, pupils):
    file = exported(EVERYBODY, points=[*POINTS[:6], "40.00", *POINTS[7:]])
    with pytest.raises(SystemExit, match=r"sums has 10 points here and 40 on Canvas"):
        ExportCanvas(file=str(file)).export(gradebook)
    assert upload(gradebook, [], file=file, scaled=True) == {101: "40", 102: "10", 103: "8"}


@pytest.mark.parametrize(
    ("header", "cut"),
    [
        (["Student", "ID", "SIS Login ID", "Section"], (0, 1, 3, 4)),
        (["Student", "ID", "Section"], (0, 1, 4)),
        (
            ["Student", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account", "Section"],
            (0, 1, 2, 3, 2, 2, 4),
        ),
        (["LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID", "Section"], (0, 0, 1, 2, 3, 4)),
    ],
)
def test_all_forms_of_canvas_file_are_filled_in(gradebook, mark, header, cut):
    for student, user in (("ada", "101"), ("ben", "102")):
        mark(student, lms_user_id=user)
    rows = [[one[index] for index in cut] + one[5:] for one in EVERYBODY]
    file = exported(rows, [*header, *COLUMNS[5:]], [POINTS[index] for index in cut] + POINTS[5:])
    assert upload(gradebook, [], file=file) == {101: "10", 102: "10"}


@pytest.mark.parametrize(
    "form",
    [
        {"delimiter": ";", "encoding": "utf-8-sig", "lineterminator": "\r\n"},
        {"points": None},
        {"encoding": "utf-8-sig"},
    ],
)
def test_the_file_keeps_its_form(gradebook, pupils, form):
    form = {"delimiter": ",", **form}
    file = exported(EVERYBODY, **form)
    assert upload(gradebook, [], file=file)[102] == "2.5"
    before, after = file.read_bytes(), Path("classroom/canvas.csv").read_bytes()
    assert before.count(b"\r\n") == after.count(b"\r\n")


def test_a_byte_order_mark_of_canvas_exporter_which_its_importer_does_not_know_is_left_out(gradebook, mark):
    mark("ada", lms_user_id="101")
    header = ["LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID", "Section", "Sums (71)"]
    rows = [["Lovelace", "Ada", "101", "s1", "ada@uni.example", "Lab 1", ""]]
    file = exported(rows, header, [POINTS[0], *[""] * 5, "10.00"], encoding="utf-8-sig")
    with pytest.raises(AssertionError, match="Invalid header row"):
        canvas(file.read_bytes(), USERS, {71: {}}, TITLES)
    assert upload(gradebook, [], file=file) == {101: "10"}


def test_a_column_that_canvas_takes_for_a_total_and_does_not_import_is_refused(gradebook, pupils):
    header = [*COLUMNS[:6], "Final Grade (71)", *COLUMNS[7:]]
    file = exported(EVERYBODY, header)
    assert canvas(file.read_bytes(), USERS, {71: {}, 72: dict.fromkeys(USERS, "11.00")}, TITLES)[0] == {}
    with pytest.raises(SystemExit, match=r'Canvas takes Final Grade \(71\) for a total .* without "Final Grade"'):
        ExportCanvas(file=str(file), column="71").export(gradebook)


def test_no_assignment_of_the_file_is_new_to_canvas_though_others_would_be(gradebook, pupils):
    header = [*COLUMNS[:5], "Essay", *COLUMNS[6:]]
    file = exported(EVERYBODY, header)
    assert canvas(file.read_bytes(), USERS, {71: {}}, TITLES)[1] == ["Essay", "Notes"]
    assert upload(gradebook, [], file=file) == {101: "10", 102: "2.5", 103: "2"}


def test_a_grade_that_canvas_shows_alike_is_no_change_there(gradebook, mark):
    mark("ada@uni.example", 1.0, 2.3333)
    assert upload(gradebook, [row(101, "3.33")], {101: "3.3333"}) == {}
    assert upload(gradebook, [row(101, "3.00")], {101: "3.0"}) == {101: "3.3333"}


def test_numbers_and_rows_of_other_languages_and_manual_posting_are_understood(gradebook, pupils, caplog):
    hidden = ["", "", "", "", "", "", "Manual Posting", "", ""]
    file = exported([[*POINTS[:6], "10,00", *POINTS[7:]], *EVERYBODY], points=hidden)
    assert upload(gradebook, [], file=file)[101] == "10"
    assert "in the file" not in caplog.text


def test_a_column_that_canvas_does_not_import_is_never_filled_in(gradebook, pupils):
    file = exported(EVERYBODY, points=[*POINTS[:6], "(read only)", *POINTS[7:]])
    with pytest.raises(SystemExit, match=r"no columns"):
        ExportCanvas(file=str(file), column="71").export(gradebook)


FORMULA = "=HYPERLINK(1)"


def test_a_spreadsheet_runs_no_cell_where_canvas_finds_the_student_by_id(gradebook, mark):
    mark("ada", lms_user_id="101")
    file = exported([[FORMULA, "101", "-1+1", "\t@login", "+Lab", "", "", "", ""]])
    assert upload(gradebook, [], file=file) == {101: "10"}
    with open("classroom/canvas.csv", newline="", encoding="utf-8") as stream:
        assert [cell[0] for cell in list(csv.reader(stream))[2]] == ["'", "1", "'", "'", "'", "1"]


def test_a_spreadsheet_that_cuts_at_commas_runs_no_part_of_a_name_in_a_file_with_semicolons(gradebook, mark):
    mark("ada", lms_user_id="101")
    file = exported([["Lovelace, =HYPERLINK(1)", "101", "s1", "ada", "Lab", "", "", "", ""]], delimiter=";")
    assert upload(gradebook, [], file=file) == {101: "10"}
    with open("classroom/canvas.csv", newline="", encoding="utf-8") as stream:
        assert list(csv.reader(stream))[2] == ["Lovelace", " '=HYPERLINK(1);101;s1;ada;Lab;10"]


def test_an_id_that_canvas_must_read_back_stays_to_the_byte_and_is_named(gradebook, mark, caplog):
    mark("=s1")
    file = exported([["Lovelace, Ada", "", "=s1", "ada", "Lab", "", "", "", ""]])
    ExportCanvas(file=str(file)).export(gradebook)
    with open("classroom/canvas.csv", newline="", encoding="utf-8") as stream:
        assert list(csv.reader(stream))[2] == ["Lovelace, Ada", "", "=s1", "ada", "Lab", "10"]
    assert "=s1 (in the file) looks like a formula and is kept" in caplog.text


def test_a_student_who_is_called_points_possible_changes_no_maximum(gradebook, pupils):
    rows = [*EVERYBODY[:2], ["Points Possible, Marie", *EVERYBODY[2][1:]]]
    ExportCanvas(file=str(exported(rows))).export(gradebook)
    *_, points = canvas(Path("classroom/canvas.csv").read_bytes(), USERS, {71: {}, 72: {}}, TITLES)
    assert points == {71: "10.00"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty: download it again"),
        (b"\xff\xfeS\x00", "is not UTF-8 text: download it again"),
        (b'Student,ID,Section\n"a"b,1,2\n', r"line 2: no CSV \(.*\): download it again"),
        (b"Name,ID\nada,1\n", "is no gradebook of Canvas"),
    ],
)
def test_another_file_than_canvas_is_named(gradebook, data, said):
    Path("other.csv").write_bytes(data)
    with pytest.raises(SystemExit, match=f"other.csv.* {said}"):
        ExportCanvas(file="other.csv").export(gradebook)


def test_what_is_missing_or_would_be_written_over_is_said(gradebook):
    with pytest.raises(SystemExit, match=r"--ExportCanvas.file=FILE"):
        ExportCanvas().export(gradebook)
    with pytest.raises(SystemExit, match=r"nowhere.csv cannot be read: No such file"):
        ExportCanvas(file="nowhere.csv").export(gradebook)
    with pytest.raises(SystemExit, match=r"is the file that Canvas exported: name another one with --to=FILE"):
        ExportCanvas(file="a.csv", to="./a.csv").export(gradebook)
    gradebook.add_assignment("products")
    with pytest.raises(SystemExit, match=r"name one assignment with --assignment=NAME; the gradebook has: .*products"):
        ExportCanvas(file="a.csv").export(gradebook)
