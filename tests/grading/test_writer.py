"""The one writer leaves a class as sequential ``nbgrader autograde`` does: gradebook, files, records."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import msgspec
import pytest

from autograder.course.course import CourseError
from autograder.course.earlier_records import earlier_runs, records_before
from autograder.course.paths import KIT_ROOT
from autograder.course.results import Status, read_record
from autograder.grading.gradebook.rows import StudentRows
from autograder.grading.writer import GradebookWriter
from autograder.nbgrader_plugins.save_grades import record_file

NAME = "arithmetic"


@pytest.fixture
def written(writable, tools, rounds, by_nbgrader):
    """Return a function that writes a round of the class, by the replies that nbgrader's own marking gives."""

    def write(number: int):
        course = writable
        rounds.handed_in[number](course, tools)
        with GradebookWriter(course, "arithmetic") as writer:
            for student, reply in sorted(by_nbgrader[number].replies.items()):
                folder = course.submitted / student / "arithmetic"
                if folder.exists():
                    writer.write(student, folder, reply)
        return rounds.state(course)

    return write


def test_a_class_is_left_as_nbgrader_leaves_it(written, by_nbgrader, writable, rounds):
    first = written(0)
    assert rounds.differences(first, by_nbgrader[0]) == []
    rounds.by_hand(writable)
    assert rounds.differences(written(1), by_nbgrader[1]) == []


@pytest.fixture
def handed_in(writable, tools, rounds):
    """The course, with what is handed in first."""
    rounds.handed_in[0](writable, tools)
    return writable


def place(course, student):
    return course.submitted / student / NAME


def configure(course, line):
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write(line + "\n")


def test_what_the_gradebook_says_is_told_by_cell_and_nothing_of_who_was_never_marked(handed_in, by_nbgrader, rounds):
    with GradebookWriter(handed_in, NAME) as writer:
        assert [cell.name for cell in writer.cells().graded] == ["test_double", "test_halve", "why"]
        assert writer.published("ada") == {}
        writer.write("ada", place(handed_in, "ada"), by_nbgrader[0].replies["ada"])
        writer.write("fay", place(handed_in, "fay"), by_nbgrader[0].replies["fay"])
        rounds.by_hand(handed_in, ("ada", "fay"))
        said = writer.published("ada")
    assert {name: (one.auto_score, one.manual_score) for name, one in said.items()} == {
        "test_double": (4, 1.5),
        "test_halve": (6, None),
        "why": (None, 2.5),
    }
    assert (said["test_halve"].max_score, said["test_halve"].extra_credit) == (6, 0.5)


def test_a_fault_in_the_middle_leaves_nothing_of_the_hand_in_in_the_gradebook(
    handed_in, by_nbgrader, rounds, monkeypatch
):
    def fail(*_arguments):
        raise RuntimeError("the plugin is broken")

    before = rounds.state(handed_in).gradebook
    monkeypatch.setattr(StudentRows, "seconds_late", fail)
    with GradebookWriter(handed_in, NAME) as writer, pytest.raises(RuntimeError, match="broken"):
        writer.write("ada", place(handed_in, "ada"), by_nbgrader[0].replies["ada"])
    after = rounds.state(handed_in)
    assert after.gradebook == before
    assert after.records == {}
    with GradebookWriter(handed_in, NAME) as writer:
        assert writer.unfinished() == {"ada"}


@pytest.mark.parametrize("writable", ["sqlite"], indirect=True)
class TestOnSqlite:
    def test_a_fault_of_the_graders_is_put_before_a_person(self, handed_in, by_nbgrader):
        reply = by_nbgrader[0].replies["ada"]
        record = msgspec.structs.replace(reply.record, status=Status.GRADER_ERROR, problems=[])
        with GradebookWriter(handed_in, NAME) as writer:
            writer.write("ada", place(handed_in, "ada"), replace(reply, record=record))
            said = writer.published("ada")
        assert {(one.auto_score, one.needs_manual_grade) for one in said.values()} == {(None, True)}

    def test_what_the_instructor_provides_lies_over_whatever_was_handed_in_under_its_name(self, handed_in, by_nbgrader):
        folder = place(handed_in, "ada")
        (folder / "given.txt").unlink()
        (folder / "given.txt").mkdir()
        (folder / "given.txt" / "within").write_text("x")
        (folder / "more").write_text("no folder")
        with GradebookWriter(handed_in, NAME) as writer:
            writer.write("ada", folder, by_nbgrader[0].replies["ada"])
        marked = handed_in.classroom / "autograded" / "ada" / NAME
        assert (marked / "given.txt").read_text() == "the instructor's"
        assert (marked / "more" / "given.txt").read_text() == "likewise"

    def test_a_link_that_was_put_in_after_marking_is_not_followed(self, handed_in, by_nbgrader):
        folder = place(handed_in, "ada")
        (folder / "secret").symlink_to(handed_in.classroom / "gradebook.db")
        with GradebookWriter(handed_in, NAME) as writer, pytest.raises(CourseError, match="secret is a link"):
            writer.write("ada", folder, by_nbgrader[0].replies["ada"])
        assert not (handed_in.classroom / "autograded" / "ada" / NAME).exists()

    def test_files_are_shared_with_other_instructors_where_the_course_says_so(self, handed_in, by_nbgrader):
        configure(handed_in, "c.CourseDirectory.groupshared = True")
        with GradebookWriter(handed_in, NAME) as writer:
            writer.write("ada", place(handed_in, "ada"), by_nbgrader[0].replies["ada"])
        marked = handed_in.classroom / "autograded" / "ada" / NAME
        assert marked.stat().st_mode & 0o7777 == 0o2775
        assert (marked / f"{NAME}.ipynb").stat().st_mode & 0o777 == 0o664

    def test_no_student_is_added_where_the_course_forbids_it(self, handed_in, by_nbgrader, rounds):
        configure(handed_in, "c.Autograde.create_student = False")
        before = rounds.state(handed_in)
        with GradebookWriter(handed_in, NAME) as writer, pytest.raises(CourseError, match="db student add ada"):
            writer.write("ada", place(handed_in, "ada"), by_nbgrader[0].replies["ada"])
        assert rounds.state(handed_in) == before

    def test_a_time_that_has_become_none_is_named(self, handed_in, by_nbgrader):
        (place(handed_in, "ada") / "timestamp.txt").write_text("yesterday, I think")
        with GradebookWriter(handed_in, NAME) as writer, pytest.raises(CourseError, match=r"timestamp\.txt is no time"):
            writer.write("ada", place(handed_in, "ada"), by_nbgrader[0].replies["ada"])

    def test_an_assignment_that_is_not_in_the_gradebook_is_an_error_that_says_what_to_do(self, handed_in):
        with pytest.raises(CourseError, match="no assignment 'other'"):
            GradebookWriter(handed_in, "other")
        (handed_in.classroom / "gradebook.db").unlink()
        with pytest.raises(CourseError, match="run `autograder release arithmetic`"):
            GradebookWriter(handed_in, NAME)
        assert not (handed_in.classroom / "gradebook.db").exists()

    def test_a_gradebook_that_cannot_be_reached_is_named_without_its_password(self, handed_in):
        configure(handed_in, "c.CourseDirectory.db_url = 'postgresql+psycopg://ta:secret@/x?host=/nowhere'")
        with pytest.raises(CourseError, match="postgresql") as caught:
            GradebookWriter(handed_in, NAME)
        assert "secret" not in str(caught.value)

    def test_a_record_that_cannot_be_read_is_written_anew(self, handed_in, by_nbgrader):
        file = record_file(handed_in.records, NAME, "ada")
        file.parent.mkdir(parents=True)
        file.write_text("{}")
        with GradebookWriter(handed_in, NAME) as writer:
            writer.write("ada", place(handed_in, "ada"), by_nbgrader[0].replies["ada"])
        assert read_record(file) == by_nbgrader[0].replies["ada"].record

    def test_a_second_process_may_not_write_the_same_class(self, handed_in, by_nbgrader):
        holds = (
            "import sys; from pathlib import Path; from autograder.grading.writer import alone\n"
            "lock = alone(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
        )
        command = [sys.executable, "-c", holds, str(handed_in.classroom / ".writing")]
        with subprocess.Popen(command, cwd=KIT_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
            assert other.stdout.readline() == "held\n"
            with pytest.raises(CourseError, match="another `autograder grade` is writing"):
                GradebookWriter(handed_in, NAME)
            other.kill()
            other.wait()
            with GradebookWriter(handed_in, NAME) as writer:
                writer.write("ada", place(handed_in, "ada"), by_nbgrader[0].replies["ada"])


def test_the_record_that_a_run_replaces_is_kept_where_it_comes_to_something_else(handed_in, by_nbgrader):
    reply = by_nbgrader[0].replies["ada"]
    runs = ("20260301T080000-aa00", "20260302T080000-bb00", "20260303T080000-cc00")
    other = replace(reply, record=msgspec.structs.replace(reply.record, sha256="1" * 64))
    for run, made in zip(runs, (reply, other, other), strict=True):
        with GradebookWriter(handed_in, NAME, run=run) as writer:
            writer.write("ada", place(handed_in, "ada"), made)
    assert earlier_runs(handed_in, NAME) == [runs[1]]
    assert records_before(handed_in, NAME, runs[1])["ada"].sha256 == reply.record.sha256
