"""Provides the fixtures of hidden tests, ``student``, ``reference`` and ``rng``, whoever runs the tests."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Generator, Mapping
from contextlib import AbstractContextManager
from types import SimpleNamespace

import numpy as np
import pytest

from autograder.course.assignment import Assignment
from autograder.course.limits import Limits
from autograder.course.results import ProblemResult
from autograder.testing.case import Case, open_case
from autograder.testing.link import Link
from autograder.testing.stand_ins import StandIns
from autograder.testing.student import Student

MARKERS = (
    'points(n, asks="", gate=False, worked_example=False, stays=""): the share; the sentence it rests on; whether it '
    "needs a test of values to pass; whether its values stand in the notebook; why it stays though no known mistake "
    "fails it alone",
)


class SubmissionAccess:
    """The way to one submission for tests; whoever runs the tests overrides it.

    The link may have to be replaced in the middle of a problem, after student code ended its process.
    """

    limits = Limits()
    # Whether everything that tests look at is asked for in messages; see `autograder.testing.student.Student`.
    recorded = False
    # Names the submission: what is drawn apart from the tests' inputs differs for the next one.
    identity = ""

    def link(self) -> Link:
        """Return a live link to the student's code.

        Raises:
            NotRun: The code cannot be reached any more; the text says why.
        """
        raise NotImplementedError

    def link_apart(self, number: int) -> Link:
        """Return a live link for `autograder.testing.student.apart`; for trusted code it is the same as `link`."""
        return self.link()

    def standing_in(self, _stand_ins: StandIns) -> AbstractContextManager[SubmissionAccess] | None:
        """Return access to the same code, freshly run, where stand-ins take the place of some of its functions.

        None where there is no such access.
        """
        return None

    def begin_test(self) -> None:
        """Start counting a test's time."""

    def wrote(self, _line: str) -> bool:
        """Return whether a line that is said to have raised is the student's; see `autograder.testing.redaction`."""
        return True

    def written(self, _functions: Collection[str]) -> bool | None:
        """Return whether the text of a problem's functions does more than set initial values; None if it is unknown."""
        return None

    def unreadable(self, _functions: Collection[str]) -> str | None:
        """Return what Python says of the code that is to define functions, where it cannot read it; None otherwise."""
        return None

    def raised_before(self, _functions: Collection[str]) -> str | None:
        """Return what the cell raised that is to define functions; None where it raised nothing, or it is unknown."""
        return None


class FixedAccess(SubmissionAccess):
    """Reaches a submission through one link that never ends."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def link(self) -> Link:
        """Return the link."""
        return self._link


class HiddenFixtures:
    """A pytest plugin that gives hidden tests their fixtures.

    Args:
        access: Reaches the student's code.
        earlier: Results of problems before the one that is tested; None where they are not known.
        lenient: Whether a mistake of an earlier function of the student's own may be forgiven.
    """

    def __init__(
        self,
        assignment: Assignment,
        access: SubmissionAccess,
        earlier: Mapping[str, ProblemResult] | None = None,
        *,
        lenient: bool = True,
    ) -> None:
        self._assignment, self._access, self._earlier, self._lenient = assignment, access, earlier, lenient
        self._cases: dict[str, Case] = {}
        self._unfit: set[str] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Generator[None, object, object]:
        """Let test files import the assignment's packages, and what lies beside them."""
        with self._assignment.importing():
            return (yield)

    def pytest_configure(self, config: pytest.Config) -> None:
        """Declare the markers."""
        for marker in MARKERS:
            config.addinivalue_line("markers", marker)

    def case(self, item: pytest.Item, functions: tuple[str, ...] = ()) -> Case:
        """Return the case of a test, made when it is first asked for."""
        if identify(item) not in self._cases:
            self._cases[identify(item)] = Case(
                test=identify(item),
                functions=functions,
                assignment=self._assignment,
                earlier=self._earlier,
                rng=self.generator(item, "beside", self._access.identity),
                lenient=self._lenient,
                unfit=self._unfit,
                written=self._access.written(functions),
            )
        return self._cases[identify(item)]

    # Around the whole protocol, fixtures included, since these may look at answers too.
    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Let the functions of `autograder.testing.expect` write to this test's case."""
        # A test may import, too.
        with self._assignment.importing(), open_case(self.case(item)):
            return (yield)

    @pytest.fixture
    def student(self, request: pytest.FixtureRequest) -> Student:
        """The student's code."""
        access = self._access
        return Student(access.link, self.case(request.node).observed, access.link_apart, recorded=access.recorded)

    @pytest.fixture
    def reference(self) -> SimpleNamespace:
        """The solution."""
        return self._assignment.reference

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> np.random.Generator:
        """Random numbers that differ by course, assignment and test, and repeat from run to run."""
        return self.generator(request.node)

    def generator(self, item: pytest.Item, *purpose: str) -> np.random.Generator:
        """Return a test's generator at its start; each purpose besides the test's own has a generator of its own."""
        # The salt keeps a student from computing the inputs beforehand; the test's id keeps tests independent of their
        # order.
        text = "\0".join((self._assignment.course.salt, self._assignment.name, identify(item), *purpose))
        return np.random.default_rng(int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big"))


def identify(item: pytest.Item) -> str:
    """Return ``file::test[parameters]``, which does not depend on where pytest was started."""
    return f"{item.path.name}::{item.name}"
