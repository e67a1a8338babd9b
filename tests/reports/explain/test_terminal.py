"""What staff see of an explanation: values short enough to be read, and nothing that a terminal would obey."""

from __future__ import annotations

import io

import numpy as np
import pytest
from rich.console import Console

from autograder.course.results import Confidence, Deduction, Diagnosis, Kind, ProblemResult, Record, Status, Verdict
from autograder.course.results import TestResult as Outcome
from autograder.i18n.messages import Message
from autograder.kernel.wire import WireMessage
from autograder.reports.explain.evidence import Evidence, ReplayData
from autograder.reports.explain.explain import Explained, Explanation
from autograder.reports.explain.terminal import SHOWN_CHARACTERS, cut, expected_text, print_explanation, returned_text
from autograder.reports.explain.terminal import value_text as shown
from autograder.reports.explain.transcript import NO_REPLY, TranscriptStep, read_reply

RAISED = {"error": {"name": "KeyError", "text": "'W'", "lines": ["double, line 2: return x['W']"]}}


def step(reply=None, solution=None):
    sent = [
        read_reply(WireMessage({"replies": [content]})) if content is not None else NO_REPLY
        for content in (reply, solution)
    ]
    return TranscriptStep("call", {}, *sent)


def test_a_small_array_is_shown_whole():
    assert shown(np.array([[1.0, 2.5]])) == "float64 (1, 2) [[1. , 2.5]]"


def test_of_a_large_one_shape_range_and_beginning_are_shown():
    assert shown(np.arange(100)).startswith("int64 (100,), from 0 to 99, begins [ 0, 1,")
    assert shown(np.arange(100)).endswith("...]")
    odd = np.arange(100.0)
    odd[:2] = np.nan, np.inf
    assert "from 2 to 99, 2 not finite" in shown(odd)
    assert "from" not in shown(np.zeros(100, dtype=bool))
    assert "100 not finite" in shown(np.full(100, np.nan))


def test_long_text_is_cut_and_codes_are_not_obeyed():
    assert cut("x" * 1000) == "x" * SHOWN_CHARACTERS + " ..."
    assert "\x1b" not in cut("\x1b[2J")
    assert shown("a\x07b\x1b[31m") == repr("a\x07b\x1b[31m")


def test_what_code_gave_is_its_value_or_what_it_raised_or_what_is_known_of_it():
    assert returned_text(Evidence(step({}), np.ones(1))) == "float64 (1,) [1.]"
    assert returned_text(Evidence(step())) == "nothing came back"
    assert returned_text(Evidence(step(RAISED))) == "raised KeyError: 'W'\ndouble, line 2: return x['W']"
    about = {"about": {"type": "list", "length": 3}}
    assert returned_text(Evidence(step(about))) == "a value of type list, length 3"


def test_what_is_expected_is_the_tests_value_or_the_solutions():
    assert expected_text(Evidence(step(), expected=np.ones(1))) == "float64 (1,) [1.]"
    assert expected_text(Evidence(step({}, RAISED))) == "the solution raises KeyError: 'W'"
    about = {"about": {"type": "ndarray", "shape": [2], "dtype": "float64"}}
    assert (
        expected_text(Evidence(step({}, about))) == "a value of type ndarray, shape [2], dtype float64 (the solution)"
    )


def explanation(**more):
    result = ProblemResult(
        id="double",
        score=1,
        max_score=4,
        deductions=[Deduction(reason=Message("3 values returned, 1 asked"), points=0.5)],
        diagnoses=[
            Diagnosis(
                name="tripled",
                kind=Kind.MISCONCEPTION,
                confidence=Confidence.CERTAIN,
                title=Message("Triples."),
                belief=Message("[b]Two is three."),
            )
        ],
        tests=[
            Outcome(
                id="t::a", title=Message(""), verdict=Verdict.NOT_RUN, score=0, max_score=1, message=Message("no time")
            )
        ],
    )
    record = Record(
        assignment="arithmetic",
        student="ada",
        sha256="",
        status=Status.MARKED,
        score=1,
        max_score=4,
        kit_version="",
        tests_sha256="",
        environment={},
        seconds=0,
    )
    given = {
        "result": result,
        "differences": [],
        "tests": [],
        "student_code": {},
        "reply": "",
        "notes": {"tripled": "Ask for 2 x."},
    }
    return Explanation(record=record, problem=result, **{**given, **more})


def failing(name, asks="It doubles.", x=1.0):
    """Return a test that failed, with the call that it made."""
    test = Outcome(
        id=f"t::{name}",
        title=Message(f"About {name}."),
        verdict=Verdict.FAILED,
        score=0,
        max_score=1,
        asks=Message(asks),
        hint=Message("Look at the factor."),
    )
    steps = [{"text": "r = double(x)"}, {"text": f"r[{name!r}]"}]
    return Explained(test, None, ReplayData({"steps": steps}, {"x": np.array([x])}, {}, set()), name)


def test_what_tests_that_ask_the_same_share_is_printed_once():
    text = printed(explanation(tests=[failing("dx"), failing("other", asks="It halves."), failing("dy")]))
    first, second, other = (text.index(f"About {name}.") for name in ("dx", "dy", "other"))
    assert first < second < other
    once = text[first:other]
    assert [once.count(one) for one in ("It doubles.", "Look at the factor.", "x: float64", "r = double(x)")] == [1] * 4
    assert "as above" in text[second:other]
    assert "r['dy']" in text[second:other]
    assert "r = double(x)" in text[other:]


def test_other_inputs_are_printed_though_the_tests_ask_the_same():
    text = printed(explanation(tests=[failing("dx"), failing("dy", x=2.0)]))
    assert text.count("x: float64") == 2


def test_the_reply_is_printed_without_a_frame_and_in_whole_lines():
    text = printed(explanation(reply="Hello,\n\n" + "word " * 40 + "end.\n"))
    assert "\nHello,\n\n" + "word " * 40 + "end.\n" in text


def test_tests_that_were_not_run_for_the_same_reason_are_told_of_together():
    tests = [
        Outcome(id=name, title=Message(""), verdict=Verdict.NOT_RUN, score=0, max_score=1, message=Message(why))
        for name, why in (("t::a", "no time"), ("t::b", "no cache"), ("t::c", "no time"))
    ]
    text = printed(explanation(result=ProblemResult(id="double", score=1, max_score=4, tests=tests)))
    assert "not_run: a, c\nno time\nnot_run: b\nno cache\n" in text


def printed(one):
    file = io.StringIO()
    print_explanation(one, Console(file=file, width=100))
    return file.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "arithmetic, ada, double: 1 of 4 points in the record",
        "0.5 taken off: 3 values returned, 1 asked",
        "certain misconception",
        "Triples. (tripled)",
        "[b]Two is three.",
        "Ask for 2 x.",
        "not_run: a\nno time",
        "No test of this problem failed.",
    ],
)
def test_points_deductions_diagnoses_with_their_notes_and_tests_that_were_not_run_are_told(text):
    assert text in printed(explanation())


def test_how_this_run_differs_from_the_marking_comes_first():
    text = printed(explanation(differences=["numpy was 1.0, and is 2.0 now"]))
    assert text.index("numpy was 1.0") < text.index("points in the record")
    assert "This run is not what was marked" in text
