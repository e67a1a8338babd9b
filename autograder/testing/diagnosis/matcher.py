"""Finds which misconceptions of one problem explain what hidden tests saw."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograder.course.assignment import Assignment
from autograder.course.misconceptions import Misconception
from autograder.course.results import Confidence
from autograder.testing.diagnosis.replay import CaseOutcome, Replay
from autograder.testing.diagnosis.similarity import Likeness, likeness
from autograder.testing.variants import variant

# Messages with different sizes that all agree are no chance.
DIFFERENT_SIZES = 2
# A mistake that is made in part explains one test at least in so many that would fail with it.
LEAST_SHARE = 4
Background = tuple[Misconception, ...]


@dataclass(frozen=True)
class Named:
    """A misconception that explains some tests.

    Attributes:
        misconception: The misconception.
        confidence: How sure the explanation is.
        tests: The tests, by their ids.
    """

    misconception: Misconception
    confidence: Confidence
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Seen:
    """What the hidden tests of a problem saw of a student's code.

    Attributes:
        student: What each test saw, by the tests' ids.
        background: Misconceptions of earlier problems that the student's code has as well.
        gates: The tests that say nothing by themselves.
    """

    student: Mapping[str, CaseOutcome]
    background: Background = ()
    gates: frozenset[str] = frozenset()

    @property
    def failed(self) -> list[str]:
        """The tests that failed."""
        return [test for test, outcome in self.student.items() if not outcome.passed]

    @property
    def passed(self) -> list[str]:
        """The tests that passed."""
        return [test for test, outcome in self.student.items() if outcome.passed]


class Diagnostician:
    """Knows the misconceptions of one problem, and what its hidden tests see of each.

    What they see does not depend on the student: it is computed once, when it is first needed.

    Args:
        problem: By its id.
        known: Its misconceptions; those that no test can tell from right code are passed over.
    """

    def __init__(self, assignment: Assignment, problem: str, known: Sequence[Misconception]) -> None:
        # What no test can tell from right code can explain no failure.
        self._assignment, self.known = assignment, [one for one in known if not one.equivalent]
        self._replay = Replay(assignment, assignment.hidden_file(problem))
        self._code: dict[tuple[str, ...], Mapping[str, object]] = {}
        self._outcomes: dict[tuple[str, ...], CaseOutcome] = {}

    @property
    def gates(self) -> frozenset[str]:
        """The tests that say nothing by themselves."""
        return self._replay.gates

    def outcome(self, test: str, *replaced: Misconception) -> CaseOutcome:
        """Return what a test sees of the solution with some functions replaced."""
        files = tuple(str(one.file) for one in replaced)
        key = (test, *files)
        if key not in self._outcomes:
            # One variant serves all tests of a problem: making it runs the whole solution.
            if files not in self._code:
                self._code[files] = variant(self._assignment, *(one.file for one in replaced))
            self._outcomes[key] = self._replay.run(test, self._code[files])
        return self._outcomes[key]

    def named(self, seen: Seen) -> list[Named]:
        """Return the misconceptions that explain failed tests."""
        # One that explains everything comes first; of two that do, none is named, for a wrong name is worse than none.
        alike = [one for one in self.known if self._whole(one, seen)]
        if len(alike) == 1:
            # Without one test that is clear, the likeness may be chance: zeros are like zeros.
            sure = Likeness.CLEAR in self._matches(alike[0], seen).values()
            return [Named(alike[0], Confidence.CERTAIN if sure else Confidence.LIKELY, tuple(seen.failed))]
        return self._in_part({one.name: self._matches(one, seen) for one in self.known}, seen)

    def _match(self, one: Misconception, test: str, seen: Seen) -> Likeness:
        """Return how much the answers in a failed test are those of a misconception."""
        wrong, right = self.outcome(test, *seen.background, one), self.outcome(test, *seen.background)
        return likeness(seen.student[test], wrong, right)

    def _matches(self, one: Misconception, seen: Seen) -> dict[str, Likeness]:
        """Return how much the answers in each failed test are those of a misconception."""
        return {test: self._match(one, test, seen) for test in seen.failed}

    def _whole(self, one: Misconception, seen: Seen) -> bool:
        """Return whether a misconception explains all failed tests, and passes all that passed.

        Most are ruled out by the first test, so what the others would see is not computed for them.
        """
        found = set()
        for test in seen.failed:
            found.add(self._match(one, test, seen))
            if Likeness.NONE in found:
                return False
        if found <= {Likeness.SILENT} and not self._echoed(one, seen):
            return False
        return not any(self._spoken_against(one, seen))

    def _echoed(self, one: Misconception, seen: Seen) -> bool:
        """Return whether a misconception raises what the student's code raises, with the same sizes in the messages.

        One message says little. Several tests with arrays of several sizes tell which arrays do not fit, and how.
        """
        texts = {test: seen.student[test].text for test in seen.failed}
        # In any order: whether a + b or b + a is computed changes which size comes first.
        same = all(
            sizes_in(self.outcome(test, *seen.background, one).text) == sizes_in(text) for test, text in texts.items()
        )
        return same and len(set(texts.values())) >= DIFFERENT_SIZES and all(map(has_sizes, texts.values()))

    def _spoken_against(self, one: Misconception, seen: Seen) -> Iterator[str]:
        """Yield the tests that passed, but would fail with a misconception."""
        return (test for test in seen.passed if not self.outcome(test, *seen.background, one).passed)

    def _in_part(self, matches: Mapping[str, Mapping[str, Likeness]], seen: Seen) -> list[Named]:
        """Return the misconceptions that explain some failed tests: several mistakes were made, or half of one."""
        explained: dict[str, list[str]] = {}
        for test in seen.failed:
            fitting = [one for one in self.known if matches[one.name][test] is Likeness.CLEAR]
            best = fewest(fitting, {one.name: self._doubts(one, test, matches[one.name], seen) for one in fitting})
            if best is not None:
                explained.setdefault(best.name, []).append(test)
        return [
            Named(one, Confidence.LIKELY, tuple(explained[one.name]))
            for one in self.known
            if one.name in explained and self._bears_out(one, len(explained[one.name]), matches[one.name], seen)
        ]

    def _bears_out(self, one: Misconception, explained: int, matches: Mapping[str, Likeness], seen: Seen) -> bool:
        """Return whether a mistake that is made in part explains enough of the tests that would fail with it.

        A single one may be like that of another mistake: of two captions, "not the last" is like "only the first".
        """
        otherwise = len(self._differing(one, matches, seen))
        passed = sum(1 for test in self._spoken_against(one, seen) if test not in seen.gates)
        if otherwise > explained or (otherwise and explained == 1):
            return False
        return explained + otherwise + passed <= LEAST_SHARE * explained

    def _doubts(self, one: Misconception, test: str, matches: Mapping[str, Likeness], seen: Seen) -> int | None:
        """Return how many tests speak against a misconception, None when one of them rules it out.

        A mistake may be made for one of several gradients only. So other cases of the same test function only raise
        doubts, and tests that say nothing by themselves do not count.
        """
        against = [other for other in self._spoken_against(one, seen) if other not in seen.gates]
        # A test of another function that passed would have failed with this mistake.
        if any(function_of(other) != function_of(test) for other in against):
            return None
        return len(against) + len(self._differing(one, matches, seen))

    def _differing(self, one: Misconception, matches: Mapping[str, Likeness], seen: Seen) -> list[str]:
        """Return the tests that fail with a misconception too, but in another way."""
        return [
            test
            for test, like in matches.items()
            if like is Likeness.NONE and not self.outcome(test, *seen.background, one).passed
        ]


def has_sizes(text: str) -> bool:
    """Return whether an exception's message names two numbers or more, as numpy's do where shapes do not fit."""
    return len(sizes_in(text)) > 1


def sizes_in(text: str) -> list[str]:
    """Return the numbers in an exception's message, in order of their digits."""
    return sorted(re.findall(r"\d+", text))


def fewest(fitting: Iterable[Misconception], doubts: Mapping[str, int | None]) -> Misconception | None:
    """Return the misconception with the fewest doubts; None when several have as few, or there is none."""
    counted = [(count, one) for one in fitting if (count := doubts[one.name]) is not None]
    least = min((count for count, _ in counted), default=None)
    best = [one for count, one in counted if count == least]
    return best[0] if len(best) == 1 else None


def function_of(test: str) -> str:
    """Return the test function of a test's id, without its parameters."""
    return test.split("[", maxsplit=1)[0]
