"""What stand-ins are answered, and what not: whatever they ask, it is bounded, and never a fault of the grader's."""

from __future__ import annotations

import copy
import shutil
from collections import namedtuple
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import msgspec
import numpy as np
import pytest

from autograder.course.assignment import Assignment
from autograder.course.assignment_settings import StandInSettings
from autograder.course.course import Course
from autograder.course.limits import StandInLimits
from autograder.course.problem import Problem
from autograder.course.stand_in_entries import read_entries
from autograder.kernel import stand_in, wire
from autograder.kernel.stand_in import Own
from autograder.testing.link import reframed
from autograder.testing.stand_ins import StandIns
from tests.support import scaling
from tests.support.scaling import add_scaling

X, W = np.arange(6.0).reshape(3, 2), np.array([2.0, -1.0])


@pytest.fixture(scope="module")
def pair_course(made_course, tmp_path_factory):
    """A copy of the tiny course, with the tiny assignment with a pair. Nobody changes it."""
    root = tmp_path_factory.mktemp("pair") / "copy"
    shutil.copytree(made_course, root)
    course = Course(root / "course")
    add_scaling(course)
    return course


@pytest.fixture
def pair_assignment(pair_course, monkeypatch):
    """The tiny assignment with a pair."""
    monkeypatch.delenv("AUTOGRADER_SALT", raising=False)
    return Assignment(pair_course, scaling.NAME)


@pytest.fixture
def answers(pair_assignment):
    return StandIns(pair_assignment, pair_assignment.stand_ins, StandInLimits(axis=100, elements=1000, questions=20))


def stood_in(answers, own=None):
    """Return stand-ins for both functions, as student code has them; ``own`` are the student's, by name."""
    makes = stand_in.makers(
        answers.arranged, answers.own, lambda question: reframed(answers.answer(reframed(question)))
    )
    return [make((own or {}).get(name)) for name, make in makes.items()]


@pytest.fixture
def pair(answers):
    """Stand-ins where the student has no functions of these names."""
    return stood_in(answers)


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
        ((X,), {}, TypeError, r"takes 2 arguments here \(x, w\); 1 came"),
        ((X, W, W), {}, TypeError, "3 came"),
        ((X, W), {"w": W}, TypeError, "3 came"),
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


@pytest.mark.parametrize(
    "made_up", [(X, W), 1, None, X, stand_in.Cache(("scale_forward", "scale_backward"), lambda: None)]
)
def test_a_cache_that_was_not_given_is_an_error_of_the_code_that_asks(pair, answers, made_up):
    pair[0](X, W)
    with pytest.raises(TypeError, match="takes only a cache that scale_forward returned"):
        pair[1](X, made_up)
    assert answers.unknown == {"scale_backward"}


def test_the_gradient_from_outside_must_have_the_shape_of_the_output(pair):
    _, cache = pair[0](X, W)
    with pytest.raises(ValueError, match=r"has shape \(1, 2\)"):
        pair[1](X[:1], cache)


Form = namedtuple("Form", "out kept")
FORMS = {
    "a tuple": lambda out, kept: (out, kept),
    "a list": lambda out, kept: [out, kept],
    "a named tuple": Form,
}


def known(pair_assignment, forward, backward=Own.WRONG):
    own = {"scale_forward": forward, "scale_backward": backward}
    return StandIns(pair_assignment, pair_assignment.stand_ins, StandInLimits(), own)


def test_a_right_forward_function_stays_and_is_not_answered_for(pair_assignment):
    answers, results = known(pair_assignment, Own.RIGHT), []

    def own(x, w):
        results.append((x * w, {"x": x, "mine": True}))
        x *= 0  # what it was called with is known from before
        return results[-1]

    forward, backward = stood_in(answers, {"scale_forward": own})
    x = X.copy()
    result = forward(x, W)
    assert result is results[0]
    assert np.array_equal(backward(np.ones_like(X), result[1])[1], X.sum(axis=0))
    assert answers.asked == 1
    reply = answers.answer(wire.WireMessage({"ask": question("scale_forward")}))
    assert "no stand-in of that name" in reply.content["error"]["text"]


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_of_a_wrong_forward_function_the_output_alone_is_replaced(pair_assignment, form):
    def own(x, w):
        return form(x + w, {"x": x, "w": w, "sizes": x.shape})

    forward, backward = stood_in(known(pair_assignment, Own.WRONG), {"scale_forward": own})
    result = forward(X, W)
    assert type(result) is type(form(0, 0))
    assert np.array_equal(result[0], X * W)
    assert result[1]["sizes"] == X.shape
    assert np.array_equal(backward(np.ones_like(X), result[1])[0], np.broadcast_to(W, X.shape))


def test_a_cache_that_holds_the_wrong_output_holds_the_right_one_then(pair_assignment):
    def own(x, w):
        out = x + w
        return out, (x, w, out)

    forward, _ = stood_in(known(pair_assignment, Own.WRONG), {"scale_forward": own})
    _, cache = forward(X, W)
    assert np.array_equal(cache[2], X * W)


def test_an_output_that_is_an_argument_is_not_written_into(pair_assignment):
    forward, _ = stood_in(known(pair_assignment, Own.WRONG), {"scale_forward": lambda x, w: (x, (x, w))})
    out, cache = forward(X, W)
    assert np.array_equal(out, X * W)
    assert np.array_equal(cache[0], X)
    assert np.array_equal(X, np.arange(6.0).reshape(3, 2))


def test_a_wrong_forward_function_cannot_spoil_what_it_is_given(pair_assignment):
    def own(x, w):
        w.fill(0)
        return x, None

    forward, _ = stood_in(known(pair_assignment, Own.WRONG), {"scale_forward": own})
    w = W.copy()
    forward(X, w=w)
    assert np.array_equal(w, W)


@pytest.mark.parametrize("own", [lambda x, w: x * w, lambda x, w: (x * w, None)], ids=["no cache", "None"])
def test_a_right_forward_function_without_a_cache_has_one_that_can_only_be_handed_on(pair_assignment, own):
    answers = known(pair_assignment, Own.RIGHT)
    forward, backward = stood_in(answers, {"scale_forward": own})
    out, cache = forward(X, W)
    assert np.array_equal(out, X * W)
    assert np.array_equal(backward(np.ones_like(X), cache)[1], X.sum(axis=0))
    assert answers.asked == 1


@pytest.mark.parametrize(
    "own",
    [lambda x, w: x, lambda x, w: (x, None), lambda x, w: 1 / 0, lambda x: x, None],
    ids=["no cache", "None", "raises", "takes others", "not defined"],
)
def test_without_a_cache_of_the_students_there_is_one_that_can_only_be_handed_on(pair_assignment, own):
    answers = known(pair_assignment, Own.WRONG)
    forward, backward = stood_in(answers, {"scale_forward": own})
    out, cache = forward(X, W)
    assert np.array_equal(out, X * W)
    assert np.array_equal(backward(np.ones_like(X), cache)[1], X.sum(axis=0))
    with pytest.raises(stand_in.CacheError):
        cache[0]
    assert answers.looked == {"scale_forward"}


def test_a_function_that_did_not_end_is_not_called_again(pair_assignment):
    def own(*_):
        raise AssertionError("called")

    answers = known(pair_assignment, Own.UNUSABLE, Own.UNUSABLE)
    forward, backward = stood_in(answers, {"scale_forward": own, "scale_backward": own})
    out, cache = forward(X, W)
    backward(out, cache)


@dataclass
class Kept:
    x: np.ndarray
    w: np.ndarray


@pytest.mark.parametrize(
    ("cached", "handed"),
    [
        (tuple, copy.deepcopy),
        (tuple, list),
        (tuple, lambda cache: (*cache, 7)),
        (tuple, lambda cache: (X.copy(), W.copy())),
        (list, tuple),
        (lambda parts: Kept(*parts), copy.copy),
        (lambda parts: Kept(*parts), copy.deepcopy),
        (lambda parts: {"x": parts[0], "w": parts[1]}, lambda cache: {**cache, "t": 0}),
        (lambda parts: parts[0], np.copy),
        (lambda parts: [parts, [None, 1.5]], copy.deepcopy),
        (lambda parts: np.array([*parts, None], dtype=object), copy.deepcopy),
    ],
)
def test_a_cache_is_known_by_what_is_in_it_when_it_is_another_object(pair_assignment, cached, handed):
    own = {"scale_forward": lambda x, w: (x * w, cached((x.copy(), w)))}
    forward, backward = stood_in(known(pair_assignment, Own.RIGHT), own)
    (_, first), _ = forward(X, W), forward(-X, W)
    made = handed(first)
    assert made is not first
    assert np.array_equal(backward(np.ones_like(X), made)[1], X.sum(axis=0))


@pytest.mark.parametrize("handed", [(X,), (X, W + 1), (W, X), (0, 1), ()])
def test_less_or_other_than_a_cache_is_not_taken_for_it(pair_assignment, handed):
    own = {"scale_forward": lambda x, w: (x * w, (x.copy(), w))}
    forward, backward = stood_in(known(pair_assignment, Own.RIGHT), own)
    forward(X, W)
    with pytest.raises(TypeError, match="takes only a cache"):
        backward(X, handed)


def test_plain_values_alone_are_no_cache_that_is_known_by_its_content(pair_assignment):
    forward, backward = stood_in(known(pair_assignment, Own.RIGHT), {"scale_forward": lambda x, w: (x * w, [1, 2])})
    forward(X, W)
    with pytest.raises(TypeError, match="takes only a cache"):
        backward(X, [1, 2])


def test_of_calls_that_return_one_object_the_last_that_was_not_asked_for_is_meant(pair_assignment):
    shared = []
    forward, backward = stood_in(known(pair_assignment, Own.RIGHT), {"scale_forward": lambda x, w: (x * w, shared)})
    for factor in (1, 2, 3):
        forward(factor * X, W)
    found = [backward(np.ones_like(X), shared)[1] / X.sum(axis=0) for _ in range(4)]
    assert np.array_equal(np.array(found)[:, 0], [3, 2, 1, 3])


def test_a_cache_too_large_to_be_looked_through_is_known_as_the_object_alone(pair_assignment):
    deep: list[Any] = [X]
    for _ in range(100):
        deep = [deep]
    for large in (deep, [0] * 10**5, np.zeros(1 << 21)):
        answers = known(pair_assignment, Own.RIGHT)
        forward, backward = stood_in(answers, {"scale_forward": lambda x, w, kept=large: (x * w, kept)})
        forward(X, W)
        backward(X, large)
        with pytest.raises(TypeError, match="takes only a cache"):
            backward(X, copy.deepcopy(large))


def test_a_right_backward_function_is_called_with_a_cache_that_nobody_knows(pair_assignment):
    answers = known(pair_assignment, Own.WRONG, Own.RIGHT)
    _, backward = stood_in(answers, {"scale_backward": lambda dout, cache: "own"})
    assert backward(X, (X, W)) == "own"
    assert answers.unknown == {"scale_backward"}


Gradients = namedtuple("Gradients", "dx dw")


@pytest.mark.parametrize("own", [lambda dout, cache: Gradients(dout, 0), lambda dout, cache: [dout, 0]])
def test_gradients_come_in_the_form_of_the_students_own(pair_assignment, own):
    spoils = {"scale_backward": lambda dout, cache: (cache[0].fill(0), dout.fill(0), own(dout, cache))[-1]}
    forward, backward = stood_in(
        known(pair_assignment, Own.RIGHT), {**spoils, "scale_forward": lambda x, w: (x * w, (x, w))}
    )
    x, dout = X.copy(), np.ones_like(X)
    gradients = backward(dout, forward(x, W)[1])
    assert type(gradients) is type(own(0, 0))
    assert np.array_equal(gradients[1], X.sum(axis=0))
    assert np.array_equal(x, X), "the wrong function was tried out on copies"
    assert dout.all()


def test_arguments_by_name_have_the_names_that_the_student_gave_them(pair_assignment):
    own = {
        "scale_forward": lambda inputs, factors: (inputs * factors, (inputs, factors)),
        "scale_backward": lambda upstream, kept: None,
    }
    forward, backward = stood_in(known(pair_assignment, Own.RIGHT), own)
    _, cache = forward(factors=W, inputs=X)
    assert np.array_equal(backward(kept=cache, upstream=np.ones_like(X))[1], X.sum(axis=0))


def question(function, *args):
    return {"dict": [["function", function], ["args", {"list": list(args)}]]}


@pytest.mark.parametrize(
    "form",
    [
        None,
        [],
        {"dict": [["function", "twice"], ["args", {"list": []}]]},
        {"dict": [["function", "__class__"]]},
        {"dict": [["function", {"list": []}]]},
        {"dict": [["function", "scale_forward"], ["args", 1]]},
        question("scale_forward", {"npy": 0}, {"npy": 0}),
        question("scale_backward", {"ref": -1}),
        {"dict": [["function", "scale_backward"], ["args", {"list": [1]}], ["inputs", {"ref": 10**30}]]},
        {"dict": [["function", "scale_backward"], ["args", {"list": [1]}], ["inputs", {"list": []}]]},
        {"dict": [["looked", {"list": []}]]},
        {"dict": [["looked", {"npy": 0}]]},
        {"dict": [["unknown", {"npy": 0}]]},
        {"dict": [["unknown", "twice"]]},
        {"ref": 1},
    ],
)
@pytest.mark.parametrize("array", [b"no array", wire.dump_array(np.arange(3.0))])
def test_a_malformed_question_is_answered_with_an_error_or_nothing(answers, form, array):
    reply = answers.answer(wire.WireMessage({"ask": form}, [array]))
    assert reply.content.get("answer") is None
    assert not answers.looked
    assert not answers.unknown


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
    answers = StandIns(pair_assignment, pair_assignment.stand_ins, limits)
    forward, _ = stood_in(answers)

    def ask_often():
        for _ in range(20):
            forward(X, W)

    with pytest.raises(RuntimeError, match="than it may"):
        ask_often()


def test_who_asks_without_end_is_ended(answers):
    for _ in range(20 + 100):
        answers.answer(wire.WireMessage({"ask": None}))
    with pytest.raises(wire.WireError, match="without end"):
        answers.answer(wire.WireMessage({"ask": None}))


def test_what_the_solution_raises_is_told_without_its_words(pair_assignment, monkeypatch):
    def secret(x, w):
        raise IndexError("np.secret_of_the_solution")

    monkeypatch.setattr(pair_assignment.reference, "scale_forward", secret)
    answers = StandIns(pair_assignment, pair_assignment.stand_ins, StandInLimits())
    forward, _ = stood_in(answers)
    with pytest.raises(IndexError, match="cannot be computed for these arguments") as caught:
        forward(X, W)
    assert "secret" not in str(caught.value)


def rotate(x, y, by):
    return x * by - y, x + y * by, (x, y, by)


def rotate_backward(du, dv, cache):
    x, y, by = cache
    return du * by + dv, dv * by - du, (du * x + dv * y).sum()


def split(x, k):
    return x[:k], x[k:].sum(axis=0)


def counts(x, k):
    return np.bincount(x, minlength=k)


def total(x, power=1, scale=1.0):
    return scale * np.sum(x**power)


SOLUTION = SimpleNamespace(rotate=rotate, rotate_backward=rotate_backward, split=split, counts=counts, total=total)
TABLES = [
    {
        "pair": ["rotate", "rotate_backward"],
        "takes": {"x": "N", "y": "N", "by": ""},
        "gives": ["N", "N"],
        "used_by": ["walk"],
    },
    {
        "function": "split",
        "takes": {"x": "N D", "k": ""},
        "integers": ["k"],
        "gives": ["k D", "D"],
        "used_by": ["walk"],
    },
    {"function": "counts", "takes": {"x": "N", "k": ""}, "integers": ["x", "k"], "gives": "k", "used_by": ["walk"]},
    {"function": "total", "takes": {"x": "...", "power": "", "scale": ""}, "gives": "", "used_by": ["walk"]},
]
NAMES = ("rotate", "rotate_backward", "split", "counts", "total", "walk")
FOUR, OTHERS = np.arange(4.0), np.array([3.0, 1.0, -1.0, 0.5])


@pytest.fixture
def further():
    """What answers for functions of several outputs, and for functions without a backward function."""
    problems = {name: Problem(name, 1.0, f"test_{name}", (name,), manual=False) for name in NAMES}
    assignment: Any = SimpleNamespace(reference=SOLUTION)
    settings = msgspec.convert(TABLES, list[StandInSettings])
    return StandIns(assignment, read_entries(settings, problems), StandInLimits(axis=100))


def replaced(answers, **own):
    """Return all stand-ins, by name."""
    return SimpleNamespace(**dict(zip(NAMES, stood_in(answers, own), strict=False)))


def test_all_outputs_are_right_and_a_gradient_for_each_comes_back(further):
    code = replaced(further)
    u, v, cache = code.rotate(FOUR, OTHERS, 2.0)
    np.testing.assert_array_equal([u, v], rotate(FOUR, OTHERS, 2.0)[:2])
    found = code.rotate_backward(u, v, cache)
    for one, right in zip(found, rotate_backward(u, v, (FOUR, OTHERS, 2.0)), strict=True):
        np.testing.assert_array_equal(one, right)


def test_a_plain_zero_is_a_gradient_of_zeros(further):
    code = replaced(further)
    u, _, cache = code.rotate(FOUR, OTHERS, 2.0)
    np.testing.assert_array_equal(code.rotate_backward(u, 0, cache)[1], -u)
    with pytest.raises(ValueError, match=r"dv has shape \(3,\)"):
        code.rotate_backward(u, u[:3], cache)
    with pytest.raises(TypeError, match=r"takes 2 arguments here \(du, dv\); 1 came"):
        code.rotate_backward(u, cache)


def test_of_a_wrong_function_of_several_outputs_the_cache_stays(further):
    kept = []

    def own(x, y, by):
        u = x + y
        kept.append((u, x, y, by))
        return u, -y, kept[-1]

    u, v, cache = replaced(further, rotate=own).rotate(FOUR, OTHERS, 2.0)
    np.testing.assert_array_equal([u, v], rotate(FOUR, OTHERS, 2.0)[:2])
    assert cache is kept[0]
    np.testing.assert_array_equal(cache[0], u)


def test_outputs_that_are_one_array_do_not_overwrite_each_other(further):
    def own(x, y, by):
        u = x + y
        return u, u, (x, y, by)

    u, v, _ = replaced(further, rotate=own).rotate(FOUR, OTHERS, 2.0)
    np.testing.assert_array_equal([u, v], rotate(FOUR, OTHERS, 2.0)[:2])


def test_where_an_output_is_missing_there_is_a_cache_that_can_only_be_handed_on(further):
    code = replaced(further, rotate=lambda x, y, by: (x, (x, y, by)))
    u, v, cache = code.rotate(FOUR, OTHERS, 2.0)
    assert isinstance(cache, stand_in.Cache)
    np.testing.assert_array_equal(code.rotate_backward(u, v, cache)[0], u * 2 + v)


Parts = namedtuple("Parts", "first rest")


@pytest.mark.parametrize(
    ("own", "form"),
    [
        (None, tuple),
        (lambda x, k: [x, x, "more"], list),
        (lambda x, k: Parts(x, x), Parts),
        (lambda x, k: x, tuple),
        (lambda x, k: (x,), tuple),
        (lambda x, k: 1 / 0, tuple),
    ],
    ids=["none", "a list", "a named tuple", "an array", "too few", "raises"],
)
def test_a_function_without_a_backward_one_has_all_its_values_replaced_in_its_own_form(further, own, form):
    result = replaced(further, **({"split": own} if own else {})).split(FOUR.reshape(2, 2), 1)
    assert type(result) is form
    np.testing.assert_array_equal(result[0], [[0, 1]])
    np.testing.assert_array_equal(result[1], [2, 3])


def test_values_after_those_that_are_declared_stay(further):
    assert replaced(further, split=lambda x, k: (x, x, "more")).split(FOUR.reshape(2, 2), 1)[2] == "more"
    output, more = replaced(further, counts=lambda x, k: (x, "more")).counts(np.array([0, 2]), 3)
    assert (output.tolist(), more) == ([1, 0, 1], "more")


def test_one_value_is_an_array_a_list_or_a_number(further):
    words = np.array([0, 2, 2])
    assert replaced(further, counts=lambda x, k: [0]).counts(words, 4) == [1, 0, 2, 0]
    assert replaced(further, counts=lambda x, k: x).counts(words, 4).tolist() == [1, 0, 2, 0]
    assert replaced(further).total(FOUR.reshape(2, 2)) == 6


def test_arguments_that_have_defaults_may_be_left_out(further):
    code = replaced(further, total=lambda x, power=1, scale=1.0: None)
    assert code.total(FOUR) == 6
    assert code.total(FOUR, 2) == 14
    assert code.total(FOUR, scale=3.0) == 18, "what is left out before a named argument is known from the signature"
    with pytest.raises(TypeError, match=r"takes 2 arguments here \(x, k\); 1 came"):
        code.counts(np.array([0]))


def test_a_function_that_is_right_and_has_no_backward_one_stays_itself(further):
    further.own["total"] = Own.RIGHT
    assert replaced(further, total=total).total is total


@pytest.mark.parametrize(
    ("k", "text"), [(-1, "k is -1"), (10**6, "k is 1000000"), (2.0, "integers are asked"), ([1], r"k has shape \(1,\)")]
)
def test_a_size_is_bounded_before_anything_is_computed(further, k, text):
    with pytest.raises((ValueError, IndexError), match=text):
        replaced(further).counts(np.array([0]), k)
