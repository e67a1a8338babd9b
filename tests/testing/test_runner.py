"""Hidden tests are run by pytest, and what they find becomes shares, points and texts."""

from __future__ import annotations

import dataclasses
import textwrap
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.course.assignment import Assignment
from autograder.course.results import Basis, ProblemResult, TestResult, Verdict
from autograder.i18n.messages import Message
from autograder.kernel.call_server import Server
from autograder.marking.feedback import problem_html
from autograder.marking.problem import run_problem
from autograder.testing.faults import KernelLost, StudentDied, StudentError, StudentTimeout
from autograder.testing.fixtures import FixedAccess
from autograder.testing.link import LocalLink
from autograder.testing.runner import title_of

Run = Callable[..., ProblemResult]
HEAD = """
import pytest
from autograder.testing import Basis, fail, note, rest_on
"""


@pytest.fixture
def run(assignment: Assignment) -> Run:
    """Return a function that runs hidden tests with this source on student code that defines these names."""

    def run_it(source: str | None = None, earlier=None, access=None, **names: object) -> ProblemResult:
        if source is not None:
            assignment.hidden_file("double").write_text(HEAD + textwrap.dedent(source))
        access = access or FixedAccess(LocalLink(Server(names)))
        return run_problem(assignment, assignment.problems["double"], access, earlier)

    return run_it


def verdicts(result: ProblemResult) -> list[Verdict]:
    return [test.verdict for test in result.tests]


def test_right_code_gets_all_points(run):
    result = run(double=lambda x: 2 * x)
    assert result.score == result.max_score == 4
    assert [str(test.title) for test in result.tests] == [
        "Doubles one and two.",
        "Doubles random numbers.",
        "Takes an array without elements.",
    ]
    assert [test.id for test in result.tests] == [
        f"test_double.py::test_{name}" for name in ("example", "random", "empty")
    ]
    assert [test.max_score for test in result.tests] == [2, 1, 1]
    assert result.passed


def test_wrong_code_loses_the_shares_of_the_tests_that_see_it(run):
    result = run(double=lambda x: 3 * x if x.size == 3 else 2 * x)
    assert verdicts(result) == [Verdict.PASSED, Verdict.FAILED, Verdict.PASSED]
    assert result.score == 3


def test_shares_are_scaled_to_the_points_of_the_problem(run):
    result = run(
        """
        @pytest.mark.points(1)
        def test_a(student): "A."
        @pytest.mark.points(2)
        def test_b(student): fail("no")
        """
    )
    assert [test.max_score for test in result.tests] == [
        pytest.approx(4 / 3, abs=1e-4),
        pytest.approx(8 / 3, abs=1e-4),
    ]
    assert result.score == pytest.approx(4 / 3, abs=1e-4)


def test_a_gated_test_counts_only_when_a_test_of_values_passed(run):
    result = run(double=lambda x: x)
    assert verdicts(result) == [Verdict.FAILED] * 3
    assert result.score == 0
    assert str(result.tests[2].message) == "Counts only once a test of values of this problem passes."


def test_code_that_is_missing_fails_and_says_so(run):
    result = run()
    assert verdicts(result) == [Verdict.FAILED] * 3
    assert str(result.tests[0].message) == "Your code raised NameError: double is not defined"


@pytest.mark.parametrize(
    ("lines", "told"), [([], "could not read the code"), (["double, line 1: x"], "raised NameError")]
)
def test_code_that_python_cannot_read_is_told_in_place_of_the_name_that_is_missing(run, lines, told):
    class Unreadable(FixedAccess):
        def link(self):
            raise StudentError("NameError", "double is not defined", lines)

        def unreadable(self, functions):
            return f"SyntaxError in {functions}"

    result = run(access=Unreadable(LocalLink(Server({}))))
    assert told in str(result.tests[0].message)
    assert ("SyntaxError in ('double',)" in str(result.tests[0].message)) == (not lines)


@pytest.mark.parametrize(
    ("name", "lines"), [("NameError", []), ("NotImplementedError", []), ("NameError", ["f, line 1: x"])]
)
def test_what_ended_the_cell_is_told_in_place_of_the_name_that_is_missing(run, name, lines):
    class Ended(FixedAccess):
        def link(self):
            raise StudentError(name, "double is not defined", lines)

        def written(self, _functions):
            return True

        def raised_before(self, functions):
            return f"ModuleNotFoundError: of {functions}"

    (told, *_) = run(access=Ended(LocalLink(Server({})))).tests
    assert ("ended before it was defined: ModuleNotFoundError: of ('double',)" in str(told.message)) == (not lines)
    assert ("requirements.txt" in str(told.hint)) == (not lines)


def test_an_exception_of_the_students_shows_where_and_the_other_tests_go_on(run):
    def double(x):
        if x.size == 3:
            raise ValueError("three is too many")
        return 2 * x

    result = run(double=double)
    assert verdicts(result) == [Verdict.PASSED, Verdict.FAILED, Verdict.PASSED]
    assert str(result.tests[1].message).splitlines()[0] == "Your code raised ValueError: three is too many"
    assert "double, line" in str(result.tests[1].message)


def test_what_a_test_says_reaches_the_result(run):
    result = run(
        """
        @pytest.mark.points(1)
        def test_a(student):
            '''Is right.'''
            fail("what was seen", "where to look", "known_mistake")
        @pytest.mark.points(1)
        def test_b(student):
            note("a thing seen")
            rest_on(Basis.FOLLOW_THROUGH)
        """
    )
    first, second = result.tests
    assert (str(first.message), str(first.hint), first.misconception) == (
        "what was seen",
        "where to look",
        "known_mistake",
    )
    assert second.basis is Basis.FOLLOW_THROUGH
    assert [*map(str, result.notes)] == ["a thing seen"]


def test_too_many_values_cost_one_share_however_many_tests_see_it(run):
    result = run(double=lambda x: (2 * x, 1))
    assert [(str(deduction.reason), deduction.points) for deduction in result.deductions] == [
        ("2 values returned, 1 asked: y", 1.0)
    ]
    assert result.score == 3


def test_a_deduction_never_makes_points_negative(run):
    result = run(double=lambda x: (x, 1))
    assert result.score == 0
    assert sum(deduction.points for deduction in result.deductions) == 0


def test_changing_an_argument_and_printing_are_noted_and_cost_nothing(run):
    def double(x):
        print("debug")
        x *= 2
        return x

    result = run(double=double)
    assert result.score == 4
    assert [*map(str, result.notes)] == ["double (argument 1) is changed in place", "The code prints while it runs."]


def test_parameters_stand_in_the_title_and_in_the_id(run):
    result = run(
        """
        @pytest.mark.points(1)
        @pytest.mark.parametrize("size", [1, 3])
        def test_a(student, size):
            '''Takes {size} numbers.'''
        """
    )
    assert [str(test.title) for test in result.tests] == ["Takes 1 numbers.", "Takes 3 numbers."]
    assert result.tests[1].id == "test_double.py::test_a[3]"


@pytest.mark.parametrize(
    "body",
    [
        "assert student is None",
        "raise KeyError('a secret value')",
        "1 / 0",
        "pytest.skip('later')",
        "pytest.fail('no')",
        "undefined_fixture()",
        "close_no_such_name()",
    ],
)
def test_a_fault_of_the_test_itself_is_a_grader_error_and_says_nothing_of_the_test(run, body):
    result = run(
        f"""
        @pytest.mark.points(1)
        def test_a(student):
            {body}
        @pytest.mark.points(1)
        def test_b(student): pass
        """
    )
    assert verdicts(result) == [Verdict.GRADER_ERROR, Verdict.PASSED]
    assert result.unresolved
    text = problem_html(result)
    assert "a person will look at it" in text
    for word in ("assert", "secret", "student is None", "no_such_name", "later"):
        assert word not in text


@pytest.mark.parametrize(
    "source",
    [
        "secret_line = 1 / 0",
        "import no_such_module_secret_line",
        "def test_secret_line(student: pass",
        "def test_secret_line(student): pass",
        "@pytest.mark.pionts(2)\ndef test_secret_line(student): pass",
        "@pytest.mark.points(1)\ndef test_secret_line(no_such_fixture): pass",
        "secret_line = 1",
    ],
    ids=["raises", "import", "syntax", "no points", "unknown mark", "unknown fixture", "no tests"],
)
def test_tests_that_cannot_be_run_are_a_grader_error_and_no_line_of_them_is_shown(run, source):
    result = run(source, double=lambda x: 2 * x)
    assert result.unresolved
    assert result.score == 0
    assert result.max_score == 4
    assert "secret_line" not in problem_html(result).replace("test_secret_line", "")
    assert "secret_line" not in " ".join(map(str, result.notes))


def test_what_went_wrong_in_a_test_is_logged_for_the_staff(run, caplog):
    run("@pytest.mark.points(1)\ndef test_a(student): raise KeyError('for the staff')")
    assert "test_double.py::test_a" in caplog.text
    assert "for the staff" in caplog.text


def test_stopping_the_marking_stops_it_and_marks_nothing(run):
    with pytest.raises(KeyboardInterrupt):
        run("@pytest.mark.points(1)\ndef test_a(student): raise KeyboardInterrupt")


def test_an_exit_within_the_test_run_is_never_a_silent_zero(run):
    result = run(
        """
        @pytest.mark.points(1)
        def test_a(student): pytest.exit("enough")
        @pytest.mark.points(1)
        def test_b(student): pass
        """
    )
    assert result.unresolved


def test_tests_that_were_edited_are_read_again(run):
    assert run("@pytest.mark.points(1)\ndef test_a(student): pass").score == 4
    assert run("@pytest.mark.points(1)\ndef test_a(student): fail('now it fails')").score == 0


def test_tests_of_another_assignment_with_the_same_names_are_kept_apart(run, assignment, tmp_path, tools, monkeypatch):
    assert run("@pytest.mark.points(1)\ndef test_a(student): pass").score == 4
    other_course = tools.make_course(tmp_path / "other")
    tools.add_package(other_course)
    other = Assignment(other_course, assignment.name)
    other.hidden_file("double").write_text(HEAD + "@pytest.mark.points(1)\ndef test_a(student): fail('the other')")
    result = run_problem(other, other.problems["double"], FixedAccess(LocalLink(Server({}))))
    assert str(result.tests[0].message) == "the other"


TWO_TESTS = """
@pytest.mark.points(3)
def test_a(student): raise RuntimeError("nobody runs this")
@pytest.mark.points(1)
def test_b(student): raise RuntimeError("nor this")
"""


@pytest.fixture
def built_on_halve(assignment):
    assignment.needs = {"double": "halve"}


def of_halve(score: float, verdict: Verdict) -> dict[str, ProblemResult]:
    test = TestResult(id="h", title=Message("Halves."), verdict=verdict, score=score, max_score=6)
    return {"halve": ProblemResult(id="halve", score=score, max_score=6, tests=[test])}


@pytest.mark.usefixtures("built_on_halve")
def test_a_problem_that_needs_one_that_is_not_right_is_not_run_and_takes_its_share(run):
    result = run(TWO_TESTS, earlier=of_halve(4.5, Verdict.FAILED))
    assert (result.score, result.max_score, result.shared, result.unresolved) == (3, 4, True, False)
    assert [(test.verdict, test.basis, test.score) for test in result.tests] == [
        (Verdict.NOT_RUN, Basis.SHARE, 2.25),
        (Verdict.NOT_RUN, Basis.SHARE, 0.75),
    ]
    assert str(result.tests[0].message) == (
        "Not run, because halve is not right: this takes the share of its points that halve got, 4.5 of 6."
    )


@pytest.mark.usefixtures("built_on_halve")
def test_a_problem_that_needs_one_on_which_the_grader_failed_waits_with_it(run):
    result = run(TWO_TESTS, earlier=of_halve(0, Verdict.GRADER_ERROR))
    assert (result.score, result.max_score, result.shared, result.unresolved) == (0, 4, False, True)
    assert "waits for a person" in str(result.tests[0].message)


@pytest.mark.usefixtures("built_on_halve")
@pytest.mark.parametrize("earlier", [{}, of_halve(6, Verdict.PASSED)], ids=["not marked", "right"])
def test_a_problem_is_run_where_what_it_needs_is_right_or_was_not_marked(run, earlier):
    result = run("@pytest.mark.points(1)\ndef test_a(student): pass", earlier=earlier)
    assert (result.score, result.max_score, result.shared) == (4, 4, False)


class Faulty(FixedAccess):
    """Reaches code that does what a list says, call after call."""

    def __init__(self, *faults: BaseException | None) -> None:
        super().__init__(LocalLink(Server({"double": lambda x: 2 * x})))
        self.faults = list(faults)
        self.begun = 0

    def begin_test(self) -> None:
        self.begun += 1

    def link(self):
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            raise fault
        return super().link()


ONE_CALL = """
@pytest.mark.points(1)
@pytest.mark.parametrize("number", range(4))
def test_a(student, rng, number):
    student.double(number)
"""


def test_a_test_that_is_over_its_limit_fails_and_no_other_test_waits_for_it(run):
    access = Faulty(StudentTimeout(1.5))
    result = run(ONE_CALL, access=access)
    assert verdicts(result) == [Verdict.FAILED, *[Verdict.NOT_RUN] * 3]
    assert str(result.tests[0].message) == "Your code was still running after 1.5 s."
    assert access.begun == 1


def test_a_test_whose_kernel_is_lost_is_run_once_more_and_then_put_before_a_person(run):
    assert run(access=Faulty(KernelLost("lost"))).score == 4
    result = run(ONE_CALL, access=Faulty(KernelLost("lost"), KernelLost("lost")))
    assert verdicts(result) == [Verdict.GRADER_ERROR, *[Verdict.PASSED] * 3]
    assert result.unresolved


def test_code_that_ends_its_process_may_do_so_only_a_few_times(run):
    access = Faulty(StudentDied("gone"), None, StudentDied("gone"))
    access.limits = dataclasses.replace(access.limits, deaths=2)
    result = run(ONE_CALL, access=access)
    assert verdicts(result) == [Verdict.FAILED, Verdict.PASSED, Verdict.FAILED, Verdict.NOT_RUN]
    assert str(result.tests[0].message) == "Your code ended the process that it ran in."
    assert not result.unresolved


def test_inputs_repeat_and_depend_on_the_salt_and_on_the_test(run, monkeypatch):
    source = """
    @pytest.mark.points(1)
    @pytest.mark.parametrize("number", range(2))
    def test_a(student, rng, number):
        fail(str(rng.integers(2**60)))
    """
    first = [str(test.message) for test in run(source).tests]
    assert [str(test.message) for test in run(source).tests] == first
    assert first[0] != first[1]
    monkeypatch.setenv("AUTOGRADER_SALT", "another")
    assert not {str(test.message) for test in run(source).tests} & set(first)


def test_the_projects_own_pytest_settings_do_not_reach_the_run(run, assignment, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only")
    (assignment.hidden / "conftest.py").write_text("raise RuntimeError('a conftest was read')")
    assert run(double=lambda x: 2 * x).score == 4
    import os

    assert os.environ["PYTEST_ADDOPTS"] == "--collect-only"


def test_no_package_above_the_hidden_tests_is_brought_into_the_run(run, assignment):
    for folder in assignment.hidden.parents[:2]:
        (folder / "__init__.py").write_text("def setUpModule(): raise RuntimeError")
    assert run(double=lambda x: 2 * x).passed


def test_nothing_of_the_run_is_printed(run, capfd):
    run(double=lambda x: 3 * x)
    assert capfd.readouterr() == ("", "")


def test_markup_in_what_the_student_wrote_is_escaped(run):
    def double(x):
        raise ValueError("<script>alert(1)</script>")

    assert "<script>" not in problem_html(run(double=double))


def test_a_title_keeps_only_the_parameters_that_it_names_so_that_the_record_can_hold_them():
    def test(size, make):
        """Takes {size} numbers."""

    item: Any = SimpleNamespace(name="test", obj=test, callspec=SimpleNamespace(params={"size": (2, 3), "make": test}))
    assert title_of(item).values == {"size": "(2, 3)"}
    assert str(title_of(item)) == "Takes (2, 3) numbers."
