"""Grades and feedback pages for Moodle, read back as Moodle reads them."""

import csv
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.nbgrader_plugins.exports import ExportMoodle
from autograder.nbgrader_plugins.exports.moodle import feedback_folder
from tests.nbgrader_plugins.exports.importers import moodle, moodle_files

ENGLISH = ("Identifier", "Grade", "Last modified (grade)", "Feedback comments", "Participant ")
CHINESE = ("编号", "成绩", "最后修改(成绩)", "评语", "参与者")
PARTICIPANTS = {11, 12, 13}
PEOPLE = {
    11: ("Ada Lovelace", "ada@uni.example"),
    12: ("Ben_van der_Berg", "ben@uni.example"),
    13: ("Eve", "eve@uni.example"),
}


def header(names=ENGLISH):
    identifier, grade, modified, comments, _ = names
    status = ["Status", grade, "Maximum Grade", "Grade can be changed", "Last modified (submission)", "Online text"]
    return [identifier, "Full name", "Email address", *status, modified, comments]


def row(participant, grade="", names=ENGLISH, online="text, with a comma", comment="<p>old</p>", most="10.00"):
    name, email = PEOPLE[participant]
    times = ["Monday, 2 March 2026, 5:14 PM", online, "-", comment]
    return [f"{names[4]}{participant}", name, email, "Submitted for grading", grade, most, "Yes", *times]


def worksheet(rows, names=ENGLISH):
    file = Path("from_moodle.csv")
    with file.open("w", newline="", encoding="utf-8-sig") as stream:
        csv.writer(stream).writerows([header(names), *rows])
    return file


def upload(gradebook, rows, names=ENGLISH, most=10.0, old=(), **settings):
    """Export, and return the grades that uploading the file sets on Moodle, by participant."""
    ExportMoodle(file=str(worksheet(rows, names)), **settings).export(gradebook)
    return uploaded(names, most, old)[0]


def uploaded(names=ENGLISH, most=10.0, old=(), **moodles):
    """Return the grades and comments that uploading the file that was written sets on Moodle."""
    return moodle(Path("classroom/moodle.csv").read_bytes(), PARTICIPANTS, names, most, old, **moodles)


GRADED = "Monday, 2 March 2026, 6:00 PM"


def graded(participant, grade, **about):
    """Return the row of a participant who had a grade when the worksheet was downloaded."""
    return [*row(participant, grade, **about)[:-2], GRADED, "<p>old</p>"]


def test_a_grade_that_has_changed_on_moodle_since_the_download_stays_and_the_others_are_set(gradebook, pupils):
    old = [(11, 7.0), (12, 7.0)]
    upload(gradebook, [graded(11, "7.00"), graded(12, "7.00")])
    then = datetime(2026, 3, 2, 18, 0, 59, tzinfo=UTC)
    changed = [(11, then), (12, then.replace(hour=19))]
    assert uploaded(old=old, changed=changed)[0] == {11: 9.5}
    assert uploaded(old=old, changed=changed, ignore_changes=True)[0] == {11: 9.5, 12: 1.0}


def test_where_moodle_writes_no_english_it_takes_no_second_grade_unless_its_box_is_ticked(gradebook, pupils):
    rows = [graded(11, "7,00", names=CHINESE), row(12, names=CHINESE)]
    rows[0][-2] = "2026年3月2日 星期一 18:00"
    changed = [(11, datetime(2026, 3, 2, 18, 0, tzinfo=UTC))]
    assert upload(gradebook, rows, CHINESE, old=[(11, 7.0)]) == {11: 9.5, 12: 1.0}
    assert uploaded(CHINESE, old=[(11, 7.0)], changed=changed)[0] == {12: 1.0}
    assert uploaded(CHINESE, old=[(11, 7.0)], changed=changed, ignore_changes=True)[0] == {11: 9.5, 12: 1.0}


def test_a_locked_grade_stays(gradebook, pupils):
    upload(gradebook, CLASS)
    assert uploaded(locked=[11])[0] == {12: 1.0}


def test_comments_come_back_as_they_are_on_moodle(gradebook, pupils):
    upload(gradebook, CLASS)
    assert uploaded()[1] == dict.fromkeys(PARTICIPANTS, "<p>old</p>")


@pytest.mark.parametrize("name", ["Identifier,", ",Grade,", ",Last modified (grade),"])
def test_a_file_without_a_column_that_moodle_needs_is_refused_there_and_ours_has_all(gradebook, pupils, name):
    upload(gradebook, CLASS)
    data = Path("classroom/moodle.csv").read_bytes()
    assert data.count(name.encode()) == 1
    with pytest.raises(AssertionError, match="invalidgradeimport"):
        moodle(data.replace(name.encode(), b",Else,"), PARTICIPANTS, ENGLISH, 10.0)


def points_cell():
    with open("classroom/moodle.csv", newline="", encoding="utf-8-sig") as stream:
        return list(csv.reader(stream))


@pytest.fixture
def pupils(mark, course):
    mark("ada@uni.example", 4.0, 5.5)
    mark("ben", 1.0, 0.0, email="ben@uni.example")
    for student in ("ada@uni.example", "ben"):
        page = course.classroom / "feedback" / student / "sums" / "sums.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"page of {student}")


CLASS = [row(11), row(12), row(13)]


@pytest.mark.parametrize("names", [ENGLISH, CHINESE])
def test_grades_reach_their_participants_in_every_language(gradebook, pupils, names, caplog):
    assert upload(gradebook, [row(one, names=names) for one in (11, 12, 13)], names) == {11: 9.5, 12: 1.0}
    assert "Eve, " in caplog.text
    assert "(in the file): no such student in the gradebook" in caplog.text


def test_all_but_the_grade_comes_back_as_moodle_wrote_it(gradebook, pupils):
    upload(gradebook, CLASS)
    grade = header().index("Grade")
    expected = [header(), *CLASS]
    assert [[*one[:grade], *one[grade + 1 :]] for one in points_cell()] == [
        [*one[:grade], *one[grade + 1 :]] for one in expected
    ]
    assert Path("classroom/moodle.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_penalty_counts_and_what_waits_keeps_moodles_grade(gradebook, question, pupils, caplog):
    gradebook.find_submission_notebook("sums", "sums", "ben").late_submission_penalty = 0.5
    gradebook.find_grade("essay", "sums", "sums", "ben").manual_score = 3.0
    gradebook.db.commit()
    rows = [row(11, "7,00", most="15,00"), row(12, most="15,00")]
    assert upload(gradebook, rows, most=15.0, old=[(11, 7.0)]) == {12: 3.5}
    assert "ada@uni.example: 5 of 15 points wait for a person; the cell stays" in caplog.text


def test_a_grade_that_is_blank_stays_blank_where_a_fault_of_the_graders_is_open(gradebook, pupils, mark):
    mark("ben", None, 6.0)
    assert upload(gradebook, CLASS) == {11: 9.5}
    assert points_cell()[2][header().index("Grade")] == ""


def test_moodle_has_no_excused_and_the_student_is_listed(gradebook, pupils, caplog):
    assert upload(gradebook, CLASS, excused=["ben"]) == {11: 9.5}
    assert "ben: excused, for which Moodle has no grade" in caplog.text


def test_a_grade_above_the_maximum_would_be_skipped_and_is_listed(gradebook, pupils, caplog):
    gradebook.find_grade("test_add", "sums", "sums", "ada@uni.example").extra_credit = 5.0
    gradebook.db.commit()
    assert upload(gradebook, CLASS) == {12: 1.0}
    assert "14.5 is above Moodle's maximum" in caplog.text


def test_another_maximum_is_refused_or_converted(gradebook, pupils):
    rows = [row(11, most="100.00"), row(12, most="100.00")]
    with pytest.raises(SystemExit, match=r"sums has 10 points here and 100 on Moodle"):
        upload(gradebook, rows)
    assert upload(gradebook, rows, most=100.0, scaled=True) == {11: 95.0, 12: 10.0}


def test_comments_that_look_like_formulas_stay_moodles_and_reach_no_spreadsheet(gradebook, pupils, caplog):
    rows = [row(11, comment="- nice", online="=cmd"), row(12)]
    assert upload(gradebook, rows) == {11: 9.5, 12: 1.0}
    assert not {"Feedback comments", "Online text"} & set(points_cell()[0])
    assert "Feedback comments: left out" in caplog.text
    assert moodle(Path("classroom/moodle.csv").read_bytes(), PARTICIPANTS, ENGLISH, 10.0)[1] == {}


@pytest.mark.parametrize("text", ["good;=1+1", "good\n=1+1", "good\n- but long", "good\t@SUM(1)"])
def test_so_do_those_that_would_be_a_formula_where_a_spreadsheet_cuts_them(gradebook, pupils, text):
    assert upload(gradebook, [row(11, comment=text, online=text), row(12)]) == {11: 9.5, 12: 1.0}
    assert not {"Feedback comments", "Online text"} & set(points_cell()[0])
    assert "Last modified (grade)" in points_cell()[0]


def test_a_name_that_is_a_formula_is_made_harmless(gradebook, pupils):
    rows = [row(11)]
    rows[0][1] = "=1+1"
    assert upload(gradebook, rows) == {11: 9.5}
    assert points_cell()[1][:2] == ["Participant 11", "'=1+1"]


def test_a_student_who_takes_the_name_of_another_gets_nothing_by_it(gradebook, pupils):
    rows = [row(11), row(13)]
    rows[1][1] = "ada@uni.example"
    assert upload(gradebook, rows) == {11: 9.5}
    assert upload(gradebook, rows, by_name=True) == {11: 9.5}


def test_a_worksheet_without_names_is_matched_by_its_identifiers(gradebook, mark):
    mark("ada", lms_user_id="Participant 11")
    file = Path("blind.csv")
    with file.open("w", newline="", encoding="utf-8") as stream:
        names = ["Identifier", "Status", "Grade", "Maximum Grade", "Grade can be changed", "Last modified (grade)"]
        csv.writer(stream).writerows([names, ["Participant 11", "Submitted for grading", "", "10.00", "Yes", "-"]])
    ExportMoodle(file=str(file)).export(gradebook)
    assert moodle(Path("classroom/moodle.csv").read_bytes(), PARTICIPANTS, ENGLISH, 10.0)[0] == {11: 10.0}


def test_a_column_that_cannot_be_told_is_asked_for(gradebook, pupils):
    rows = [[*one, "1", "10.00"] for one in CLASS]
    file = worksheet(rows)
    with pytest.raises(
        SystemExit, match=r'2 columns .* name one with --ExportMoodle.column="HEADER". It has: Identifier'
    ):
        ExportMoodle(file=str(file)).export(gradebook)
    ExportMoodle(file=str(file), column="Grade").export(gradebook)
    assert moodle(Path("classroom/moodle.csv").read_bytes(), PARTICIPANTS, ENGLISH, 10.0)[0] == {11: 9.5, 12: 1.0}


def test_numbers_of_students_are_not_taken_for_grades(gradebook, mark):
    mark("4711")
    file = Path("numbers.csv")
    with file.open("w", newline="", encoding="utf-8") as stream:
        names = ["Identifier", "Full name", "ID number", "Department", *header()[3:6], "Last modified (grade)"]
        csv.writer(stream).writerows([names, ["Participant 11", "Ada", "4711", "5", "Submitted", "", "10.00", "-"]])
    ExportMoodle(file=str(file)).export(gradebook)
    assert moodle(Path("classroom/moodle.csv").read_bytes(), PARTICIPANTS, ENGLISH, 10.0)[0] == {11: 10.0}


def test_a_long_text_that_was_handed_in_online_is_no_obstacle(gradebook, pupils):
    text = "word, " * 50_000
    assert upload(gradebook, [row(11, online=text)]) == {11: 9.5}
    assert text in points_cell()[1]


@pytest.mark.parametrize("data", ["Student,ID\nada,x\n", "Identifier,Full name\n"])
def test_another_file_than_moodles_is_named(gradebook, data):
    Path("other.csv").write_text(data)
    with pytest.raises(SystemExit, match=r"other.csv is no grading worksheet of Moodle"):
        ExportMoodle(file="other.csv").export(gradebook)


def test_feedback_pages_reach_their_participants_and_only_with_a_grade(gradebook, pupils, mark, caplog):
    mark("eve@uni.example")
    upload(gradebook, CLASS, excused=["ben"])
    data = Path("classroom/moodle-feedback.zip").read_bytes()
    assert moodle_files(data, PARTICIPANTS) == {(11, "sums.html"): b"page of ada@uni.example"}
    assert "eve@uni.example: no feedback page; run `nbgrader generate_feedback`" in caplog.text


def test_feedback_pages_are_packed_without_a_time_or_not_at_all(gradebook, pupils):
    packed = Path("classroom/moodle-feedback.zip")
    upload(gradebook, CLASS, feedback=False)
    assert not packed.exists()
    upload(gradebook, CLASS)
    assert set(moodle_files(packed.read_bytes(), PARTICIPANTS)) == {(11, "sums.html"), (12, "sums.html")}
    with zipfile.ZipFile(packed) as pages:
        assert {one.date_time for one in pages.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("Ben_van der_Berg", "Ben van der Berg_12_assignsubmission_file"),
        ("x_99_assignsubmission_file", "x 99 assignsubmission file_12_assignsubmission_file"),
        ("../../etc", "etc_12_assignsubmission_file"),
        ("~.", "student_12_assignsubmission_file"),
        ("李 雷", "李 雷_12_assignsubmission_file"),
    ],
)
def test_no_name_breaks_the_folder_of_a_page(name, folder):
    assert feedback_folder("Participant 12", name) == folder
