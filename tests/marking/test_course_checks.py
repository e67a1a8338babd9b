"""The points and the words of check cells that run in the kernel of the student's code."""

from __future__ import annotations

import nbformat
import pytest
from nbgrader.utils import determine_grade

from autograder.course.problem import Problem
from autograder.course.results import Basis, Verdict
from autograder.i18n.messages import say
from autograder.marking.course_checks import (
    Unfinished,
    authors_words,
    check_result,
    points_shown,
    title_of,
    without_hidden,
)
from tests.support.course import code

PROBLEM = Problem("squares", 2.0, "test_squares", ("squares",), manual=False, in_kernel=True)
HIDDEN = "assert f(1) == 1\n### BEGIN HIDDEN TESTS\nassert f(7) == 49, 'sevens'\n### END HIDDEN TESTS"


def result(text):
    return nbformat.v4.new_output("execute_result", data={"text/plain": text}, execution_count=1)


def error(name="AssertionError", said=""):
    return nbformat.v4.new_output("error", ename=name, evalue=said, traceback=["the line that failed"])


def stream(name):
    return nbformat.v4.new_output("stream", name=name, text="text")


def marked(source, *outputs, unfinished=None):
    cell = code("test_squares", source, grade=True, points=2)
    cell.outputs = list(outputs)
    return check_result(PROBLEM, cell, unfinished)


def test_points():
    """As nbgrader reads them, in the words of its own function."""
    for outputs in (
        [],
        [stream("stdout")],
        [stream("stderr")],
        [result("0.5")],
        [result("2")],
        [result("'a text'")],
        [result("True")],
        [error()],
        [stream("stdout"), result("1")],
        [stream("stderr"), result("1")],
    ):
        cell = nbformat.from_dict(
            {
                "cell_type": "code",
                "outputs": outputs,
                "metadata": {"nbgrader": {"grade": True, "solution": False, "points": 2}},
            }
        )
        assert points_shown(outputs, 2.0) == determine_grade(cell)[0]


@pytest.mark.parametrize("shown", ["nan", "-1", "2.5", "inf", ""])
def test_what_is_no_number_of_points_is_for_a_person(shown):
    assert points_shown([result(shown)], 2.0) is None
    found = marked("score()", result(shown))
    assert found.unresolved
    assert found.score == 0


def test_a_result_says_that_it_rests_on_a_check_in_the_kernel():
    (test,) = marked("assert True").tests
    assert (test.verdict, test.basis, test.score, test.max_score) == (Verdict.PASSED, Basis.IN_KERNEL, 2.0, 2.0)
    (test,) = marked("score()", result("0.5")).tests
    assert (test.verdict, test.basis, test.score) == (Verdict.FAILED, Basis.IN_KERNEL, 0.5)
    assert str(test.message) == "The check gives 0.5 of 2 points."


def test_a_check_that_did_not_end_has_no_points_whatever_it_showed():
    stopped = marked("f()", unfinished=Unfinished(say("Stopped."), began=True))
    assert (stopped.score, stopped.tests[0].verdict, str(stopped.tests[0].message)) == (0, Verdict.FAILED, "Stopped.")
    left = marked("f()", unfinished=Unfinished(say("Not run."), began=False))
    assert (left.score, left.tests[0].verdict) == (0, Verdict.NOT_RUN)


def test_of_a_hidden_assert_only_its_authors_message_is_said():
    (test,) = marked(HIDDEN, error(said="sevens")).tests
    assert str(test.message) == "A check of the course failed: sevens"
    (test,) = marked(HIDDEN, error()).tests
    assert str(test.message) == "A check of the course failed."
    (test,) = marked(HIDDEN, error("ZeroDivisionError", "division by zero")).tests
    assert str(test.message) == "A check of the course ended with ZeroDivisionError."


def test_nothing_that_the_students_code_says_is_said():
    for fault in (error(said="assert f(7) == 49"), error("Leak_of_f_7", "49"), error("print", "49")):
        (test,) = marked(HIDDEN, fault).tests
        assert str(test.message) == "A check of the course failed."


def test_text_on_the_error_stream_costs_the_points_and_is_named():
    (test,) = marked("f()", stream("stderr")).tests
    assert "error stream" in str(test.message)


@pytest.mark.parametrize(
    ("source", "said", "words"),
    [
        ("assert x, 'too small'", "too small", "too small"),
        ("raise AssertionError('did not raise')", "did not raise", "did not raise"),
        ("assert x, f'got {x}, not {y}'", "got 3, not [1, 2.5]", "got 3, not [1, 2.5]"),
        ("assert x, f'got {x}, not {y}'", "got assert f(7), not 4", "got …, not 4"),
        ("assert x, 'got {}'.format(x)", "got 3", "got 3"),
        ("assert x, 'got %d of %s' % (x, y)", "got 3 of text", "got 3 of …"),
        ("assert x, 'got ' + str(x)", "got 3", "got 3"),
        ("assert x, message", "anything", ""),
        ("assert x, f'{x}'", "3", ""),
        ("assert x, 'one'", "another", ""),
        ("assert x, 'no end", "no end", ""),
        ("assert x", "", ""),
    ],
)
def test_the_words_of_a_check_are_its_authors_and_its_values_are_numbers(source, said, words):
    assert authors_words(source, said) == words


def test_a_message_that_is_made_to_take_long_is_read_in_no_time():
    many = "assert x, f'" + "{x}a" * 50 + "'"
    assert authors_words(many, "a" * 100_000 + "b") == ""


def test_a_check_is_called_what_its_visible_part_begins_with():
    assert str(title_of(code("c", '"""Squares of several inputs"""\nassert x'))) == "Squares of several inputs"
    assert str(title_of(code("c", "# Large inputs\nassert x"))) == "Large inputs"
    assert not title_of(code("c", "assert x"))
    assert not title_of(code("c", "### BEGIN HIDDEN TESTS\n'''secret'''\n### END HIDDEN TESTS", grade=True))


def test_the_hidden_part_is_taken_out_of_a_copy():
    cell = code("c", HIDDEN, grade=True)
    assert without_hidden(cell).source == "assert f(1) == 1"
    assert "sevens" in cell.source
    plain = code("c", "assert x", grade=True)
    assert without_hidden(plain) is plain
