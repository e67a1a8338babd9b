"""What `autograder init` writes, and what it leaves alone."""

from __future__ import annotations

import subprocess

import pytest
from nbgrader.coursedir import CourseDirectory

from autograder.authoring.course_folder import FILES, make_course
from autograder.course.course import CONFIG, PUBLIC_SALT, SALT_FILE, Course, CourseError, find_course
from autograder.course.gradebook_scores import gradebook_students
from autograder.course.nbgrader_app import load_config

ROSTER = "student,name,email\nada,Ada Lovelace,ada@example.edu\nxiaolong,李小龙,\n"


def test_a_new_folder_is_a_course_with_its_own_settings_and_salt(tmp_path):
    make_course(tmp_path / "cs101")
    course = Course(tmp_path / "cs101")
    assert find_course(course.root / "source") == course
    directory = CourseDirectory(config=load_config(course))
    assert (directory.course_id, directory.root) == ("cs101", str(course.root))
    assert directory.format_path(directory.submitted_directory, "ada", "ps1") == str(course.submitted / "ada" / "ps1")
    assert course.salt != PUBLIC_SALT
    assert (course.root / SALT_FILE).stat().st_mode & 0o777 == 0o600
    make_course(tmp_path / "cs102", "other")
    assert Course(tmp_path / "cs102").salt != course.salt
    assert CourseDirectory(config=load_config(Course(tmp_path / "cs102"))).course_id == "other"


def test_a_repository_of_it_holds_neither_the_salt_nor_what_students_handed_in(tmp_path):
    make_course(tmp_path)
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    (tmp_path / "classroom" / "submitted" / "ada.ipynb").write_text("{}")
    asked = ["git", "ls-files", "--others", "--exclude-standard"]
    listed = subprocess.run(asked, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.split()
    assert sorted(listed) == sorted(FILES)


def test_students_of_a_csv_file_are_in_the_gradebook(tmp_path):
    (tmp_path / "students.csv").write_text(ROSTER, encoding="utf-8")
    make_course(tmp_path / "cs101", roster=tmp_path / "students.csv")
    students = gradebook_students(Course(tmp_path / "cs101"))
    assert [(one.id, one.first_name, one.last_name, one.email) for one in students] == [
        ("ada", "Ada", "Lovelace", "ada@example.edu"),
        ("xiaolong", "李小龙", "", ""),
    ]


@pytest.mark.parametrize("name", [CONFIG, "README.md", ".gitignore", SALT_FILE])
def test_what_is_there_is_never_overwritten(tmp_path, name):
    (tmp_path / name).write_text("mine")
    with pytest.raises(CourseError, match=name.replace(".", r"\.")):
        make_course(tmp_path)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [(name, "mine")]


@pytest.mark.parametrize(
    ("content", "said"),
    [("student,name\n../up,X\n", "an id begins with"), ("who\nx\n", "is not known"), (None, "cannot be read")],
)
def test_a_roster_that_is_not_right_is_refused_before_anything_is_written(tmp_path, content, said):
    if content is not None:
        (tmp_path / "students.csv").write_text(content)
    with pytest.raises(CourseError, match=rf"students\.csv.*{said}"):
        make_course(tmp_path / "cs101", roster=tmp_path / "students.csv")
    assert not (tmp_path / "cs101").exists()


@pytest.mark.parametrize("course_id", ['a"b', "a\nb", "a/b"])
def test_an_id_that_would_break_the_settings_is_refused(tmp_path, course_id):
    with pytest.raises(CourseError, match="cannot be a course's id"):
        make_course(tmp_path / "cs101", course_id)
