"""A misconception is made of a student's answer, tried, and named everywhere once its texts are written."""

from __future__ import annotations

import re

import pytest

from autograder.cli import main
from autograder.course.course import CourseError
from autograder.course.misconceptions import misconceptions
from autograder.course.results import Status, read_record, write_record
from autograder.marking.new_record import SubmissionData, new_record
from autograder.marking.problem import mark_problem
from autograder.nbgrader_plugins.save_grades import record_file
from autograder.reports.mistakes import mistakes
from autograder.testing.diagnosis.named_anew import named_anew
from autograder.testing.variants import VariantAccess
from autograder.verification.new_misconception import drafted, misconceptions_named, write_draft

THREE_TIMES = 'def double(x):\n    """Ada\'s."""\n    return 3 * x - x**2 + 1'
THE_SAME = "def double(x):\n    y = 1 - x * x  # the same, otherwise\n    return y + x + x + x"
ANOTHER = "def double(x):\n    return x**3 + 5"


@pytest.fixture
def marked(hand_in, course, assignment):
    """A class of four, marked: two with the same mistake, one with another, one right."""
    people = {"ada": THREE_TIMES, "ben": THE_SAME, "chen": ANOTHER, "dana": "def double(x):\n    return x + x"}
    for student, code in people.items():
        hand_in(code, student=student)
        write_record(record_for(assignment, student, code), file_of(course, student))
    return course


def record_for(assignment, student, code):
    """Return the record of a hand-in, marked in this process: the code is the test's own."""
    result = mark_problem(assignment, assignment.problems["double"], VariantAccess(assignment, code))
    return new_record(assignment, SubmissionData(student, b""), Status.MARKED, [result])


def file_of(course, student):
    return record_file(course.records, "arithmetic", student)


def record_of(course, student):
    return read_record(file_of(course, student))


def mistakes_in(course, assignment):
    records = [named_anew(assignment, record_of(course, student)) for student in ("ada", "ben", "chen", "dana")]
    return [one for one in mistakes(assignment, records) if one.problem == "double"]


def write_texts(file):
    file.write_text(re.sub(r"TODO: ", "", file.read_text(encoding="utf-8")), encoding="utf-8")


def test_it_is_made_tried_and_named_without_marking_again(marked, assignment, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    group, alone = mistakes_in(marked, assignment)
    assert (group.students, group.group, alone.students) == (("ada", "ben"), 1, ("chen",))
    before = record_of(marked, "ben")
    made = ["misconception", "new", "--from", "ada", "double", "--name", "parabola"]
    assert main([*made, "--yes"]) == 0
    printed = capsys.readouterr().out
    assert "variants: 1, caught 1, named 1 of 1" in printed
    assert "for 2: ada, ben" in printed
    assert "Next: write the title, BELIEF, HINT, NOTE" in printed
    file = assignment.folder / "misconceptions" / "double" / "parabola.py"
    text = file.read_text(encoding="utf-8")
    assert "LOSES = 4\n" in text
    assert text.endswith("\n\ndef double(x):\n    return 3 * x - x ** 2 + 1\n")
    assert "ada" not in text.lower()
    # Nobody reads a text that is not written: the draft names nothing.
    assert misconceptions(assignment) == {}
    assert named_anew(assignment, before) is before
    assert main(["misconception", "try", "arithmetic"]) == 1
    assert "double/parabola is a draft" in capsys.readouterr().out
    write_texts(file)
    assert main(["misconception", "try", "arithmetic", "--name", "parabola"]) == 0
    assert "it is named for 2: ada, ben" in capsys.readouterr().out
    named, alone = mistakes_in(marked, assignment)
    assert (named.name, named.students, named.unsure) == ("parabola", ("ada", "ben"), ())
    assert (alone.name, alone.students) == ("unknown", ("chen",))
    assert record_of(marked, "ben") == before
    # Marking anew comes to the same.
    again = record_for(assignment, "ben", THE_SAME)
    assert again.problem("double").diagnoses == named_anew(assignment, before).problem("double").diagnoses


def test_one_that_another_is_taken_for_does_not_hold(marked, assignment, capsys):
    """Two files with the same mistake are told apart by nothing."""
    for name in ("first", "second"):
        code = main(["misconception", "new", "--from", "ada", "double", "--name", name, "--yes"])
    assert code == 1
    assert "double/first is named nothing" in capsys.readouterr().out


def test_what_no_test_catches_does_not_hold(marked, capsys):
    assert main(["misconception", "new", "--from", "dana", "double", "--yes"]) == 1
    assert "double/unnamed is caught by no test" in capsys.readouterr().out


def test_nothing_is_written_or_run_before_a_person_has_read_it(marked, assignment, capsys):
    assert main(["misconception", "new", "arithmetic", "--from", "ada", "double"]) == 2
    ended = capsys.readouterr()
    assert "return 3 * x - x ** 2 + 1" in ended.out
    assert "read it, and add --yes" in ended.err
    assert not (assignment.folder / "misconceptions").exists()


def test_a_catalogue_that_cannot_be_written_is_named(hand_in, assignment):
    hand_in(THREE_TIMES)
    (assignment.folder / "misconceptions").write_text("no folder")
    with pytest.raises(CourseError, match="cannot be written"):
        write_draft(assignment, drafted(assignment, "ada", "double", "parabola"))


def test_all_of_a_long_line_is_shown(hand_in, assignment, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    hand_in("def double(x):\n    return x" + " + x" * 60 + " + 12345")
    assert main(["misconception", "new", "--from", "ada", "double"]) == 2
    assert " + x" * 60 + " + 12345\n" in capsys.readouterr().out


@pytest.mark.parametrize(("answer", "written"), [("y", True), ("", False), ("no", False)])
def test_a_person_is_asked(marked, assignment, monkeypatch, answer, written):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("rich.console.Console.input", lambda *_arguments: answer)
    assert main(["misconception", "new", "--from", "ada", "double"]) == (0 if written else 1)
    assert (assignment.folder / "misconceptions" / "double" / "unnamed.py").exists() is written


def test_a_name_of_the_students_that_is_left_is_pointed_out(hand_in, assignment):
    hand_in("def double(x):\n    ada_factor = 3\n    return ada_factor * x")
    assert drafted(assignment, "ada", "double", None).traces == ("ada",)


def test_a_file_without_a_name_gets_one_that_is_free(hand_in, assignment):
    hand_in(THREE_TIMES)
    names = [write_draft(assignment, drafted(assignment, "ada", "double", None)).name for _ in range(3)]
    assert names == ["unnamed", "unnamed_2", "unnamed_3"]
    assert [one.name for one in misconceptions_named(assignment, None)] == names


@pytest.mark.parametrize("name", ["Parabola", "a-b", "../x", "1st", "a b", ""])
def test_a_name_that_is_none_is_refused(hand_in, assignment, name):
    hand_in(THREE_TIMES)
    with pytest.raises(CourseError, match="small letters"):
        drafted(assignment, "ada", "double", name)


def test_no_file_is_replaced(hand_in, assignment):
    hand_in(THREE_TIMES)
    write_draft(assignment, drafted(assignment, "ada", "double", "parabola"))
    with pytest.raises(CourseError, match="already"):
        drafted(assignment, "ada", "double", "parabola")


def test_a_problem_that_is_none_is_named_with_those_that_there_are(hand_in, assignment):
    hand_in(THREE_TIMES)
    with pytest.raises(CourseError, match="there are double, halve"):
        drafted(assignment, "ada", "why", None)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["new"], "--from STUDENT PROBLEM"),
        (["try", "arithmetic", "--from", "ada", "double"], "try takes none"),
        (["try", "arithmetic"], "no draft"),
        (["try", "arithmetic", "--name", "unheard_of"], "no misconception 'unheard_of'"),
    ],
)
def test_wrong_usage_says_what_is_right(course, capsys, arguments, said):
    assert main(["misconception", *arguments]) == 2
    assert said in capsys.readouterr().err
