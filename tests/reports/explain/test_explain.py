"""`autograder explain`: what staff see of a failed test, scripts that fail as it did, a reply that tells nothing."""

from __future__ import annotations

import io
import subprocess
import sys

import msgspec
import numpy as np
import pytest
from rich.console import Console

from autograder.cli import main
from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.results import Verdict, read_record, write_record
from autograder.kernel.sandbox.levels import best
from autograder.marking.mark_file import mark_file
from autograder.nbgrader_plugins.save_grades import record_file
from autograder.reports.explain.explain import explain, write
from autograder.reports.explain.terminal import print_explanation
from tests.support.sampling import some

WRONG = "def double(x):\n    # by Ada\n    return 3 * x\n"
RAISING = "def double(x):\n    raise ValueError(f'{x.tolist()}')\n"
WIDE = "def halve(x):\n    return x[None] / 2, 'cache'\n"
NAN = "def halve(x):\n    return x * np.nan, 'cache'\n"
KEYS = """

@pytest.mark.points(1)
def test_keys(student):
    from autograder.testing import Answer
    from autograder.testing.student import keys

    if "y" not in keys(student.double(np.ones(1))):
        close(Answer("y", None, "there is no key y"), 1)
"""
OBJECT = """

@pytest.mark.points(1)
def test_object(student):
    from autograder.testing import Answer

    box = student.double(np.ones(1))
    for name in ("a", "b"):
        box.items[name] = np.arange(2.0)
    close(Answer("sum", box.sum()), 2 * np.arange(2.0) + 1)
"""
SALT = "a salt that nobody knows"


@pytest.fixture
def marked(assignment, hand_in, scratch, monkeypatch):
    """A function that hands in, marks, keeps the record and returns it."""
    monkeypatch.setenv("AUTOGRADER_SALT", SALT)

    def mark(**sources):
        record, _ = mark_file(assignment, hand_in(**sources), level=best())
        record = msgspec.structs.replace(record, student="ada")
        write_record(record, record_file(assignment.course.records, assignment.name, "ada"))
        return record

    return mark


def explained(assignment, problem):
    return explain(assignment, "ada", problem, best())


def named(explanation, name):
    return next(test for test in explanation.tests if test.test.id.endswith(f"::{name}"))


def printed(explanation):
    shown = io.StringIO()
    print_explanation(explanation, Console(width=200, file=shown))
    return shown.getvalue()


def run(folder, *names):
    script = [sys.executable, str(folder / "replay.py"), *names]
    return subprocess.run(script, capture_output=True, text=True, timeout=120, check=False)


def test_without_a_problem_those_that_lost_points_are_listed_with_what_explains_them(
    assignment, marked, monkeypatch, capsys
):
    monkeypatch.chdir(assignment.course.root)
    record = marked(double=WRONG, halve="def halve(x):\n    return x / 2, 1")
    assert main(["explain", "arithmetic", "ada"]) == 0
    assert capsys.readouterr().out == "0 of 4: autograder explain arithmetic ada double\n"
    right = [msgspec.structs.replace(one, score=one.max_score) for one in record.problems]
    file = record_file(assignment.course.records, "arithmetic", "ada")
    write_record(msgspec.structs.replace(record, problems=right), file)
    assert main(["explain", "arithmetic", "ada"]) == 0
    assert capsys.readouterr().out == "ada lost no points in arithmetic by hidden tests.\n"


@pytest.mark.parametrize(
    ("sources", "problem", "test", "says"),
    some(
        [
            ({"double": WRONG}, "double", "test_random", "Mismatched elements: 3 / 3"),
            ({"double": RAISING}, "double", "test_example", "ValueError: [1.0, 2.0]"),
            ({"halve": WIDE}, "halve", "test_values[3]", "shape (1, 3); (3,) is asked"),
            ({"halve": NAN}, "halve", "test_values[3]", "nan"),
        ],
        2,
    ),
    ids=["values", "exception", "shape", "nan"],
)
def test_a_script_fails_outside_the_grader_as_the_test_did(assignment, marked, tmp_path, sources, problem, test, says):
    marked(**sources)
    explanation = explained(assignment, problem)
    assert explanation.differences == []
    files = write(explanation, tmp_path / "out")
    (tmp_path / "out" / "autograder.py").write_text("raise ImportError('it runs without the grader')")
    ended = run(tmp_path / "out", named(explanation, test).name)
    assert ended.returncode == 1
    assert says in ended.stderr
    assert f"hand_in.{problem}(x)" in ended.stdout
    assert all("ada" not in text.read_text().lower() for text in files if text.suffix in (".py", ".json"))


def test_a_key_that_is_missing_fails_in_a_script_too(assignment, marked, tmp_path):
    file = assignment.hidden / "test_double.py"
    file.write_text(file.read_text() + KEYS)
    marked(double="def double(x):\n    return {'z': x}\n")
    write(explained(assignment, "double"), tmp_path)
    ended = run(tmp_path, "test_keys")
    assert (ended.returncode, "['z']" in ended.stderr) == (1, True)


def test_parameters_put_into_an_object_are_put_there_by_the_script(assignment, marked, tmp_path):
    file = assignment.hidden / "test_double.py"
    file.write_text(file.read_text() + OBJECT)
    marked(
        double="class Box:\n    items = {}\n    def sum(self): return self.items['a'] - self.items['b']\n"
        "def double(x):\n    return Box()\n"
    )
    explanation = explained(assignment, "double")
    write(explanation, tmp_path)
    put = ["result_1.items['a'] = a", "result_1.items['b'] = b"]
    assert named(explanation, "test_object").made.lines[1:] == [*put, "result_2 = result_1.sum()"]
    assert "Mismatched elements: 2 / 2" in run(tmp_path, "test_object").stderr


def test_a_call_that_ended_its_process_is_the_last_that_is_shown_and_made(assignment, marked, tmp_path):
    marked(double="import os\ndef double(x):\n    os._exit(3)\n")
    explanation = explained(assignment, "double")
    assert "returned  nothing came back" in printed(explanation)
    assert "hand_in.double(x)  # does not return" in printed(explanation)
    write(explanation, tmp_path)
    assert run(tmp_path, "test_example").returncode == 3


def test_a_replay_says_which_tests_there_are(assignment, marked, tmp_path):
    marked(double=WRONG)
    write(explained(assignment, "double"), tmp_path)
    for names in ((), ("test_odd",), ("a", "b")):
        ended = run(tmp_path, *names)
        assert (ended.returncode, "TEST is one of test_example, test_random" in ended.stderr) == (1, True)
    assert "Mismatched elements" in run(tmp_path, "folder/test_random.json").stderr


def test_a_script_of_code_that_has_been_mended_ends_well(assignment, marked, tmp_path):
    marked(double=WRONG)
    write(explained(assignment, "double"), tmp_path)
    (tmp_path / "hand_in.py").write_text("def double(x):\n    return 2 * x\n")
    assert run(tmp_path, "test_random").returncode == 0


HELPED = """# by Ada
import cs231n.scaling


def double(x):
    return cs231n.scaling.thrice(x)


def halve(x):
    return np.zeros(0)[1]
"""
SCALING = "def thrice(x):\n    return 3 * x\n"


@pytest.fixture
def modules(assignment, marked):
    """Hand in module files."""
    folder = assignment.course.submitted / "ada" / assignment.name / "cs231n"
    folder.mkdir(parents=True)
    (folder / "rnn_layers.py").write_text(HELPED)
    (folder / "scaling.py").write_text(SCALING)
    record, _ = mark_file(assignment, folder.parent, level=best())
    write_record(
        msgspec.structs.replace(record, student="ada"), record_file(assignment.course.records, assignment.name, "ada")
    )
    return folder


def test_scripts_of_module_files_fail_as_the_tests_did_until_the_files_are_mended(assignment, modules, tmp_path):
    explanation = explained(assignment, "double")
    assert explanation.differences == []
    write(explanation, tmp_path)
    ended = run(tmp_path, "test_random")
    assert (ended.returncode, "Mismatched elements: 3 / 3" in ended.stderr) == (1, True)
    assert "ada" not in (tmp_path / "handed_in" / "cs231n" / "rnn_layers.py").read_text().lower()
    mended = tmp_path / "handed_in" / "cs231n" / "scaling.py"
    mended.write_text(mended.read_text().replace("3 *", "2 *"))
    assert run(tmp_path, "test_random").returncode == 0


def test_the_reply_on_module_files_says_in_which_file_and_line_code_raised(assignment, modules):
    place = "halve in cs231n/rnn_layers.py, line 10: return np.zeros(0)[1]"
    said = " ".join(explained(assignment, "halve").reply.split())
    assert f"Your code raised NameError. {place}" in said


def test_the_inputs_of_a_script_are_those_of_the_marking(assignment, marked, tmp_path):
    marked(double=WRONG)
    write(explained(assignment, "double"), tmp_path)
    with np.load(tmp_path / "test_random.npz") as given:
        assert np.array_equal(given["expected"], 2 * given["x"])
        assert given["x"].shape == (3,)


def test_staff_see_input_what_was_returned_and_what_was_expected(assignment, marked):
    marked(double=WRONG)
    text = printed(explained(assignment, "double"))
    assert "x: float64 (2,) [1., 2.]" in text
    assert "returned  float64 (2,) [3., 6.]" in text
    assert "expected  float64 (2,) [2., 4.]" in text
    assert "6 at [1], 4 is expected; 2 of 2 elements are off" in text
    assert "the student's code alone" in text
    assert "Return x times two." in text


def test_a_test_that_passed_but_for_the_gate_has_no_script(assignment, marked):
    marked(double=WRONG)
    gated = named(explained(assignment, "double"), "test_empty")
    assert (gated.made, gated.test.verdict) == (None, Verdict.FAILED)
    assert "Counts only once" in str(gated.test.message)


@pytest.mark.parametrize("source", [WRONG, RAISING], ids=["values", "exception"])
def test_the_reply_gives_no_hidden_value_away(assignment, marked, source):
    marked(double=source)
    explanation = explained(assignment, "double")
    shown = explanation.reply
    hidden = {
        number
        for test in explanation.tests
        if test.made
        for array in test.made.arrays.values()
        for value in array.ravel()
        for number in (repr(float(value)), f"{value:.3g}", f"{value:.6g}")
        if len(number) > 3
    }
    assert hidden
    assert not [number for number in (*hidden, "1.0", "2.0", "4.0") if number in shown]
    assert "Return x times two." in shown
    assert "ada" not in shown.lower()


def test_the_reply_repeats_only_lines_that_were_handed_in_of_an_exception(assignment, marked):
    marked(double="class Secret(Exception): pass\ndef double(x):\n    raise type(f'Saw{x[0]}', (Secret,), {})('x')\n")
    shown = explained(assignment, "double").reply
    assert "Your code raised Exception" in shown
    assert "double, line 3: raise type" in shown
    assert "Saw1" not in shown


def test_what_student_code_says_is_cleaned_and_cut(assignment, marked):
    marked(double="def double(x):\n    raise ValueError('\\x1b]0;title\\x07\\u202e[red]' + 'x' * 1500)\n")
    text = printed(explained(assignment, "double"))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\u202e" not in text
    assert "[red]" in text
    assert "x" * 401 not in text.replace("\n", "").replace(" ", "")


def test_it_says_first_that_the_salt_the_file_the_tests_or_the_versions_are_not_those_of_the_marking(
    assignment, marked, hand_in, monkeypatch
):
    record = marked(double=WRONG)
    monkeypatch.setenv("AUTOGRADER_SALT", "another")
    hand_in(double=WRONG + "    # later\n")
    with (assignment.hidden / "test_double.py").open("a") as stream:
        stream.write("# changed\n")
    stale = msgspec.structs.replace(
        record, kit_version="0.0.1", environment={**record.environment, "numpy": "1.0", "isolation": "none"}
    )
    write_record(stale, record_file(assignment.course.records, assignment.name, "ada"))
    explanation = explained(Assignment(assignment.course, assignment.name), "double")
    text = printed(explanation)
    for name in (
        "hand-in's sha256 was",
        "salt's fingerprint",
        "hidden tests' sha256",
        "kit's version was 0.0.1",
        "numpy was 1.0",
    ):
        assert name in text[: text.index("points in the record")]
    assert "another" not in text


def test_it_says_first_that_a_result_is_not_that_of_the_marking(assignment, marked):
    record = marked(double=WRONG)
    problem = record.problem("double")
    passed = [msgspec.structs.replace(test, verdict=Verdict.PASSED) for test in problem.tests]
    changed = msgspec.structs.replace(problem, tests=passed[:-1])
    write_record(
        msgspec.structs.replace(record, problems=[changed]),
        record_file(assignment.course.records, assignment.name, "ada"),
    )
    differences = explained(assignment, "double").differences
    assert "test_double.py::test_example was passed, and is failed now" in differences
    assert "test_double.py::test_empty is new" in differences


def test_a_missing_record_or_problem_is_named(assignment, marked):
    with pytest.raises(CourseError, match=r"no record .*ada.json: mark the hand-in first"):
        explained(assignment, "double")
    marked()
    with pytest.raises(CourseError, match=r"no problem 'treble': there are double, halve"):
        explained(assignment, "treble")


def test_the_command_prints_and_writes(assignment, marked, tmp_path, capsys):
    marked(double=WRONG)
    arguments = ["explain", "arithmetic", "ada", "double", "--allow-weaker-isolation"]
    assert main([*arguments, "--out", str(tmp_path / "out")]) == 0
    assert "Draft of a reply" in capsys.readouterr().out
    made = {file.name for file in (tmp_path / "out").iterdir()}
    assert made == {
        "hand_in.py",
        "replay.py",
        "reply.txt",
        "test_example.json",
        "test_example.npz",
        "test_random.json",
        "test_random.npz",
    }


def test_the_record_names_the_salt_by_a_fingerprint_and_never_holds_it(assignment, marked, monkeypatch):
    marked(double=WRONG)
    file = record_file(assignment.course.records, assignment.name, "ada")
    record = read_record(file)
    assert record.salt_fingerprint == assignment.course.salt_fingerprint
    assert SALT not in file.read_text()
    monkeypatch.setenv("AUTOGRADER_SALT", SALT + "!")
    assert record.salt_fingerprint != assignment.course.salt_fingerprint
    assert str(record.problem("double").tests[0].asks) == "Return x times two."
