"""The draft of a reply tells what can be known without the hidden inputs, and no more."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from autograder.course.results import Deduction, ProblemResult, Verdict
from autograder.course.results import TestResult as Outcome
from autograder.i18n.catalogue import ENGLISH, catalogue
from autograder.i18n.messages import Message, say
from autograder.reports.explain.reply import raised, redacted_message, reply, told_message
from autograder.testing.faults import CheckFailed, StudentError

LINES = {"return x[0] / y"}


def outcome(message, verdict=Verdict.FAILED, name="t::a"):
    return Outcome(
        id=name, title=Message("Doubles one and two."), verdict=verdict, score=0, max_score=1, message=message
    )


def test_an_exception_is_told_by_a_name_of_pythons_and_by_lines_that_were_handed_in():
    fault = StudentError("ZeroDivisionError", "3.14", ["halve, line 2: return x[0] / y", "halve, line 9: secret = 3"])
    assert str(raised(fault, LINES)) == "Your code raised ZeroDivisionError.\nhalve, line 2: return x[0] / y"


@pytest.mark.parametrize("name", ["Saw3", "print", "dict", ""])
def test_a_name_that_the_code_has_made_up_is_not_repeated(name):
    assert str(raised(StudentError(name, "", []), LINES)) == "Your code raised an exception."


def test_the_text_of_an_exception_is_told_neither_where_code_raised_nor_where_a_value_could_not_be_read():
    assert "3.14" not in str(redacted_message(outcome("KeyError: 3.14"), StudentError("KeyError", "3.14", []), LINES))
    unread = say("{name} raised {fault}", name="dx", fault="KeyError: 3.14")
    assert str(redacted_message(outcome(unread), CheckFailed("x"), LINES)) == "dx cannot be read as an array of numbers"


def test_what_the_kit_says_is_repeated():
    said = say("{name} has shape {shape}", name="dx", shape="(3,)")
    assert str(redacted_message(outcome(said), CheckFailed("x"), LINES)) == "dx has shape (3,)"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("off by 12.345", "off by \u2026"),
        ("off by -1.25e-08", "off by \u2026"),
        ("123456 of them", "\u2026 of them"),
        ("3 of 12 elements, error 0.1", "3 of 12 elements, error 0.1"),
    ],
)
def test_numbers_that_could_be_somebodys_value_are_left_out(text, shown):
    assert told_message(ENGLISH, say(text), CheckFailed("x")) == shown


def test_numbers_in_lines_of_the_students_own_stay():
    fault = StudentError("KeyError", "", [])
    assert told_message(ENGLISH, say("halve, line 2: return 3.14159"), fault) == "halve, line 2: return 3.14159"


def replied(*tests, deductions=(), score=0.0, most=2.0):
    problem = ProblemResult(id="halve", score=score, max_score=most, tests=list(tests), deductions=list(deductions))
    assignment: Any = SimpleNamespace(catalogue=ENGLISH, title="Arithmetic")
    return reply(problem, {}, [], assignment)


def asking(name, asks="It halves.", hint="Look at the factor.", **about):
    given = {"title": Message(f"About {name}."), "message": Message(f"{name} is off"), **about}
    return msgspec.structs.replace(outcome("", name=f"t::{name}"), asks=Message(asks), hint=Message(hint), **given)


def test_tests_that_ask_the_same_are_told_of_together_and_their_sentence_once():
    page = replied(asking("dx"), asking("dy", asks="It doubles."), asking("dz"), asking("dw", hint="Look at its sign."))
    assert page.count("What is asked: It halves.") == 2
    assert "1. 2 tests ask the same (2 points, not given)\n   What is asked: It halves.\n" in page
    assert "   - Test: About dx.\n     dx is off\n   - Test: About dz.\n     dz is off\n" in page
    assert (
        "2. Test: About dy. (1 points, not given)\n   What was seen: dy is off\n   What is asked: It doubles." in page
    )
    assert "3. Test: About dw." in page


def test_tests_without_a_sentence_are_told_of_one_by_one():
    page = replied(asking("dx", asks="", hint=""), asking("dy", asks="", hint=""))
    assert "1. Test: About dx." in page
    assert "2. Test: About dy." in page


def test_a_reply_can_be_sent_as_it_stands():
    page = replied(
        asking("dx"), deductions=[Deduction(reason=Message("3 values returned, 2 asked"), points=0.5)], score=0.5
    )
    assert page.startswith("Subject: your regrade request, halve (Arithmetic)\n\nHello,\n\nwe have run")
    assert "They give 0.5 of 2 points.\n0.5 points are taken off: 3 values returned, 2 asked\n\n1. " in page
    assert page.endswith("tell us which sentence you go by.\n\nKind regards,\nthe teaching team\n")
    assert "\n\n\n" not in page


def test_a_reply_on_a_problem_without_a_fault_says_its_points_and_nothing_of_hidden_values():
    page = replied(asking("dx", verdict=Verdict.PASSED, score=1.0), score=2.0)
    assert "They give 2 of 2 points.\n\nKind regards" in page


def test_what_was_not_run_is_told_with_what_it_did_not_get_and_without_a_name_that_code_made_up():
    why = say("{function} raised {name}, so there is no cache.", function="halve", name="Saw3")
    whole = asking("dy", verdict=Verdict.NOT_RUN, message=say("It takes the share of another."), score=1.0)
    page = replied(asking("dx", verdict=Verdict.NOT_RUN, message=why, score=0.25), whole)
    assert "share of another" not in page
    assert (
        "1. Test: About dx. (0.75 points, not given)\n   What was seen: halve raised an exception, so there is no"
        in page
    )


def test_tests_that_were_not_run_for_the_same_reason_are_told_of_together_behind_those_that_failed():
    why = {"verdict": Verdict.NOT_RUN, "message": say("No cache.")}
    page = replied(asking("dx", **why), asking("dy"), asking("dz", asks="It doubles.", **why))
    told = "2. 2 tests were not run (2 points, not given)\n   No cache.\n   - Test: About dx.\n   - Test: About dz.\n"
    assert told in page
    assert page.index("1. Test: About dy.") < page.index(told)
    assert page.count("What is asked: ") == 1  # that of dy


def test_no_sentence_of_a_reply_is_broken_into_lines():
    assert "stands in the notebook, in the description of the function." in replied(asking("dx"))


@pytest.mark.parametrize("phrases", [ENGLISH, catalogue("zh-CN")], ids=["English", "Chinese"])
def test_only_failed_tests_are_told_of_in_the_submissions_language(phrases):
    tests = [outcome("x"), outcome("seen only by staff", Verdict.GRADER_ERROR, "t::b")]
    problem = ProblemResult(id="halve", score=0, max_score=2, tests=tests)
    assignment: Any = SimpleNamespace(catalogue=phrases, title="Arithmetic")
    fault = StudentError("ZeroDivisionError", "", ["halve, line 2: return x[0] / y"])
    page = reply(problem, {"t::a": fault}, ["def halve(x, y):\n    return x[0] / y"], assignment)
    assert "halve, line 2: return x[0] / y" in page
    assert "seen only by staff" not in page
    assert ("Your code raised" in page) is (phrases is ENGLISH)
