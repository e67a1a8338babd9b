"""Gathers what one hidden test sees besides its verdict, and ends the test when something does not hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from autograder.course.results import Basis, ProblemResult, Verdict
from autograder.i18n.messages import Message, Text, gettext_noop, say
from autograder.testing.faults import CheckFailed
from autograder.testing.student import Observations, Remote

if TYPE_CHECKING:
    from autograder.course.assignment import Assignment


# Why a value that is asked is not there.
RETURNED_NONE = gettext_noop("The function returned None: is its return missing?")
TOO_FEW = gettext_noop("{name} is missing: returned {given} of the {asked} values that are asked ({names})")
NO_KEY = gettext_noop("{dictionary} has no key '{key}'")


@dataclass(frozen=True)
class Answer:
    """One value that a student's function returned, under the name that the handout gives it.

    Attributes:
        name: The name in the handout.
        value: The value; None when it was not returned.
        missing: Why there is no value.
        telling: Whether mistakes are told apart by it that it is not there.
    """

    name: str
    value: Remote | None
    missing: Text = ""
    telling: bool = True

    def remote(self) -> Remote:
        """Return the value.

        Raises:
            CheckFailed: The value was not returned.
        """
        if self.value is None:
            # That a value is lacking is something seen: known mistakes that lack the same one are told apart by it.
            if self.telling:
                look(self.name, None)
            fail(self.missing)
        return self.value


def answer_of(value: Answer | Remote) -> Answer:
    """Return an answer; what `returned` has given no name is called by the function that returned it.

    Raises:
        TypeError: It is no value of the student's.
    """
    if isinstance(value, Answer):
        return value
    if not isinstance(value, Remote):
        raise TypeError(
            f"a {type(value).__name__} is no answer of the student's: give what a call such as student.f(x) returned, "
            'or one of the answers that returned gave, as in (y,) = returned(student.f(x), "y")'
        )
    title = value._title
    called = value._born is not None and not title.endswith("]")
    return Answer(f"{title}(…)" if called else title, value)


def no_key(dictionary: str, key: str) -> Answer:
    """Return the answer where a dictionary, by the name that the handout gives it, lacks a key that is asked."""
    return Answer(f"{dictionary}['{key}']", None, say(NO_KEY, dictionary=dictionary, key=key))


@dataclass(frozen=True)
class Look:
    """What a test saw of one answer; known mistakes are told apart by it.

    Attributes:
        name: The answer's name.
        values: The values that were returned, or the part of them that counts; None when there are none.
        of_another: Whether an earlier function returned it: a forward function, where its backward function is marked.
    """

    name: str
    values: np.ndarray | None
    of_another: bool = field(default=False, kw_only=True)


@dataclass(frozen=True)
class Before:
    """What the tests of an earlier problem showed of its function.

    Attributes:
        known: The misconceptions that were recognised; None where it is not known what the tests showed.
        throughout: Whether no test found it right.
    """

    known: frozenset[str] | None = None
    throughout: bool = True


@dataclass
class Case:
    """What one test gathers besides its verdict.

    Attributes:
        test: The test's id.
        functions: The functions that the problem's stub defines; only these lose a share for extra values.
        assignment: The assignment; None where it is not known.
        earlier: Results of problems before this one; None where they are not known, as for trusted code.
        rng: Random numbers that have nothing to do with the test's own.
        lenient: Whether a mistake of an earlier function of the student's own may be forgiven.
        unfit: Earlier functions that turned out to be no attempts; one set for all tests of a problem.
        written: Whether the text of these functions does more than set initial values; None where it is not known.
        basis: What the mark rests on.
        forgiven: The earlier function whose mistake was forgiven.
        extra: Why a share is taken off, when it is.
        notes: Things that cost nothing.
        misconception: The name of a known mistake that was recognised in a test that passed.
        observed: What calls showed.
        looks: What the test saw of answers, in order.
        fault: What ended the test, when it did not pass.
    """

    test: str = ""
    functions: tuple[str, ...] = ()
    assignment: Assignment | None = None
    earlier: Mapping[str, ProblemResult] | None = None
    rng: np.random.Generator = field(default_factory=np.random.default_rng)
    lenient: bool = True
    unfit: set[str] = field(default_factory=set)
    written: bool | None = None
    basis: Basis = Basis.OWN
    forgiven: str = ""
    extra: Message | None = None
    notes: list[Message] = field(default_factory=list)
    misconception: str | None = None
    observed: Observations = field(default_factory=Observations)
    looks: list[Look] = field(default_factory=list)
    fault: BaseException | None = None

    def before(self, function: str) -> Before | None:
        """Return what is known of an earlier function's mistake; None when it has cost no points.

        Tests of the worked example do not count: anyone can fail or pass them alone. Nor does a check in the kernel,
        of whose points the student's code can lose as little as it likes. What passed because right functions stood in
        for others is right, because they stand in for them in the next problem as well.
        """
        if self.earlier is None or self.assignment is None or not self.lenient:
            return Before() if self.lenient else None
        problem = next((one.id for one in self.assignment.problems.values() if function in one.functions), "")
        result = self.earlier.get(problem)
        tests = [
            test
            for test in (result.tests if result is not None else ())
            if not test.worked_example and test.basis is not Basis.IN_KERNEL
        ]
        wrong = [test for test in tests if test.verdict is Verdict.FAILED]
        known = frozenset(test.misconception for test in wrong if test.misconception is not None)
        throughout = all(test.verdict is not Verdict.PASSED for test in tests)
        return Before(known, throughout) if wrong else None


# A context variable, so that tests need not hand their case to each function that they call.
_case: ContextVar[Case] = ContextVar("case")


@contextmanager
def open_case(case: Case) -> Iterator[Case]:
    """Make ``case`` the one that the functions of this module write to."""
    token = _case.set(case)
    try:
        yield case
    finally:
        _case.reset(token)


def current_case() -> Case:
    """Return the case of the test that is running."""
    return _case.get()


def note(text: Text, **values: Any) -> None:
    """Record something that costs nothing; with values the text is a template, see `autograder.i18n.messages.say`."""
    said = say(text, **values)
    if said not in _case.get().notes:
        _case.get().notes.append(said)


def look(name: str, values: np.ndarray | None, *, of_another: bool = False) -> None:
    """Record what was seen of an answer; see `Look`."""
    _case.get().looks.append(Look(name, values, of_another=of_another))


def rest_on(basis: Basis, forgiven: str = "") -> None:
    """Record what the mark of this test rests on, where that is not the student's own code alone.

    Args:
        basis: Not `Basis.OWN`, which a mark rests on otherwise.
        forgiven: The earlier function whose mistake was forgiven.
    """
    _case.get().basis, _case.get().forgiven = basis, forgiven


def fail(
    rationale: Text, hint: Text = "", misconception: str | None = None, pattern: str | None = None, **values: Any
) -> NoReturn:
    """Fail the test with a text for the student; with values it is a template, see `autograder.i18n.messages.say`."""
    raise CheckFailed(rationale, hint, misconception, pattern, **values)
