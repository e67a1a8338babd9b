"""What stand-ins are answered, and what not: whatever they ask, it is bounded, and never a fault of the grader's."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.assignment import Assignment
from autograder.course import CourseError
from autograder.kernel import standin, wire
from autograder.limits import StandInLimits
from autograder.link import reframed
from autograder.pairs import read_pairs
from autograder.standins import StandIns
from tests.autograder import scaling
from tests.autograder.scaling import add_scaling

X, W = np.arange(6.0).reshape(3, 2), np.array([2.0, -1.0])


@pytest.fixture
def pair_assignment(course, tmp_path):
    """The tiny assignment with a pair, in the copy of the tiny course."""
    add_scaling(tmp_path / "copy", course)
    return Assignment(course, scaling.NAME)


@pytest.fixture
def answers(pair_assignment):
    return StandIns(pair_assignment, pair_assignment.pairs, StandInLimits(axis=100, elements=1000, questions=20))


@pytest.fixture
def pair(answers):
    """Stand-ins for both functions, as student code has them."""
    made = standin.stand_ins(answers.names, lambda question: reframed(answers.answer(reframed(question))))
    return made["scale_forward"], made["scale_backward"]


def test_they_return_what_the_solution_does(pair):
    forward, backward = pair
    out, cache = forward(X, w=W)
    dx, dw = backward(np.ones_like(out), cache)
    assert np.array_equal(out, X * W)
    assert np.array_equal(dx, np.broadcast_to(W, X.shape))
    assert np.array_equal(dw, X.sum(axis=0))


@pytest.mark.parametrize("type", [np.float32, np.float16, np.int8, bool])
def test_numbers_of_any_kind_are_taken_and_float32_stays(pair, type):
    out, _ = pair[0](X.astype(type), W.astype(type))
    assert out.dtype == (np.float32 if type is np.float32 else np.float64)
    assert np.allclose(out, X.astype(type).astype(float) * W.astype(type).astype(float))


def test_a_list_is_taken_for_an_array(pair):
    assert np.array_equal(pair[0](X.tolist(), W.tolist())[0], X * W)


@pytest.mark.parametrize(
    ("args", "kwargs", "fault", "text"),
    [
        ((X,), {}, TypeError, "lacks the argument w"),
        ((X, W, W), {}, TypeError, "takes 2 arguments"),
        ((X, W), {"w": W}, TypeError, "does not fit"),
        ((X, W), {"bias": W}, TypeError, "does not fit"),
        ((X, None), {}, TypeError, "an array is asked"),
        ((X, W[:1]), {}, ValueError, "has shape"),
        ((X[0], W), {}, ValueError, "has shape"),
        ((X[:, :, None], W), {}, ValueError, "has shape"),
        ((np.zeros((101, 1)), np.zeros(1)), {}, ValueError, "larger than a test needs"),
        ((np.zeros((50, 50)), np.zeros(50)), {}, ValueError, "larger than a test needs"),
        ((np.zeros((0, 101)), np.zeros(101)), {}, ValueError, "larger than a test needs"),
        ((X.astype(complex), W), {}, ValueError, "an array of numbers is asked"),
        ((X.astype(np.longdouble), W), {}, ValueError, "an array of numbers is asked"),
        ((X.astype(object), W), {}, TypeError, "an array is asked"),
        ((np.zeros((1,) * 30), W), {}, ValueError, "has shape"),
    ],
)
def test_what_does_not_fit_raises_in_the_code_that_asks(pair, answers, args, kwargs, fault, text):
    with pytest.raises(fault, match=text):
        pair[0](*args, **kwargs)
    assert np.array_equal(pair[0](X, W)[0], X * W), "the next question is answered"


@pytest.mark.parametrize("look", [len, list, lambda c: c[0], lambda c: c.x, lambda c: 1 in c, lambda c: (*c, 1)])
def test_a_cache_cannot_be_looked_into_and_the_grader_hears_of_it(pair, answers, look):
    _, cache = pair[0](X, W)
    with pytest.raises(
        (TypeError, AttributeError), match="the cache of scale_forward can only be handed to scale_back"
    ):
        look(cache)
    assert answers.looked == {"scale_forward"}


def test_a_cache_may_be_kept_in_lists_and_object_arrays_and_compared_with_none(pair, answers):
    _, cache = pair[0](X, W)
    kept = np.empty(1, dtype=object)
    kept[0] = cache
    assert cache is not None
    assert cache
    pair[1](X, kept[0])
    assert not answers.looked


@pytest.mark.parametrize("made_up", [(X, W), 1, None, X, standin.Cache(99, ("scale_forward", "scale_backward"), None)])
def test_a_cache_that_was_not_given_is_an_error_of_the_code_that_asks(pair, answers, made_up):
    pair[0](X, W)
    with pytest.raises((TypeError, ValueError)):
        pair[1](X, made_up)
    assert answers.replaced <= {"scale_backward"}


def test_a_cache_of_an_earlier_test_is_not_known_any_more(pair, answers):
    _, cache = pair[0](X, W)
    answers.begin_test()
    pair[0](X, W)
    with pytest.raises(TypeError, match="in this test"):
        pair[1](X, cache)


def test_the_gradient_from_outside_must_have_the_shape_of_the_output(pair):
    _, cache = pair[0](X, W)
    with pytest.raises(ValueError, match=r"has shape \(1, 2\)"):
        pair[1](X[:1], cache)


def question(function, *args):
    return {"dict": [["function", function], ["args", {"list": list(args)}], ["kwargs", {"dict": []}]]}


@pytest.mark.parametrize(
    "form",
    [
        None,
        [],
        {"dict": [["function", "twice"], ["args", {"list": []}]]},
        {"dict": [["function", "__class__"]]},
        {"dict": [["function", {"list": []}]]},
        {"dict": [["function", "scale_forward"], ["args", 1], ["kwargs", 1]]},
        question("scale_forward", {"npy": 0}, {"npy": 0}),
        question("scale_backward", {"ref": -1}, {"ref": 10**30}),
        {"dict": [["looked", {"list": []}]]},
        {"ref": 1},
    ],
)  # fmt: skip
def test_a_malformed_question_is_answered_with_an_error_or_nothing(answers, form):
    reply = answers.answer(wire.Message({"ask": form}, [b"no array"]))
    assert reply.content.get("answer") is None
    assert not answers.looked


def test_one_test_may_ask_so_many_questions_and_the_next_as_many_again(pair, answers):
    for _ in range(20):
        pair[0](X, W)
    with pytest.raises(RuntimeError, match="more of the functions it is built on than it may"):
        pair[0](X, W)
    assert answers.exhausted
    answers.begin_test()
    pair[0](X, W)


@pytest.mark.parametrize("limits", [StandInLimits(bytes=1000), StandInLimits(seconds=0.0)])
def test_bytes_and_seconds_are_limited_too(pair_assignment, limits):
    answers = StandIns(pair_assignment, pair_assignment.pairs, limits)
    made = standin.stand_ins(answers.names, lambda question: reframed(answers.answer(reframed(question))))

    def ask_often():
        for _ in range(20):
            made["scale_forward"](X, W)

    with pytest.raises(RuntimeError, match="than it may"):
        ask_often()


def test_who_asks_without_end_is_ended(answers):
    for _ in range(20 + 100):
        answers.answer(wire.Message({"ask": None}))
    with pytest.raises(wire.WireError, match="without end"):
        answers.answer(wire.Message({"ask": None}))


def test_what_the_solution_raises_is_told_without_its_words(pair_assignment, monkeypatch):
    def secret(x, w):
        raise IndexError("np.secret_of_the_solution")

    monkeypatch.setattr(pair_assignment.reference, "scale_forward", secret)
    answers = StandIns(pair_assignment, pair_assignment.pairs, StandInLimits())
    made = standin.stand_ins(answers.names, lambda question: reframed(answers.answer(reframed(question))))
    with pytest.raises(IndexError, match="cannot be computed for these arguments") as caught:
        made["scale_forward"](X, W)
    assert "secret" not in str(caught.value)


ENTRY = {
    "pair": ["scale_forward", "scale_backward"],
    "takes": {"x": "N D", "w": "D"},
    "gives": "N D",
    "used_by": ["twice"],
}


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"pair": ["scale_forward"]}, "two functions"),
        ({"takes": {}}, "takes must be given"),
        ({"pair": ["scale_forward", "backwards"]}, "no problem asks for backwards"),
        ({"used_by": ["thrice"]}, "used_by names thrice"),
        ({"used_by": ["scale_backward"]}, "scale_backward cannot be built on scale_backward"),
        ({"gives": "N M"}, "the axis M, which no argument has"),
        ({"integers": ["y"]}, "integers names y"),
        ({"takes": {"x": "N ...", "w": "D"}}, "the dots must come first"),
    ],
)  # fmt: skip
def test_a_pair_that_is_declared_wrongly_is_refused_and_named(pair_assignment, change, text):
    with pytest.raises(CourseError, match=text):
        read_pairs([{**ENTRY, **change}], pair_assignment.problems)
