"""What students handed in on Canvas or Moodle is taken in, and nobody's is taken for another's."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import zipfile

import pytest
from nbgrader.api import Gradebook

from autograder.course.course import CourseError
from autograder.lms.place import Became
from tests.lms.conftest import handed_in
from tests.support.downloads import Canvas, Moodle, Student, odd_class, zip_of

UTC_TIMES = {"ada": "2026-03-01 17:59:59 UTC", "ben": "2026-03-02 00:59:59 UTC"}


def gradebook(course):
    return Gradebook(f"sqlite:///{course.classroom / 'gradebook.db'}")


def on_canvas(students, **more):
    site = Canvas(students, **more)
    site.hand_in()
    return site


def canvas_list(site):
    return site.gradebook("Arithmetic", 13.0)


def own(number):
    return {"arithmetic.ipynb": f"hand-in {number}".encode()}


def test_a_class_on_canvas_is_taken_in_with_ids_and_names(collect, few, course):
    site = on_canvas(few)
    report = collect("canvas", site.zipped(), canvas_list(site))
    assert report.became == {"ada": Became.NEW, "ben": Became.NEW}
    assert not report.left
    assert report.entered == ["ada", "ben", "cyd"]
    assert report.missing == ["cyd"]
    assert handed_in(course, "ada") == {"arithmetic.ipynb": b"ada's", "notes.txt": b"mine"}
    with gradebook(course) as book:
        ada = book.find_student("ada")
        assert (ada.first_name, ada.last_name, ada.lms_user_id) == ("Ada", "Lovelace", "101")
        assert {one.id for one in book.students} == {"ada", "ben", "cyd"}


def test_canvas_says_only_that_it_was_late_and_so_does_the_report(collect, few, course):
    site = on_canvas(few)
    report = collect("canvas", site.zipped(), canvas_list(site))
    assert report.late == ["ben"]
    assert "nothing in Canvas' download says when" in report.untimed
    assert "timestamp.txt" not in handed_in(course, "ben")


def test_what_canvas_api_says_becomes_the_time_of_handing_in(collect, few, course):
    site = on_canvas(few)
    report = collect("canvas", site.zipped(), canvas_list(site), times=site.times(per_page=2))
    assert not report.late
    for student, time in UTC_TIMES.items():
        assert handed_in(course, student)["timestamp.txt"].decode().strip() == time
    # Known times of the same files stay, where the next download does not say them.
    report = collect("canvas", site.zipped())
    assert report.became == dict.fromkeys(["ada", "ben"], Became.UNCHANGED)
    assert not report.late
    assert not report.untimed
    assert handed_in(course, "ben")["timestamp.txt"].decode().strip() == UTC_TIMES["ben"]


def test_moodles_worksheet_says_who_it_is_and_when_it_came(collect, few, course):
    site = Moodle(few)
    report = collect("moodle", site.zipped(), site.worksheet(13), zone="Asia/Shanghai")
    assert report.became == {"ada@uni.example": Became.NEW, "ben@uni.example": Became.NEW}
    for student, time in UTC_TIMES.items():
        # The worksheet has no seconds.
        assert handed_in(course, f"{student}@uni.example")["timestamp.txt"].decode()[:16] == time[:16]


@pytest.mark.parametrize("time", ["en", "zh"])
def test_times_are_read_in_english_and_in_chinese(collect, few, course, time):
    site = Moodle(few)
    collect("moodle", site.zipped(), site.worksheet(13, time=time), zone="Asia/Shanghai")
    assert handed_in(course, "ada@uni.example")["timestamp.txt"].startswith(b"2026-03-01 17:59:00")


def test_times_in_another_language_or_without_a_zone_are_not_guessed(collect, few, course):
    site = Moodle(few)
    assert (
        "no times that can be read"
        in collect("moodle", site.zipped(), site.worksheet(13, time="de"), zone="Europe/Berlin").untimed
    )
    assert "have no zone" in collect("moodle", site.zipped(), site.worksheet(13)).untimed
    assert "timestamp.txt" not in handed_in(course, "ada@uni.example")
    with pytest.raises(CourseError, match=r"'Mars' is no time zone: give --zone as in"):
        collect("moodle", site.zipped(), site.worksheet(13), zone="Mars")


def test_the_zone_of_the_courses_rules_is_that_of_the_worksheet(collect, few, course):
    (course.root / "handing_in.toml").write_text('zone = "Asia/Shanghai"\n')
    site = Moodle(few)
    assert not collect("moodle", site.zipped(), site.worksheet(13)).untimed
    assert handed_in(course, "ada@uni.example")["timestamp.txt"].startswith(b"2026-03-01 17:59:00")


FORMS = {
    "canvas": lambda site: site.zipped(),
    "canvas without marks of UTF-8": lambda site: site.zipped(marked_utf_8=False),
    "moodle": lambda site: site.zipped(),
    "moodle before 4.1": lambda site: site.zipped(old=True),
    "moodle in one folder": lambda site: site.zipped(folders=False),
}


@pytest.mark.parametrize("unpacked", [False, True])
@pytest.mark.parametrize("form", FORMS)
def test_of_forty_with_odd_names_everybody_gets_their_own(collect, course, tmp_path, form, unpacked):
    students = odd_class(own)
    if form.startswith("canvas"):
        site = on_canvas(students)
        download, roster = FORMS[form](site), canvas_list(site)
    else:
        site = Moodle(students)
        download, roster = FORMS[form](site), site.worksheet(13)
    if unpacked:
        with zipfile.ZipFile(io.BytesIO(download)) as packed:
            for name in packed.namelist():
                if "/" not in name and len(name.encode()) > 255:
                    pytest.skip("no disk takes such a name")
            packed.extractall(tmp_path / "unpacked")
        download = tmp_path / "unpacked"
    report = collect(form.split()[0], download, roster)
    assert report.left == {}
    assert len(report.became) == 40
    by_login = {student.login if form.startswith("canvas") else student.email: student for student in students}
    assert set(report.became) == set(by_login)
    for name, student in by_login.items():
        assert handed_in(course, name) == student.files, student


def test_a_name_that_can_be_read_in_two_ways_is_nobodys_as_long_as_the_student_is_not_known(collect, few, course):
    few[0].last, few[0].first = "7_102", ""
    site = on_canvas(few)
    collect("canvas", on_canvas(few[1:]).zipped(), canvas_list(on_canvas(few[1:])))
    report = collect("canvas", site.zipped())
    assert set(report.became) == {"ben"}
    assert "can be read in several ways" in report.left["7_102_101_900_arithmetic.ipynb"]
    assert handed_in(course, "ben")["arithmetic.ipynb"] == b"ben's"
    assert set(collect("canvas", site.zipped(), canvas_list(site)).became) == {"ada", "ben"}
    # From now on the gradebook knows the name.
    assert set(collect("canvas", site.zipped()).became) == {"ada", "ben"}


def test_whom_neither_list_nor_gradebook_knows_is_left_out_and_named(collect, few):
    site = on_canvas(few)
    report = collect("canvas", site.zipped())
    assert not report.became
    assert "no student with Canvas' id 101: give --roster" in report.left["lovelaceada (101)"]
    without_ada = canvas_list(on_canvas(few[1:]))
    report = collect("canvas", site.zipped(), without_ada)
    assert set(report.became) == {"ben"}
    assert "has no student 101: export it again" in report.left["lovelaceada (101)"]
    report = collect("moodle", Moodle(few).zipped(), Moodle(few[1:]).worksheet(13))
    assert set(report.left) == {"Ada Lovelace_11"}


def test_who_is_in_the_gradebook_keeps_the_id_that_they_have_there(collect, few, course):
    with gradebook(course) as book:
        book.add_student("a.lovelace", email="ada@uni.example")
        book.add_student("b17", lms_user_id="102")
        book.add_student("c3", email="cyd")
    site = on_canvas(few)
    few[0].sis = "ada@uni.example"
    report = collect("canvas", site.zipped(), canvas_list(site))
    assert set(report.became) == {"a.lovelace", "b17"}
    assert report.entered == []
    with gradebook(course) as book:
        assert book.find_student("a.lovelace").lms_user_id == "101"
        assert book.find_student("b17").last_name == "Babbage"


def test_two_who_may_be_one_are_both_left_out(collect, few, course):
    with gradebook(course) as book:
        book.add_student("s1", email="ben")
    site = on_canvas(few)
    report = collect("canvas", site.zipped(), canvas_list(site))
    assert not report.became
    assert "may be s1, as another row may be" in report.left["lovelaceada (101)"]
    assert "may be s1, as another row may be" in report.left["babbageben (102)"]


def test_moodles_numbers_are_never_taken_for_ids_of_students(collect, few, course):
    with gradebook(course) as book:
        book.add_student("11")
        book.add_student("x", lms_user_id="12")
    site = Moodle(few)
    assert set(collect("moodle", site.zipped(), site.worksheet(13)).became) == {"ada@uni.example", "ben@uni.example"}


def test_without_the_list_canvas_numbers_are_not_taken_for_ids_of_students(collect, few, course):
    with gradebook(course) as book:
        book.add_student("101")
    report = collect("canvas", on_canvas(few).zipped())
    assert not report.became
    assert "no student with Canvas' id 101" in report.left["lovelaceada (101)"]


def test_the_worksheet_of_another_moment_or_assignment_makes_nobody_anybody(collect, few):
    other = [Student(102, 11, "Ben", "Babbage", "ben", "s2"), Student(103, 77, "Cyd", "Curie", "cyd", "s3")]
    report = collect("moodle", Moodle(few).zipped(), Moodle(other).worksheet(13))
    assert not report.became
    assert "Participant 11 is 'Ben Babbage' in the worksheet" in report.left["Ada Lovelace_11"]
    assert "is it that of this assignment?" in report.left["Ben Babbage_12"]


def test_a_student_who_is_called_like_a_cell_of_the_worksheet_is_no_group(collect, few):
    odd = Student(109, 99, "", "Submitted for grading", "odd", "s9", {"arithmetic.ipynb": b"odd"})
    report = collect("moodle", Moodle([*few, odd]).zipped(), Moodle(few).worksheet(13))
    assert set(report.became) == {"ada@uni.example", "ben@uni.example"}
    assert set(report.left) == {"Submitted for grading_99"}


@pytest.mark.parametrize("column", ["SIS User ID", "SIS Login ID"])
def test_new_students_get_the_ids_that_are_asked_for(collect, few, column):
    few[1].login = few[1].sis = "=1+1/.."
    site = on_canvas(few)
    report = collect("canvas", site.zipped(), canvas_list(site), id_column=column)
    # No folder can be called like the second one's.
    assert set(report.became) == {"s1" if "User" in column else "ada", "canvas-102"}


def test_a_column_that_is_not_there_is_named_with_those_that_are(collect, few):
    site = on_canvas(few)
    with pytest.raises(CourseError, match=r"no column 'NetID' .* it has SIS User ID, SIS Login ID"):
        collect("canvas", site.zipped(), canvas_list(site), id_column="NetID")
    with pytest.raises(CourseError, match=r"no column 'NetID' left of the grade; it has ID number, Email address"):
        collect("moodle", Moodle(few).zipped(), Moodle(few).worksheet(13), id_column="NetID")


def test_a_later_attempt_replaces_what_came_from_an_earlier_download(collect, few, course):
    site = on_canvas(few)
    collect("canvas", site.zipped(), canvas_list(site), times=site.times())
    few[0].files = {"arithmetic.ipynb": b"better"}
    site.hand_in(950)
    with zipfile.ZipFile(io.BytesIO(site.zipped())) as packed:
        assert "lovelaceada_101_950_arithmetic-1.ipynb" in packed.namelist()
    few[1].files = {}
    report = collect("canvas", site.zipped())
    assert report.became == {"ada": Became.REPLACED}
    # Its own name again, no file of the earlier attempt, and no time that was that one's.
    assert handed_in(course, "ada") == {"arithmetic.ipynb": b"better"}
    assert handed_in(course, "ben")["arithmetic.ipynb"] == b"ben's"


def test_what_somebody_has_changed_or_put_there_stays_unless_it_is_to_be_replaced(collect, few, course):
    site = on_canvas(few)
    ben = course.submitted / "ben" / "arithmetic"
    ben.mkdir(parents=True)
    (ben / "arithmetic.ipynb").write_text("by mail")
    collect("canvas", site.zipped(), canvas_list(site))
    (course.submitted / "ada" / "arithmetic" / "arithmetic.ipynb").write_text("mended by hand")
    report = collect("canvas", site.zipped())
    assert not report.became
    assert "was changed since it was collected: --replace" in report.left["lovelaceada (101)"]
    assert "was not collected from there: --replace" in report.left["babbageben (102)"]
    report = collect("canvas", site.zipped(), replace=True)
    assert set(report.became.values()) == {Became.REPLACED}
    assert handed_in(course, "ben") == {"arithmetic.ipynb": b"ben's"}


def test_a_students_own_timestamp_is_no_time_of_handing_in(collect, few, course):
    few[1].files = {"arithmetic.ipynb": b"ben's", "TimeStamp.txt": b"2020-01-01 00:00:00 UTC"}
    site = on_canvas(few)
    collect("canvas", site.zipped(), canvas_list(site))
    assert set(handed_in(course, "ben")) == {"arithmetic.ipynb", "handed-in-TimeStamp.txt"}
    collect("canvas", site.zipped(), times=site.times())
    assert handed_in(course, "ben")["timestamp.txt"].decode().strip() == UTC_TIMES["ben"]


def test_hidden_students_are_known_by_what_canvas_calls_them_and_later_by_their_files(collect, few, course):
    site = on_canvas(few, anonymous=True)
    report = collect("canvas", site.zipped(), times=site.times())
    ada, ben = (f"canvas-anon-{site.anonymous_id(one)}" for one in few[:2])
    assert report.became == {ada: Became.NEW, ben: Became.NEW}
    assert not report.late
    assert handed_in(course, ben)["timestamp.txt"].decode().strip() == UTC_TIMES["ben"]
    site.anonymous = False
    report = collect("canvas", site.zipped(), canvas_list(site))
    assert report.became == {ada: Became.UNCHANGED, ben: Became.UNCHANGED}
    assert not report.left
    with gradebook(course) as book:
        assert {one.id for one in book.students} == {ada, ben, "cyd"}


def test_where_moodle_hides_names_the_participants_number_is_all_that_is_known(collect, few, course):
    site = Moodle(few, blind=True)
    report = collect("moodle", site.zipped(), site.worksheet(13), zone="UTC")
    assert report.became == {"moodle-11": Became.NEW, "moodle-12": Became.NEW}
    assert report.missing == ["moodle-13"]
    with gradebook(course) as book:
        assert {one.last_name for one in book.students} == {None}
    site.blind = False
    report = collect("moodle", site.zipped(), site.worksheet(13), zone="UTC")
    assert set(report.became) == {"moodle-11", "moodle-12"}
    assert not report.left


def teams():
    made = [
        Student(200 + at, 20 + at, f"G{at}", f"Last{at}", f"g{at}", f"s{at}", {"arithmetic.ipynb": b"?"}, group=group)
        for at, group in enumerate(["Lab_1", "Lab_1", "Lab 2", "Lab 2", ""])
    ]
    for one in made:
        one.files = {"arithmetic.ipynb": (one.group or one.login).encode()}
    return made


def test_on_moodle_each_member_of_a_group_gets_what_the_group_handed_in(collect, course):
    students = teams()
    site = Moodle(students, teams=True)
    # A group's number is that of a participant, who is in another one.
    assert {site.group_number(one) for one in students[:4]} == {20, 21}
    report = collect("moodle", site.zipped(), site.worksheet(13), zone="UTC")
    assert report.left == {}
    for one in students:
        assert handed_in(course, one.email)["arithmetic.ipynb"] == one.files["arithmetic.ipynb"]


@pytest.mark.parametrize("blind", [False, True])
def test_the_group_that_an_old_moodle_writes_before_a_name_is_no_part_of_it(collect, few, blind):
    site = Moodle(few, blind=blind, group="Lab_1")
    report = collect("moodle", site.zipped(old=True), site.worksheet(13), zone="UTC")
    assert set(report.became) == ({"moodle-11", "moodle-12"} if blind else {"ada@uni.example", "ben@uni.example"})
    assert not report.left


def test_two_groups_of_one_name_are_left_out(collect):
    students = teams()
    site = Moodle(students, teams=True)
    twice = zip_of({f"Lab 1_{number}_assignsubmission_file/a.ipynb": b"" for number in (20, 44)})
    report = collect("moodle", twice, site.worksheet(13))
    assert set(report.left) == {"Lab 1_20", "Lab 1_44"}
    assert "two groups are called so" in report.left["Lab 1_44"]


def test_on_canvas_the_group_set_says_who_is_in_the_group(collect, course):
    students = teams()
    site = on_canvas(students)
    # One stands for all, under the group's name.
    for one in (students[1], students[3]):
        one.files = {}
    zipped = site.zipped(named=lambda one: one.group or one.sortable)
    roster = canvas_list(site)
    report = collect("canvas", zipped, roster, groups=site.group_set())
    assert report.left == {}
    assert handed_in(course, "g1") == handed_in(course, "g0") == {"arithmetic.ipynb": b"Lab_1"}
    assert handed_in(course, "g3") == {"arithmetic.ipynb": b"Lab 2"}
    # Without it only the one who stands for all is known; and "lab_1_200_900" may be user 1's, or user 200's.
    report = collect("canvas", zipped, roster)
    assert set(report.became) == {"g2", "g4"}
    assert set(report.left) == {"lab_1_200_900_arithmetic.ipynb"}


def test_two_hand_ins_of_one_student_are_left_out(collect, few):
    for one in few:
        one.group = "Lab 1"
    site = on_canvas(few)
    # Both have handed in, and since then both are in one group.
    report = collect("canvas", site.zipped(), canvas_list(site), groups=site.group_set())
    assert not report.became
    assert report.left["lovelaceada (102)"] == "ben has 2 hand-ins in it: look whose they are"


def test_what_was_typed_is_taken_in_so_that_grading_says_what_to_hand_in(collect, few, course):
    site = on_canvas(few)
    text = zip_of({"lovelaceada_101_text.html": b"<p>my code</p>", "babbageben_LATE_102_link.html": b"<a>"})
    report = collect("canvas", text, canvas_list(site))
    assert report.left == {}
    assert handed_in(course, "ada") == {"text.html": b"<p>my code</p>"}


def test_what_is_not_called_as_the_site_calls_it_is_listed(collect, few):
    site = on_canvas(few)
    report = collect("canvas", zip_of({"syllabus.pdf": b""}), canvas_list(site))
    assert report.left == {"syllabus.pdf": "it is not called as Canvas calls what was handed in"}
    report = collect("moodle", zip_of({"syllabus.pdf": b"", "x/y": b""}), Moodle(few).worksheet(13))
    assert set(report.left) == {"syllabus.pdf", "x/y"}


def test_moodle_needs_its_worksheet(collect, few):
    with pytest.raises(CourseError, match=r"only with the grading worksheet: give it with --roster"):
        collect("moodle", Moodle(few).zipped())
    with pytest.raises(CourseError, match="is no grading worksheet of Moodle"):
        collect("moodle", Moodle(few).zipped(), canvas_list(on_canvas(few)))
    with pytest.raises(CourseError, match="is no gradebook of Canvas"):
        collect("canvas", on_canvas(few).zipped(), Moodle(few).worksheet(13))


@pytest.mark.parametrize("said", [b"[", b"{}", b'[{"id": 1}]', b'[{"submitted_at": "soon"}]'])
def test_what_is_no_answer_of_canvas_api_is_named(collect, few, said):
    site = on_canvas(few)
    with pytest.raises(CourseError, match=r"times0.json.*\n?.*open CANVAS/api/v1/courses"):
        collect("canvas", site.zipped(), canvas_list(site), times=[said])


def test_what_the_disk_cannot_hold_is_not_begun(collect, few, course, monkeypatch):
    site = on_canvas(few)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(10, 7, 3))
    with pytest.raises(CourseError, match=r"has 14 bytes when it is unpacked, and the disk 3 left"):
        collect("canvas", site.zipped(), canvas_list(site))
    assert not course.submitted.exists()


def test_what_cannot_be_written_is_said_and_the_same_command_goes_on(collect, few, course, monkeypatch):
    site = on_canvas(few)
    rename, done = os.rename, []

    def full(source, target):
        if done:
            raise OSError(errno.ENOSPC, "No space left on device")
        done.append(rename(source, target))

    monkeypatch.setattr(os, "rename", full)
    with pytest.raises(CourseError, match=r"what ada handed in cannot be written .*No space left.*it goes on where"):
        collect("canvas", site.zipped(), canvas_list(site))
    monkeypatch.undo()
    report = collect("canvas", site.zipped(), canvas_list(site))
    assert report.became == {"ben": Became.UNCHANGED, "ada": Became.NEW}
    assert not report.left


def test_what_downloads_said_is_kept_in_one_file(collect, few, course):
    site = on_canvas(few)
    collect("canvas", site.zipped(), canvas_list(site))
    file = course.classroom / "collected" / "arithmetic.json"
    said = json.loads(file.read_text())
    assert said["ben"]["late"] is True
    assert said["ada"]["attachments"] == {"900": "arithmetic.ipynb", "901": "notes.txt"}
    file.write_text("{")
    with pytest.raises(CourseError, match=r"arithmetic.json is damaged .*: move it away"):
        collect("canvas", site.zipped())
