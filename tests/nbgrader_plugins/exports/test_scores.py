"""`nbgrader export`: the scores of the gradebook, in one column and by problem."""

import csv
import random
from types import SimpleNamespace

import pytest

from autograder.nbgrader_plugins.exports import ExportCanvas, ExportMoodle, ExportProblems, ExportScores
from tests.nbgrader_plugins.exports.importers import canvas, moodle


def exported(gradebook, exporter=ExportScores, **settings):
    exporter(**settings).export(gradebook)
    file = settings.get("to", f"classroom/{exporter.FILE}")
    with open(file, newline="", encoding="utf-8") as stream:
        return {row["student_id"]: row for row in csv.DictReader(stream)}


def test_scores_are_the_gradebooks(gradebook, mark):
    mark("ada", 4.0, 2.0)
    row = exported(gradebook, to="out.csv")["ada"]
    assert (row["raw_score"], row["score"], row["max_score"], row["waiting"]) == ("6.0", "6.0", "10.0", "0.0")


def test_a_fault_of_the_grader_is_blank_until_a_person_has_resolved_it(gradebook, mark):
    mark("ada", 4.0, None)
    row = exported(gradebook)["ada"]
    assert (row["raw_score"], row["score"], row["waiting"]) == ("", "", "6.0")
    gradebook.find_grade("test_train", "sums", "sums", "ada").manual_score = 5.0
    gradebook.db.commit()
    assert exported(gradebook)["ada"]["score"] == "9.0"


def test_names_with_commas_stay_in_their_column(gradebook, mark):
    mark("ada", last_name='King, "Countess" of Lovelace')
    assert exported(gradebook)["ada"]["last_name"] == 'King, "Countess" of Lovelace'


def test_who_has_handed_in_nothing_has_zero(gradebook, mark):
    gradebook.add_student("ben")
    row = exported(gradebook)["ben"]
    assert (row["score"], row["max_score"], row["timestamp"]) == ("0.0", "10.0", "")


def test_only_the_students_asked_for_are_exported(gradebook, mark):
    mark("ada", 4.0, 4.0)
    gradebook.add_student("ben")
    assert set(exported(gradebook, student=["ben"])) == {"ben"}
    assert set(exported(gradebook, assignment=["other"])) == set()


def test_students_come_by_name_and_where_none_is_known_by_id(gradebook, mark):
    for student, name in (("dana", None), ("chen", None), ("ben", "Okri"), ("ada", "Lovelace"), ("amy", "Okri")):
        mark(student, last_name=name)
    for exporter in (ExportScores, ExportProblems):
        assert [*exported(gradebook, exporter)] == ["chen", "dana", "ada", "amy", "ben"]


def test_a_written_question_waits_and_leaves_the_score_so_far(gradebook, question, mark):
    mark("ada", 4.0, 4.0)
    row = exported(gradebook)["ada"]
    assert (row["score"], row["max_score"], row["waiting"]) == ("8.0", "15.0", "5.0")


def test_a_penalty_is_taken_off_the_score_and_not_off_the_raw_one(gradebook, mark):
    mark("ada", 4.0, 4.0)
    gradebook.find_submission_notebook("sums", "sums", "ada").late_submission_penalty = 1.5
    gradebook.db.commit()
    row = exported(gradebook)["ada"]
    assert (row["raw_score"], row["late_submission_penalty"], row["score"]) == ("8.0", "1.5", "6.5")


def test_other_points_than_those_of_the_source_are_refused_or_warned_of(gradebook, tmp_path, caplog, monkeypatch):
    problems = {
        "add": SimpleNamespace(check="test_add", points=8),
        "train": SimpleNamespace(check="test_train", points=6),
    }
    made = SimpleNamespace(name="sums", problems=problems, notebook_file="sums.ipynb")
    monkeypatch.setattr("autograder.course.assignment.assignment_names", lambda _course: ["sums"])
    monkeypatch.setattr("autograder.course.assignment.Assignment", lambda _course, _name: made)
    with pytest.raises(SystemExit, match="test_add: 4 points in the gradebook, 8 points in the source"):
        exported(gradebook)
    assert not (tmp_path / "classroom" / "grades.csv").exists()
    with caplog.at_level("WARNING", "traitlets"):
        exported(gradebook, other_points=True)
    assert "test_add: 4 points" in caplog.text


def test_who_is_excused_has_no_number(gradebook, mark, caplog):
    mark("ada")
    with caplog.at_level("WARNING", "traitlets"):
        assert exported(gradebook, excused=["ada", "eve"])["ada"]["score"] == "EX"
    assert "eve is no student of the gradebook" in caplog.text


def test_each_problem_has_a_column_with_its_points_and_the_columns_add_up(gradebook, question, mark):
    mark("ada", 3.5, 6.0)
    gradebook.find_grade("test_train", "sums", "sums", "ada").manual_score = 5.0
    gradebook.find_grade("test_train", "sums", "sums", "ada").extra_credit = 0.25
    gradebook.find_submission_notebook("sums", "sums", "ada").late_submission_penalty = 1.0
    gradebook.db.commit()
    row = exported(gradebook, ExportProblems)["ada"]
    assert (row["add (4)"], row["train (6)"], row["essay (5)"]) == ("3.5", "5.25", "")
    assert (row["raw_score"], row["late_submission_penalty"], row["score"]) == ("8.75", "1.0", "7.75")
    assert (row["max_score"], row["waiting"]) == ("15.0", "5.0")


def test_a_problem_on_which_the_grader_failed_is_blank_and_so_is_the_score(gradebook, mark):
    mark("ada", 4.0, None)
    row = exported(gradebook, ExportProblems)["ada"]
    assert (row["add (4)"], row["train (6)"], row["score"]) == ("4.0", "", "")


def test_problems_of_several_assignments_and_notebooks_have_columns_of_their_own(gradebook, mark):
    gradebook.add_assignment("products")
    gradebook.add_notebook("products", "products")
    gradebook.add_grade_cell("test_add", "products", "products", max_score=7, cell_type="code")
    gradebook.add_notebook("extra", "sums")
    gradebook.add_grade_cell("test_add", "extra", "sums", max_score=4, cell_type="code")
    mark("ada", 1.0, 2.0)
    row = exported(gradebook, ExportProblems, assignment=["sums"])["ada"]
    assert [name for name in row if "(" in name] == ["extra/add (4)", "add (4)", "train (6)"]
    assert (row["add (4)"], row["extra/add (4)"]) == ("1.0", "")
    exported(gradebook, ExportProblems)
    with open("classroom/problems.csv", newline="", encoding="utf-8") as stream:
        assert "add (7)" in next(csv.reader(stream))


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1"])
def test_a_spreadsheet_runs_no_id_and_no_name(gradebook, mark, name):
    mark(name, first_name=name, last_name=name)
    for exporter in (ExportScores, ExportProblems):
        for row in exported(gradebook, exporter).values():
            for cell in (row["student_id"], row["first_name"], row["last_name"]):
                assert cell[0] == "'", cell


def uploads(students):
    """Write the files that Canvas and Moodle export of a class; return Canvas' users."""
    users = {100 + number: (f"Doe, {student}", student, student) for number, student in enumerate(students)}
    with open("from_canvas.csv", "w", newline="", encoding="utf-8") as stream:
        header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Sums (71)"]
        rows = [[name, user, sis, login, "Lab", ""] for user, (name, sis, login) in users.items()]
        csv.writer(stream).writerows([header, ["Points Possible", "", "", "", "", "15"], *rows])
    with open("from_moodle.csv", "w", newline="", encoding="utf-8") as stream:
        header = [
            "Identifier",
            "Full name",
            "Email address",
            "Status",
            "Grade",
            "Maximum Grade",
            "Last modified (grade)",
        ]
        rows = [[f"Participant {user}", name, login, "-", "", "15.00", "-"] for user, (name, _, login) in users.items()]
        csv.writer(stream).writerows([header, *rows])
    return users


def test_the_totals_of_a_class_are_nbgraders_own_in_every_export(gradebook, question, mark):
    chance = random.Random(4)
    for number in range(40):
        student = f"s{number:02d}"
        mark(student, chance.randint(0, 8) / 2, chance.randint(0, 12) / 2)
        for cell, most in (("test_add", 4), ("test_train", 6), ("essay", 5)):
            grade = gradebook.find_grade(cell, "sums", "sums", student)
            if chance.random() < (0.7 if cell == "essay" else 0.2):
                grade.manual_score = chance.randint(0, 4 * most) / 4
            if chance.random() < 0.1 and grade.score + 1 <= most:
                grade.extra_credit = 0.75
        if chance.random() < 0.3:
            notebook = gradebook.find_submission_notebook("sums", "sums", student)
            notebook.late_submission_penalty = min(1.25, notebook.score)
    gradebook.db.commit()
    submissions = {student.id: gradebook.find_submission("sums", student.id) for student in gradebook.students}
    # nbgrader adds them up itself; it has no score yet of whoever's question waits.
    total = {name: one.score - one.late_submission_penalty for name, one in submissions.items()}
    whole = {
        name: total[name]
        for name, one in submissions.items()
        if all((grade.auto_score, grade.manual_score) != (None, None) for nb in one.notebooks for grade in nb.grades)
    }
    assert 20 < len(whole) < 40
    users = uploads(submissions)
    assert {name: float(row["score"]) for name, row in exported(gradebook).items()} == pytest.approx(total)
    assert {name: float(row["score"]) for name, row in exported(gradebook, ExportProblems).items()} == (
        pytest.approx(total)
    )
    ExportCanvas(file="from_canvas.csv").export(gradebook)
    ExportMoodle(file="from_moodle.csv").export(gradebook)
    with open("classroom/canvas.csv", "rb") as canvas_file, open("classroom/moodle.csv", "rb") as moodle_file:
        changes, *_ = canvas(canvas_file.read(), users, {71: {}}, {71: "Sums"})
        names = ("Identifier", "Grade", "Last modified (grade)", "Feedback comments", "Participant ")
        grades, _ = moodle(moodle_file.read(), set(users), names, 15.0)
    assert {users[user][1]: float(grade) for (_, user), grade in changes.items()} == pytest.approx(whole)
    assert {users[user][1]: grade for user, grade in grades.items()} == pytest.approx(whole)
