"""What a hidden test can do with a student's functions, and what strange replies come to."""

from __future__ import annotations

from types import MappingProxyType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.kernel import wire
from autograder.kernel.call_server import Server
from autograder.kernel.wire import WireError, WireMessage
from autograder.reports.explain.transcript import RecordingLink, Transcript
from autograder.testing import student as remote
from autograder.testing.case import Case
from autograder.testing.faults import StudentDied, StudentError
from autograder.testing.link import LocalLink
from autograder.testing.student import BATCH_BYTES, BATCH_MAX, Observations, Student, apart, fetch


def student_of(**names: object) -> Student:
    """Return a student whose code defines these names, in this process."""
    link = LocalLink(Server(names))
    return Student(lambda: link)


class Replies:
    """A link to a kernel that answers whatever it likes, but for names and attributes that are used at once."""

    def __init__(self, *contents: Any) -> None:
        self.contents = list(contents)

    def exchange(self, message: WireMessage, room: int = 0) -> WireMessage:
        first: list[Any] = [HANDLE for _ in message.content["requests"][1:]]
        content = WireMessage({"replies": [*first, self.contents.pop(0)]})
        return wire.read_frame(_receive(wire.encode(content)), room)


def _receive(frame: bytes):
    position = 0

    def receive(count: int) -> bytes:
        nonlocal position
        position += count
        return frame[position - count : position]

    return receive


def stranger(*contents: Any) -> Student:
    link = Replies(*contents)
    return Student(lambda: link)


HANDLE: dict[str, Any] = {"value": {"ref": 1}, "about": {"type": "function"}}


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
            for _, form in message.content["requests"]:
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
        {"value": {"ref": -1}},
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
    """A link that takes down what is asked, a text for each message."""

    def __init__(self, **names: object) -> None:
        self._inner, self.asked = LocalLink(Server(names)), []

    def exchange(self, message: WireMessage, room: int = 0) -> WireMessage:
        self.asked.append(" ".join(op for op, _ in message.content["requests"]))
        return self._inner.exchange(message, room)


@pytest.fixture
def counted():
    def make(**names: object) -> tuple[Student, list[str]]:
        link = Counting(**names)
        return Student(lambda: link), link.asked

    return make


def test_look_ups_and_assignments_go_over_with_what_is_asked_next(counted):
    class Model:
        def __init__(self):
            self.params = {}

        def total(self):
            return sum(self.params.values())

    student, asked = counted(Model=Model)
    model = student.Model()
    values = np.ones(1)
    for name in ("W", "b"):
        model.params[name] = values
        values += 1
    assert fetch(model.total(), 100).tolist() == [3]
    assert remote.keys(model.params) == ["W", "b"]
    assert fetch(model.params["b"], 100).tolist() == [2]
    assert asked == [
        "look_up call", "look_up set look_up set look_up call", "look_up get", "look_up look_up",
    ]  # fmt: skip


def test_what_is_known_of_a_name_is_asked_once_and_then_stands_for_it(counted):
    student, asked = counted(f=lambda: 1, g=lambda function: function())
    named = student.f
    assert remote.kind(named) == "function"
    assert remote.plain(student.g(named)) == 1
    named()
    assert asked == ["look_up", "look_up call", "get", "call"]


def test_what_waits_is_what_it_was_when_it_was_asked_for(counted):
    held = [np.zeros(2)]

    def change():
        held[0][:] = 5

    student, asked = counted(several=lambda: held, change=change)
    several = student.several()
    first = several[0]
    student.change()
    assert fetch(first, 100).tolist() == [0, 0]
    # What it is cannot depend on the arguments of the call.
    assert asked == ["look_up call", "look_up look_up", "call"]
    several = student.several()
    second, several[0] = several[0], np.ones(2)
    assert fetch(second, 100).tolist() == [5, 5]
    assert asked[3:] == ["look_up call", "look_up"]


def test_no_more_waits_than_a_message_may_hold(counted):
    held: dict[str, Any] = {}
    student, asked = counted(held=held)
    params = student.held
    for number in range(BATCH_MAX):
        params[str(number)] = number
    assert len(held) == BATCH_MAX - 1
    params["large"] = np.zeros(BATCH_BYTES, dtype=np.int8)
    assert len(held) == BATCH_MAX + 1
    assert len(asked) == 2


def test_an_assignment_that_fails_ends_the_batch_with_its_own_error(counted):
    called: list[int] = []
    student, _ = counted(fixed=(1, 2), f=lambda: called.append(1))
    other = student.f
    student.fixed[0] = 3
    later = student.fixed
    with pytest.raises(StudentError, match="does not support item assignment"):
        student.f()
    assert called == []
    with pytest.raises(StudentError, match="does not support item assignment"):
        remote.kind(later)
    other()
    assert called == [1]


@pytest.mark.parametrize(
    "replies",
    [None, {}, [], [HANDLE], [HANDLE] * 3, [HANDLE, 3], [HANDLE, None], [{"error": {}}], [{}, HANDLE]],
    ids=str,
)
def test_another_number_of_replies_than_of_requests_and_replies_that_are_none_break_the_rules(replies):
    class Forged:
        def exchange(self, message: WireMessage, room: int = 0) -> WireMessage:
            return WireMessage({"replies": replies})

    forged = Forged()
    student = Student(lambda: forged)
    with pytest.raises(WireError):
        student.f()


def test_a_look_up_that_waited_when_its_process_ended_is_lost_with_it():
    class Ends:
        def exchange(self, message: WireMessage, room: int = 0) -> WireMessage:
            raise StudentDied("it ended")

    ends = Ends()
    student = Student(lambda: ends)
    waiting = student.f
    for use in (student.g, lambda: remote.kind(waiting), waiting):
        with pytest.raises(StudentDied):
            use()


def test_what_is_not_there_is_the_students_error_when_it_is_used():
    model = student_of(Model=SimpleNamespace).Model()
    _ = model.never_used
    for used in (model.loss, lambda: remote.kind(model.loss["W"]), lambda: remote.kind(model.loss)):
        with pytest.raises(StudentError, match="AttributeError"):
            used()


def test_what_is_in_a_tuple_comes_with_it(counted):
    student, asked = counted(step=lambda: (np.ones(2), {"x": 1}), back=lambda cache: cache["x"])
    result = student.step()
    assert fetch(result[0], 100).tolist() == [1, 1]
    assert remote.kind(result[1]) == "dict"
    with pytest.raises(StudentError, match="IndexError"):
        remote.kind(result[2])
    assert remote.plain(student.back(result[1])) == 1
    assert asked == ["look_up call", "look_up", "look_up call", "get"]


def test_of_a_list_or_a_tuples_own_kind_each_item_is_asked_for(counted):
    class Odd(tuple):
        __slots__ = ()

        def __getitem__(self, key):
            return 7

    student, asked = counted(odd=lambda: Odd((1, 2)), several=lambda: [1, 2])
    assert remote.plain(student.odd()[0]) == 7
    assert remote.plain(student.several()[1]) == 2
    assert asked == ["look_up call", "look_up get"] * 2


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
    assert set(asked) == {"look_up call"}


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
    assert asked == ["look_up call"] * 2


class Lazy:
    """A dict that is made up when somebody looks at it."""

    def __getitem__(self, key):
        return np.ones(2)

    def __iter__(self):
        return iter("W")


LOOKS = {
    "item": lambda lazy: lazy["W"],
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


def test_what_came_of_a_call_can_be_looked_at_after_one_whose_arguments_cannot_be_sent(counted):
    student, asked = counted(grads=Lazy, add=lambda x, y: x + y)
    late = student.grads()
    with pytest.raises(WireError, match="a value of type object cannot be sent"):
        student.add(np.ones(1), object())
    assert asked == ["look_up call"]
    assert fetch(late["W"], 100).tolist() == [1, 1]
    assert fetch(student.add(np.ones(1), np.ones(1)), 100).tolist() == [2]


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
    assert asked.count("get") == 2


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


def test_several_items_come_in_one_message(counted):
    values = {"W": np.ones(2), "b": np.zeros(1), "large": np.zeros(100_000)}
    student, asked = counted(grads=lambda: MappingProxyType(values), plainly=lambda: values)
    grads = student.grads()
    items = {key: grads[key] for key in ("b", "W", "large", "missing")}
    assert [fetch(items[key], 100).tolist() for key in ("b", "W")] == [[0], [1, 1]]
    assert asked == ["look_up call", "look_up look_up look_up look_up"]
    assert fetch(items["large"], 1_000_000).size == 100_000
    with pytest.raises(StudentError, match="KeyError"):
        remote.kind(items["missing"])
    del asked[:]
    grads = student.plainly()
    assert [fetch(grads[key], 100).tolist() for key in ("b", "W")] == [[0], [1, 1]]
    assert asked == ["look_up call"]


def test_in_a_transcript_each_request_is_a_step_of_its_own():
    link = LocalLink(Server({"grads": lambda: {"W": np.ones(2), "b": np.zeros(1)}}))
    transcript = Transcript(Case(test="test"))
    recording = RecordingLink(link, transcript)
    student = Student(lambda: recording, recorded=True)
    grads = student.grads()
    items = {key: grads[key] for key in ("W", "b")}
    grads["W"] = items["b"]
    assert fetch(items["b"], 100).tolist() == [0]
    assert [step.op for step in transcript.steps] == ["look_up", "call", "look_up", "look_up", "set", "get"]
    assert transcript.function_of(transcript.steps[-1]) == "grads"
    for missing in (student.missing, grads["odd"], apart(student, 0).missing):
        with pytest.raises(StudentError):
            missing()


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
