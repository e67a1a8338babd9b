"""What hidden tests say about answers: what passes, what fails, and what the student reads."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.kernel.call_server import Server
from autograder.testing.case import Answer, Case, open_case
from autograder.testing.expect import TOLERANCE, array, close, distance, note_wider, number, raises, returned, unchanged
from autograder.testing.faults import CheckFailed, StudentError
from autograder.testing.link import LocalLink
from autograder.testing.student import Remote, Student


@pytest.fixture(autouse=True)
def case():
    """The case of a test whose problem's stub defines ``f``."""
    with open_case(Case(functions=("f",))) as opened:
        yield opened


def value_of(value: object) -> Remote:
    """Return what a student's function ``f`` returned."""
    link = LocalLink(Server({"f": lambda: value}))
    return Student(lambda: link).f()


def answer(value: object) -> Answer:
    return Answer("dx", value_of(value))


def test_an_array_of_the_right_shape_is_returned():
    np.testing.assert_array_equal(array(answer(np.ones((2, 3))), (2, 3)), np.ones((2, 3)))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.ones((3, 2)), r"dx has shape \(3, 2\); \(2, 3\) is asked"),
        (np.full((2, 3), np.nan), r"dx holds nan, first at \[0, 0\]"),
        (np.array([[0, 0, 0], [0, -np.inf, 0]]), r"dx holds -inf, first at \[1, 1\]"),
        (None, "dx is None"),
        ([[1], [2, 3]], "dx cannot be read: "),
        ("text", "dx cannot be read"),
        ({"W": np.ones((2, 3))}, "dx is a dict; numbers are asked"),
        (np.ones((2, 3), dtype=object), "dx cannot be read"),
        (np.ones((2, 3), dtype=complex), "dx cannot be read"),
        (np.ones((1000, 1000)), "dx cannot be read: .*larger than what is asked"),
    ],
    ids=["shape", "nan", "infinity", "None", "ragged", "text", "dict", "object", "complex", "huge"],
)
def test_something_else_fails_says_what_was_seen_and_leaves_a_look(value, message, case):
    with pytest.raises(CheckFailed, match=message):
        array(answer(value), (2, 3))
    # Without it, two answers of which nothing is known would be alike.
    assert [look.name for look in case.looks] == ["dx"]


def test_a_list_is_taken_for_an_array_and_noted(case):
    assert array(answer([[1.0, 2.0]]), (1, 2)).tolist() == [[1.0, 2.0]]
    assert [*map(str, case.notes)] == ["dx is a list: an array is asked"]


def test_close_passes_within_the_tolerance_and_fails_beyond_it():
    expected = np.array([1.0, -2.0])
    close(answer(expected * (1 + TOLERANCE)), expected)
    with pytest.raises(CheckFailed):
        close(answer(expected * (1 + 10 * TOLERANCE)), expected)
    close(answer(expected * (1 + 10 * TOLERANCE)), expected, tolerance=100 * TOLERANCE)


def test_close_says_how_many_are_off_and_where_and_shows_no_expected_value():
    expected = np.full((2, 2), 0.123456)
    given = expected.copy()
    given[1, 0] += 1
    with pytest.raises(CheckFailed) as caught:
        close(answer(given), expected)
    assert "1 of 4 elements are off" in str(caught.value.rationale)
    assert "at [1, 0]" in str(caught.value.rationale)
    assert "0.123456" not in str(caught.value.rationale)


def test_rounding_in_a_tiny_element_of_a_large_array_is_not_an_error():
    close(answer(np.array([1e3, 1e-9])), np.array([1e3, 0.0]))


@pytest.mark.parametrize("scale", [1e-12, 1e12])
def test_the_error_is_relative_to_the_arrays_own_scale(scale):
    with pytest.raises(CheckFailed):
        close(answer(np.array([1.0, 2.0]) * scale), np.array([1.0, 2.1]) * scale)


def test_an_array_of_zeros_is_compared_absolutely():
    close(answer(np.full(3, 1e-9)), np.zeros(3))
    with pytest.raises(CheckFailed):
        close(answer(np.full(3, 1e-3)), np.zeros(3))


def test_a_nan_is_never_close():
    assert np.isnan(distance(np.array([np.nan]), np.array([1.0]))).all()
    with pytest.raises(CheckFailed):
        close(answer(np.array([np.nan])), np.array([1.0]))


def test_a_result_that_is_broadcast_is_not_right():
    with pytest.raises(CheckFailed, match="has shape"):
        close(answer(np.float64(1.0)), np.ones(3))


def test_whole_numbers_can_be_close():
    close(answer(np.array([1, 2], dtype=np.uint8)), np.array([1.0, 2.0]))


def test_returned_gives_the_values_by_the_names_of_the_handout():
    first, second = returned(value_of((np.ones(1), np.zeros(2))), "dx", "dw")
    assert (first.name, second.name) == ("dx", "dw")
    array(second, (2,))


def test_more_values_than_asked_cost_a_share_and_the_leading_ones_are_marked(case):
    first, second = returned(value_of((np.ones(1), 2, 3)), "dx", "dw")
    array(first, (1,))
    assert number(second) == 2
    assert str(case.extra) == "3 values returned, 2 asked: dx, dw"


def test_more_values_of_another_problems_function_cost_nothing(case):
    case.functions = ("g",)
    returned(value_of((1, 2, 3)), "dx", "dw")
    assert case.extra is None


def test_of_fewer_values_the_missing_ones_fail_when_they_are_looked_at():
    first, second = returned(value_of((np.ones(1),)), "dx", "dw")
    array(first, (1,))
    with pytest.raises(CheckFailed, match=r"dw is missing: returned 1 of the 2 values that are asked \(dx, dw\)"):
        array(second, (1,))


def test_one_value_where_several_are_asked_is_the_first():
    first, second = returned(value_of(np.ones(2)), "dx", "dw")
    array(first, (2,))
    with pytest.raises(CheckFailed, match="dw is missing"):
        second.remote()


def test_a_list_is_one_value_where_one_is_asked_and_several_where_several_are():
    (only,) = returned(value_of([1.0, 2.0]), "y")
    array(only, (2,))
    first, _ = returned(value_of([np.ones(1), 2]), "y", "cache")
    array(first, (1,))


def test_returning_nothing_fails_as_such():
    (only,) = returned(value_of(None), "y")
    with pytest.raises(CheckFailed, match="The function returned None: is its return missing"):
        array(only, (2,))


@pytest.mark.parametrize("value", [1.5, np.float32(1.5), np.array(1.5), np.array([[1.5]]), [1.5]], ids=repr)
def test_one_number_may_come_in_any_form(value):
    assert number(answer(value)) == 1.5


@pytest.mark.parametrize("value", [np.ones(2), np.nan, np.inf, None, "1.5", np.ones(0)], ids=repr)
def test_what_is_not_one_finite_number_fails(value):
    with pytest.raises(CheckFailed):
        number(answer(value))


def test_a_tuple_of_the_rows_of_the_only_value_is_that_value():
    (rows,) = returned(value_of((np.ones(3), np.zeros(3))), "y", dimensions=2)
    assert array(rows, (2, 3)).tolist() == [[1, 1, 1], [0, 0, 0]]
    (first,) = returned(value_of((np.ones((2, 3)), "cache")), "y", dimensions=2)
    array(first, (2, 3))


def test_a_dict_is_one_value():
    (only,) = returned(value_of({"a": 1}), "grads")
    assert only.remote()["a"] is not None


def test_float64_for_float32_is_noted(case):
    note_wider(answer(np.zeros(1, np.float32)))
    assert case.notes == []
    note_wider(answer(np.zeros(1)))
    assert [*map(str, case.notes)] == ["dx is float64 for float32 input"]


@pytest.mark.parametrize("shape", [(2, 3), (None, 3), (2, None), None])
def test_axes_may_be_of_any_length(shape):
    assert array(answer(np.ones((2, 3))), shape).shape == (2, 3)


@pytest.mark.parametrize(
    ("shape", "told"), [((None, 4), r"\(any, 4\)"), ((None,), r"\(any,\)"), ((None,) * 3, "any, any")]
)
def test_the_known_axes_are_checked(shape, told):
    with pytest.raises(CheckFailed, match=rf"dx has shape \(2, 3\); .*{told}.* is asked"):
        array(answer(np.ones((2, 3))), shape)


@pytest.mark.parametrize(
    ("values", "kind", "told"),
    [
        (np.ones(2), "integer", "dx is of type float64; an integer type is asked"),
        (np.ones(2, int), "float", "dx is of type int64; a floating-point type is asked"),
        (np.ones(2, int), "bool", "dx is of type int64; the type bool is asked"),
    ],
)
def test_a_kind_of_type_is_asked_for_where_the_handout_does(values, kind, told):
    with pytest.raises(CheckFailed, match=told):
        array(answer(values), (2,), kind)
    array(answer(values.astype({"integer": np.uint8, "float": np.float32, "bool": bool}[kind])), (2,), kind)


def test_arguments_that_a_call_writes_into_are_named():
    def f(x, w, out):
        w += 1
        out[:] = x

    link = LocalLink(Server({"f": f, "right": lambda *given: None}))
    student = Student(lambda: link)
    given = np.zeros(2), np.ones(2), np.ones(2)
    unchanged(student.right(*given), "x", "w", "out")
    unchanged(student.f(*given), "x", "", "")
    with pytest.raises(CheckFailed, match="w, out changed in place; this function must leave") as caught:
        unchanged(student.f(*given), "x", "w", "out")
    assert "x = x + 1" in str(caught.value.hint)
    with pytest.raises(CheckFailed, match=r"^out changed in place"):
        unchanged(student.f(*given), "x", "", "out")


def test_what_a_call_returned_is_an_answer_called_by_the_function():
    close(value_of([1.0, 2.0]), [1, 2])
    assert array(value_of(np.ones(2)), (2,)).tolist() == [1, 1]
    assert number(value_of(3)) == 3
    with pytest.raises(CheckFailed, match=r"^f\(…\) is None$"):
        close(value_of(None), [1, 2])
    with pytest.raises(CheckFailed, match=r"^f\[1\] is None$"):
        number(value_of((1, None))[1])


@pytest.mark.parametrize("given", [3.0, np.ones(2), returned])
def test_what_is_no_answer_is_the_authors_fault_and_says_what_to_give(given):
    with pytest.raises(TypeError, match=r"no answer of the student's: give what a call such as student.f\(x\)"):
        close(given, [1, 2])


class Missing(KeyError):
    """Of a student's own."""


def student_that_raises(fault: type[BaseException] | None) -> Student:
    def f(town: str) -> str:
        if fault is not None:
            raise fault(town)
        return town

    link = LocalLink(Server({"f": f}))
    return Student(lambda: link)


@pytest.mark.parametrize(
    ("fault", "asked"),
    [
        (KeyError, KeyError),
        (KeyError, LookupError),
        (Missing, KeyError),
        (Missing, "Missing"),
        (NotImplementedError, NotImplementedError),
    ],
)
def test_a_call_that_raises_what_is_asked_passes(fault, asked):
    raises(asked, student_that_raises(fault).f, "Ulm")


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (None, "^f raises nothing; KeyError is asked$"),
        (ValueError, "^f raises ValueError; KeyError is asked$"),
        (type("Ulm", (Exception,), {}), "^f raises an exception; KeyError is asked$"),
    ],
)
def test_a_call_that_raises_something_else_fails_and_names_no_exception_but_pythons(fault, message, case):
    with pytest.raises(CheckFailed, match=message):
        raises(KeyError, student_that_raises(fault).f, "Ulm")
    assert [look.name for look in case.looks] == ["f"]


@pytest.mark.parametrize("asked", [Exception, RuntimeError])
def test_a_stub_does_not_raise_what_is_asked(asked):
    with pytest.raises(StudentError, match="NotImplementedError"):
        raises(asked, student_that_raises(NotImplementedError).f, "Ulm")


def test_a_function_that_is_not_there_does_not_raise_what_is_asked():
    with pytest.raises(StudentError, match="g is not defined"):
        raises(Exception, student_that_raises(None).g, "Ulm")
