"""What a hidden test can do with a student's functions, and what strange replies come to."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.kernel import wire
from autograder.kernel.call_server import Server
from autograder.kernel.wire import WireError, WireMessage
from autograder.reports.explain.transcript import RecordingLink, Transcript
from autograder.testing import student as remote
from autograder.testing.case import Case
from autograder.testing.faults import StudentError
from autograder.testing.link import LocalLink
from autograder.testing.student import Observations, Student, apart, fetch


def student_of(**names: object) -> Student:
    """Return a student whose code defines these names, in this process."""
    link = LocalLink(Server(names))
    return Student(lambda: link)


class Replies:
    """A link to a kernel that answers whatever it likes."""

    def __init__(self, *contents: dict) -> None:
        self.contents = list(contents)

    def exchange(self, _message: WireMessage, room: int = 0) -> WireMessage:
        return wire.read_frame(_receive(wire.encode(WireMessage(self.contents.pop(0)))), room)


def _receive(frame: bytes):
    position = 0

    def receive(count: int) -> bytes:
        nonlocal position
        position += count
        return frame[position - count : position]

    return receive


def stranger(*contents: dict) -> Student:
    link = Replies(*contents)
    return Student(lambda: link)


HANDLE = {"value": {"ref": 1}, "about": {"type": "function"}}


def test_a_call_returns_a_value_that_is_fetched_when_the_test_looks():
    result = student_of(double=lambda x: 2 * x).double(np.arange(3.0))
    np.testing.assert_array_equal(fetch(result, 1000), [0, 2, 4])


def test_each_call_gets_fresh_copies_of_the_arguments():
    def spoil(x):
        x[:] = 0

    observed = Observations()
    link = LocalLink(Server({"spoil": spoil}))
    values = np.ones(3)
    Student(lambda: link, observed).spoil(values)
    assert values.tolist() == [1, 1, 1]
    assert set(map(str, observed.changed)) == {"spoil (argument 1)"}


def test_a_cache_of_any_type_goes_back_as_itself():
    class Cache:
        pass

    cache = Cache()
    student = student_of(forward=lambda: (1, cache), backward=lambda given: given is cache)
    assert remote.plain(student.backward(student.forward()[1])) is True


def test_attributes_items_and_assignment_work_as_on_the_value_itself():
    class Model:
        def __init__(self):
            self.params = {"W": np.zeros(2), 3: None}

        def total(self):
            return float(self.params["W"].sum())

    model = student_of(Model=Model).Model()
    assert remote.keys(model.params) == ["W"]
    model.params["W"] = np.array([1.0, 2.5])
    assert remote.plain(model.total()) == 3.5
    assert remote.kind(model.params) == "dict"
    assert remote.length(model.params) == 2
    assert remote.dtype(model.params["W"]) == "float64"


def test_what_the_code_raises_arrives_with_name_and_text():
    def broken():
        raise IndexError("list index out of range")

    with pytest.raises(StudentError, match="IndexError: list index out of range") as caught:
        student_of(broken=broken).broken()
    assert caught.value.name == "IndexError"


def test_a_function_that_is_not_defined_is_the_students_error():
    with pytest.raises(StudentError, match="NameError: halve is not defined"):
        student_of().halve(1)


def test_a_value_cannot_be_iterated_over_without_end():
    with pytest.raises(TypeError, match=r"autograder\.testing\.returned"):
        list(student_of(f=lambda: [1, 2]).f())


def test_private_names_are_not_asked_of_the_student():
    with pytest.raises(AttributeError):
        _ = student_of()._secret


def test_what_calls_print_is_kept_up_to_a_limit():
    observed = Observations()
    link = LocalLink(Server({"f": lambda: print("x" * 1500)}))
    student = Student(lambda: link, observed)
    student.f()
    student.f()
    assert len(observed.printed) == 2000


def test_an_array_that_is_larger_than_asked_is_the_students_error():
    with pytest.raises(StudentError, match="larger than what is asked"):
        fetch(student_of(f=lambda: np.zeros(1000)).f(), limit=100)


def test_an_array_that_is_larger_than_asked_is_refused_also_when_the_kernel_sends_it():
    link = LocalLink(Server({"big": np.zeros(10_000)}))

    class Greedy:
        def exchange(self, message: WireMessage, room: int = 0) -> WireMessage:
            form = message.content["request"]
            form["dict"] = [[key, 10**9 if key == "limit" else value] for key, value in form["dict"]]
            return link.exchange(message, room)

    with pytest.raises(WireError):
        fetch(Student(Greedy).big, limit=100)


def test_a_reply_with_arrays_where_none_is_asked_is_refused():
    link = LocalLink(Server({"f": lambda: 1}))

    class Generous:
        def exchange(self, message: WireMessage, room: int = 0) -> WireMessage:
            reply = link.exchange(message, room)
            return wire.read_frame(_receive(wire.encode(WireMessage(reply.content, [bytes(1)]))), room)

    with pytest.raises(WireError, match="arrays 1 bytes"):
        remote.keys(Student(Generous).f)


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"value": None},
        {"value": 1},
        {"value": {"list": []}},
        {"value": {"ref": "x"}},
        {"value": {"pickle": "x"}},
    ],
    ids=str,
)
def test_a_reply_without_a_handle_is_refused(reply):
    with pytest.raises(WireError):
        remote.kind(stranger(reply).double)


@pytest.mark.parametrize(
    "error",
    [
        None,
        1,
        "text",
        [],
        {},
        {"name": [1], "text": {}, "lines": "abc"},
        {"name": None, "text": None, "lines": [[["x"]]]},
    ],
    ids=str,
)
def test_an_error_reply_of_any_form_is_the_students_error(error):
    with pytest.raises(StudentError):
        remote.kind(stranger({"error": error}).double)


def test_a_huge_error_reply_is_cut():
    form = {"name": "x" * 9_000, "text": "y" * 9_000, "lines": ["z" * 9_000] * 50}
    with pytest.raises(StudentError) as caught:
        remote.kind(stranger({"error": form}).double)
    assert len(str(caught.value)) + sum(map(len, caught.value.lines)) < 10_000


@pytest.mark.parametrize("changed", [5, "ab", {"a": 1}, [["x"]], [None], [-1, 99, 10**30], True, False], ids=str)
def test_a_reply_with_nonsense_about_changed_arguments_notes_nothing(changed):
    observed = Observations()
    link = Replies({**HANDLE, "changed": changed})
    Student(lambda: link, observed).double(np.zeros(1))
    assert observed.changed == set()


@pytest.mark.parametrize(
    "about", [None, [], {"length": "x", "type": 3, "dtype": [1]}, {"length": -1}, {"length": 2.5}], ids=str
)
def test_nonsense_about_a_value_does_no_harm(about):
    value = stranger({"value": {"ref": 1}, "about": about}).double
    assert remote.length(value) is None
    assert isinstance(remote.kind(value) + remote.dtype(value) + repr(value), str)


@pytest.mark.parametrize("value", [{"list": []}, {"ref": 1}, {"dict": []}], ids=str)
def test_a_plain_value_that_is_none_is_refused(value):
    student = stranger({"value": value})
    with pytest.raises(WireError):
        remote.plain(student.double)


@pytest.mark.parametrize("value", [1, {"tuple": []}, {"ref": 1}], ids=str)
def test_keys_that_are_no_list_are_refused(value):
    student = stranger({"value": value})
    with pytest.raises(WireError):
        remote.keys(student.double)


def test_a_link_that_was_replaced_is_used():
    links = [LocalLink(Server({"f": lambda: 1})), LocalLink(Server({"f": lambda: 2}))]
    student = Student(lambda: links[0])
    assert remote.plain(student.f()) == 1
    del links[0]
    assert remote.plain(student.f()) == 2


def test_code_apart_is_reached_by_links_of_its_own():
    links = [LocalLink(Server({"f": lambda number=number: number})) for number in range(4)]
    student = Student(lambda: links[3], None, lambda number: links[number])
    assert [remote.plain(apart(student, number).f()) for number in (2, 0, 1)] == [2, 0, 1]
    assert remote.plain(student.f()) == 3


def test_code_apart_is_the_same_where_there_is_only_one_link():
    assert remote.plain(apart(student_of(f=lambda: 1), 2).f()) == 1


class Counting:
    """A link that takes down what is asked."""

    def __init__(self, **names: object) -> None:
        self._inner, self.asked = LocalLink(Server(names)), []

    def exchange(self, message: WireMessage, room: int = 0) -> WireMessage:
        self.asked.append(dict(message.content["request"]["dict"])["op"])
        return self._inner.exchange(message, room)


@pytest.fixture
def counted():
    def make(**names: object) -> tuple[Student, list[str]]:
        link = Counting(**names)
        return Student(lambda: link), link.asked

    return make


def test_names_and_attributes_are_looked_up_by_what_is_asked_of_them(counted):
    class Model:
        def __init__(self):
            self.params = {}

        def total(self):
            return sum(self.params.values())

    student, asked = counted(Model=Model)
    model = student.Model()
    remote.set_items(model.params, {"W": np.float64(3)})
    assert remote.plain(model.total()) == 3
    assert remote.keys(model.params) == ["W"]
    assert asked == ["call", "set_items", "call", "plain", "keys"]


def test_what_is_known_of_a_name_is_asked_once_and_then_stands_for_it(counted):
    student, asked = counted(f=lambda: 1, g=lambda function: function())
    named = student.f
    assert remote.kind(named) == "function"
    assert remote.plain(student.g(named)) == 1
    named()
    assert asked == ["name", "call", "plain", "call"]


def test_what_is_not_there_is_the_students_error_when_it_is_used():
    model = student_of(Model=SimpleNamespace).Model()
    for used in (model.loss, lambda: model.loss["W"], lambda: remote.kind(model.loss)):
        with pytest.raises(StudentError, match="AttributeError"):
            used()


def test_what_is_in_a_tuple_comes_with_it(counted):
    student, asked = counted(step=lambda: (np.ones(2), {"x": 1}), back=lambda cache: cache["x"])
    result = student.step()
    assert fetch(result[0], 100).tolist() == [1, 1]
    assert remote.kind(result[1]) == "dict"
    with pytest.raises(StudentError, match="IndexError"):
        _ = result[2]
    assert remote.plain(student.back(result[1])) == 1
    assert asked == ["call", "item", "call", "plain"]


def test_of_a_list_or_a_tuples_own_kind_each_item_is_asked_for(counted):
    class Odd(tuple):
        __slots__ = ()

        def __getitem__(self, key):
            return 7

    student, asked = counted(odd=lambda: Odd((1, 2)), several=lambda: [1, 2])
    assert remote.plain(student.odd()[0]) == 7
    assert remote.plain(student.several()[1]) == 2
    assert asked.count("item") == 2


@pytest.mark.parametrize("make", [lambda held: held, lambda held: (1, held), lambda held: {"W": held}])
def test_what_a_function_returned_is_what_it_was_when_it_returned(counted, make):
    held = np.zeros(2)

    def change():
        held[:] = 5

    student, asked = counted(grads=lambda: make(held), change=change)
    grads = student.grads()
    student.change()
    part: dict[type, Any] = {tuple: lambda: grads[1], dict: lambda: grads["W"]}
    item = part.get(type(make(held)), lambda: grads)()
    assert fetch(item, 100).tolist() == [0, 0]
    assert fetch(student.grads(), 100).tolist() == [5, 5] if make(held) is held else True
    assert set(asked) == {"call"}


class Arrayish:
    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return self.values


@pytest.mark.parametrize("kind", [list, lambda values: values.sum(), lambda values: float(values[0]), Arrayish])
def test_whatever_can_be_made_an_array_of_numbers_comes_with_the_call(counted, kind):
    held = np.ones(2)
    student, asked = counted(f=lambda: kind(held))
    result = student.f()
    student.f()
    assert np.array_equal(fetch(result, 100), np.asarray(kind(held)))
    assert asked == ["call", "call"]


class Lazy:
    """A dict that is made up when somebody looks at it."""

    def __getitem__(self, key):
        return np.ones(2)

    def __iter__(self):
        return iter("W")


LOOKS = {
    "item": lambda lazy: lazy["W"],
    "items": lambda lazy: remote.get_items(lazy, ["W"]),
    "keys": remote.keys,
    "plain": remote.plain,
    "array": lambda lazy: fetch(lazy, 100),
}


@pytest.mark.parametrize("look", LOOKS.values(), ids=list(LOOKS))
def test_what_does_not_come_with_the_call_cannot_be_looked_at_after_another(counted, look):
    student, _ = counted(grads=Lazy, other=lambda: None)
    late = student.grads()
    student.other()
    with pytest.raises(StudentError, match="a value of type Lazy cannot be looked at after another call"):
        look(late)


def test_what_was_looked_at_once_stays_as_it_was_seen(counted):
    student, asked = counted(big=lambda: np.zeros(200_000), odd=lambda: np.array([None]))
    big, odd = student.big(), student.odd()
    with pytest.raises(StudentError, match="after another call"):
        fetch(big, 2_000_000)
    big = student.big()
    before = fetch(big, 2_000_000)
    before[0] = 7
    student.odd()
    assert not fetch(big, 2_000_000).any()
    odd = student.odd()
    for _ in range(2):
        with pytest.raises(StudentError, match="of type object"):
            fetch(odd, 100)
        student.big()
    assert asked.count("array") == 2


def test_a_value_that_is_no_result_of_a_call_is_what_it_is_when_it_is_looked_at(counted):
    params = {"W": np.zeros(2)}

    def change():
        params["W"][:] = 5

    student, _ = counted(params=params, change=change)
    held = student.params
    assert fetch(held["W"], 100).tolist() == [0, 0]
    student.change()
    assert fetch(held["W"], 100).tolist() == [5, 5]


def test_an_array_that_is_too_large_is_refused_as_ever(counted):
    student, _ = counted(grads=lambda: {"W": np.zeros(1000), "large": np.zeros(100_000), "odd": np.array([None])})
    for key in ("W", "large", "odd"):
        item = student.grads()[key]
        with pytest.raises(StudentError, match=r"larger than what is asked|of type object"):
            fetch(item, 100)


def test_several_items_are_looked_at_in_one_message(counted):
    values = {"W": np.ones(2), "b": np.zeros(1), "large": np.zeros(100_000)}
    student, asked = counted(grads=lambda: values)
    items = remote.get_items(student.grads(), ["b", "W"])
    assert [fetch(item, 100).tolist() for item in items.values()] == [[0], [1, 1]]
    assert list(items) == ["b", "W"]
    assert asked == ["call"]
    assert fetch(remote.get_items(student.grads(), ["large"])["large"], 1_000_000).size == 100_000
    with pytest.raises(StudentError, match="KeyError"):
        remote.get_items(student.grads(), ["W", "missing"])


@pytest.mark.parametrize("parts", [None, "ab", [], [HANDLE], [HANDLE, HANDLE, HANDLE], [HANDLE, 3], [{}, HANDLE]])
def test_several_items_that_are_none_break_the_rules(parts):
    with pytest.raises(WireError):
        remote.get_items(stranger(HANDLE, {"parts": parts}).f(), ["W", "b"])


def test_in_a_transcript_each_look_is_a_step_of_its_own():
    link = LocalLink(Server({"grads": lambda: {"W": np.ones(2), "b": np.zeros(1)}}))
    transcript = Transcript(Case(test="test"))
    recording = RecordingLink(link, transcript)
    student = Student(lambda: recording, recorded=True)
    items = remote.get_items(student.grads(), ["W", "b"])
    assert fetch(items["b"], 100).tolist() == [0]
    assert [step.op for step in transcript.steps] == ["name", "call", "item", "item", "array"]
    assert transcript.function_of(transcript.steps[-1]) == "grads"
    for missing in (student.missing, remote.get_items):
        with pytest.raises(StudentError):
            missing(student.grads(), ["odd"])


def test_several_items_are_set_in_one_message(counted):
    values = {"W": np.ones(2), "b": np.zeros(1)}
    held = {}
    student, asked = counted(params=lambda: held)
    remote.set_items(student.params(), values)
    assert asked == ["call", "set_items"]
    assert list(held) == ["W", "b"]
    held["W"][:] = 3
    assert values["W"].tolist() == [1, 1]
    with pytest.raises(StudentError, match="TypeError"):
        remote.set_items(student_of(f=lambda: (1,)).f(), values)


@pytest.mark.parametrize("parts", ["all", [None], [{"value": 3}], [{"value": {"ref": "1"}}]])
def test_parts_that_are_none_break_the_rules_or_are_asked_for(parts):
    result = stranger({**HANDLE, "parts": parts}, HANDLE).f()
    if isinstance(parts, list):
        with pytest.raises(WireError):
            _ = result[0]
    else:
        assert remote.kind(result[0]) == "function"


@pytest.mark.parametrize("items", ["all", {"W": None}, {"W": {"value": 3}}, {"W": {"value": {"ref": "1"}}}])
def test_items_that_are_none_break_the_rules_or_are_asked_for(items):
    result = stranger({**HANDLE, "items": items}, HANDLE).f()
    if isinstance(items, dict):
        with pytest.raises(WireError):
            _ = result["W"]
    else:
        assert remote.kind(result["W"]) == "function"


@pytest.mark.parametrize("now", [7, "x", {"npy": 0}, {"list": []}])
def test_an_array_that_came_unasked_and_is_none_is_asked_for_or_breaks_the_rules(now):
    item = stranger(HANDLE, {**HANDLE, "now": now}, {"value": {"list": []}}).f()["W"]
    with pytest.raises(WireError):
        fetch(item, 100)
