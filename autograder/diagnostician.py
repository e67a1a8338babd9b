"""Knows the misconceptions of one problem, and tells which of them explain what hidden tests saw."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograder.assignment import Assignment
from autograder.likeness import Likeness, likeness
from autograder.misconceptions import Misconception
from autograder.replay import Outcome, Replay
from autograder.results import Confidence
from autograder.variants import variant

Background = tuple[Misconception, ...]


@dataclass(frozen=True)
class Named:
    """A misconception that explains some tests.

    Attributes:
        misconception: Which.
        confidence: How sure that is.
        tests: The tests, by their ids.
    """

    misconception: Misconception
    confidence: Confidence
    tests: tuple[str, ...]


class Diagnostician:
    """Knows the misconceptions of one problem, and what its hidden tests see of each.

    What they see does not depend on the student: it is computed once, when it is first needed.

    Args:
        assignment: The assignment.
        problem: The problem's name.
        known: The problem's misconceptions.
    """

    def __init__(self, assignment: Assignment, problem: str, known: Sequence[Misconception]) -> None:
        self._assignment, self.known = assignment, [one for one in known if not one.equivalent]
        self._replay = Replay(assignment, assignment.hidden_file(problem))
        self._code: dict[tuple[str, ...], Mapping[str, object]] = {}
        self._outcomes: dict[tuple[str, ...], Outcome] = {}

    def outcome(self, test: str, *replaced: Misconception) -> Outcome:
        """Return what a test sees of the solution with some functions replaced."""
        files = tuple(str(one.file) for one in replaced)
        key = (test, *files)
        if key not in self._outcomes:
            if files not in self._code:
                self._code[files] = variant(self._assignment, *(one.file for one in replaced))
            self._outcomes[key] = self._replay.run(test, self._code[files])
        return self._outcomes[key]

    def named(self, student: Mapping[str, Outcome], background: Background, gates: Collection[str] = ()) -> list[Named]:
        """Return the misconceptions that explain failed tests.

        Args:
            student: What the tests saw of the student's code.
            gates: Those of them that say nothing by themselves.
            background: Misconceptions of earlier problems, which the student's code has besides.
        """
        failed = [test for test, outcome in student.items() if not outcome.passed]
        matches = {one.name: self._matches(one, failed, student, background) for one in self.known}
        alike = [one for one in self.known if self._whole(one, matches[one.name], student, background)]
        if len(alike) == 1:
            sure = Likeness.CLEAR in matches[alike[0].name].values()
            return [Named(alike[0], Confidence.CERTAIN if sure else Confidence.LIKELY, tuple(failed))]
        return self._in_part(failed, matches, student, background, gates)

    def _matches(
        self, one: Misconception, failed: list[str], student: Mapping[str, Outcome], background: Background
    ) -> dict[str, Likeness]:
        found = {}
        for test in failed:
            right, wrong = self.outcome(test, *background), self.outcome(test, *background, one)
            found[test] = likeness(student[test], wrong, right)
        return found

    def _whole(
        self,
        one: Misconception,
        matches: Mapping[str, Likeness],
        student: Mapping[str, Outcome],
        background: Background,
    ) -> bool:
        """Return whether a misconception explains all failed tests, and passes all that passed."""
        seen = set(matches.values())
        if Likeness.NONE in seen or seen <= {Likeness.SILENT}:
            return False
        return not self._spoken_against(one, student, background)

    def _spoken_against(self, one: Misconception, student: Mapping[str, Outcome], background: Background) -> list[str]:
        """Return the tests that passed, and fail with a misconception."""
        return [
            test for test, seen in student.items() if seen.passed and not self.outcome(test, *background, one).passed
        ]

    def _in_part(
        self,
        failed: list[str],
        matches: Mapping[str, Mapping[str, Likeness]],
        student: Mapping[str, Outcome],
        background: Background,
        gates: Collection[str],
    ) -> list[Named]:
        """Return what explains some of the failed tests: more than one mistake was made, or half of one."""
        explained: dict[str, list[str]] = {}
        telling = {test: outcome for test, outcome in student.items() if test not in gates}
        for test in failed:
            fitting = [one for one in self.known if matches[one.name][test] is Likeness.CLEAR]
            doubts = {one.name: self._doubts(one, test, matches[one.name], telling, background) for one in fitting}
            best = fewest(fitting, doubts)
            if best is not None:
                explained.setdefault(best.name, []).append(test)
        by_name = {one.name: one for one in self.known}
        return [Named(by_name[name], Confidence.LIKELY, tuple(tests)) for name, tests in explained.items()]

    def _doubts(
        self,
        one: Misconception,
        test: str,
        matches: Mapping[str, Likeness],
        student: Mapping[str, Outcome],
        background: Background,
    ) -> int | None:
        """Return how many tests speak against a misconception, None when one of them rules it out.

        A mistake may be made for one of several gradients; so other cases of the same test function only raise doubts.
        """
        against = self._spoken_against(one, student, background)
        if any(function_of(other) != function_of(test) for other in against):
            return None
        differs = [
            other
            for other, like in matches.items()
            if like is Likeness.NONE and not self.outcome(other, *background, one).passed
        ]
        return len(against) + len(differs)


def fewest(fitting: Iterable[Misconception], doubts: Mapping[str, int | None]) -> Misconception | None:
    """Return the misconception with the fewest doubts; None when there are several such, or none at all."""
    counted = [(count, one) for one in fitting if (count := doubts[one.name]) is not None]
    least = min((count for count, _ in counted), default=None)
    best = [one for count, one in counted if count == least]
    return best[0] if len(best) == 1 else None


def function_of(test: str) -> str:
    """Return the test function of a test's id, without its parameters."""
    return test.split("[", maxsplit=1)[0]
