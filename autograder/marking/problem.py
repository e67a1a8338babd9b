"""Marks a problem; where an earlier mistake made it fail, marks it once more with stand-ins for what it is built on.

A wrong step costs its own points, not those of everything that is built on it: see ``[[stand_ins]]`` in the
assignment's ``assignment.toml``, and `autograder.testing.stand_ins`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec.structs import replace

from autograder.course.assignment import Assignment
from autograder.course.problem import Problem
from autograder.course.results import Basis, Deduction, Diagnosis, Kind, ProblemResult, TestResult, Verdict
from autograder.course.stand_in_entries import StandInEntry
from autograder.i18n.messages import NOTHING, Message, say
from autograder.kernel.stand_in import Own
from autograder.testing.diagnosis.diagnose import diagnose, merged
from autograder.testing.fixtures import SubmissionAccess
from autograder.testing.redaction import LINE
from autograder.testing.runner import ENDED, STILL_RUNNING, examine
from autograder.testing.scoring import GATE_CLOSED
from autograder.testing.stand_ins import StandIns


def run_problem(
    assignment: Assignment,
    problem: Problem,
    access: SubmissionAccess,
    earlier: Mapping[str, ProblemResult] | None = None,
) -> ProblemResult:
    """Run the hidden tests of one problem once, without stand-ins, and return its result; see `examine`."""
    return examine(assignment, problem, access, earlier).result(diagnose)


def mark_problem(
    assignment: Assignment,
    problem: Problem,
    access: SubmissionAccess,
    earlier: Mapping[str, ProblemResult] | None = None,
) -> ProblemResult:
    """Run the hidden tests of one problem, and a second time where stand-ins can help.

    Args:
        assignment: The assignment, in the submission's language.
        problem: One of its problems that a machine marks.
        access: Reaches the student's code, which has run its cells.
        earlier: Results of the problems before this one, by problem.

    Raises:
        KeyboardInterrupt: A person stopped the marking.
    """
    earlier = earlier or {}
    examined = examine(assignment, problem, access, earlier)
    own = own_functions(assignment, earlier)
    entries = replaceable(assignment, problem, own)
    # A second run takes as long as the first, and a fresh kernel: only where it can change something.
    if not entries or examined.unmet or all(finding.verdict is Verdict.PASSED for finding in examined.findings):
        return examined.result(diagnose)
    stand_ins = StandIns(assignment, entries, access.limits.stand_ins, own)
    # None where the code cannot be started again, in a student's own kernel for example.
    freshly = access.standing_in(stand_ins)
    if freshly is None:
        return examined.result(diagnose)
    with freshly as other:
        # Without that, two functions that nobody wrote would make this one's work trivial.
        lenient = all(is_attempted(assignment, function, earlier) for function in stand_ins.replaced)
        again = examine(assignment, problem, other, earlier, lenient=lenient)
    followed = again.result(diagnose, unfit=examined.unfit)
    # The cause of a failure shows where right functions stand around it, unless they had no part in it.
    helped = stand_ins.asked and any(test.verdict is Verdict.PASSED for test in followed.tests)
    alone = examined.result(None if helped else diagnose, unfit=again.unfit)
    return better_of(alone, followed, stand_ins.replaced, [*hindrances(stand_ins)])


def own_functions(assignment: Assignment, earlier: Mapping[str, ProblemResult]) -> dict[str, Own]:
    """Return what is known of the student's functions after some problems, by name."""
    return {
        function: state_of(earlier[problem.id])
        for problem in assignment.problems.values()
        if problem.id in earlier
        for function in problem.functions
    }


def is_attempted(assignment: Assignment, function: str, earlier: Mapping[str, ProblemResult]) -> bool:
    """Return whether something of a function's own problem was right, or wrong in a known way.

    Only then is a mistake of another function forgiven as well: two functions that nobody has written would together
    make a third one's work trivial.
    """
    problem = next((one.id for one in assignment.problems.values() if function in one.functions), "")
    tests = earlier[problem].tests if problem in earlier else []
    return any(
        test.misconception is not None or (test.verdict is Verdict.PASSED and test.basis is Basis.OWN)
        for test in tests
        # The handout shows its values, so passing it can be a copy.
        if not test.worked_example
    )


def state_of(result: ProblemResult) -> Own:
    """Return what is known of the functions of a problem."""
    if right_by_itself(result):
        return Own.RIGHT
    # By the messages' templates: a function that never ended must not be called again by a stand-in.
    seen = {text.template for test in result.tests for text in (test.message, test.own)}
    return Own.UNUSABLE if seen & {STILL_RUNNING, ENDED} else Own.WRONG


def replaceable(assignment: Assignment, problem: Problem, own: Mapping[str, Own]) -> list[StandInEntry]:
    """Return the stand-ins that a problem is built on and in which a function is not right by itself."""

    def is_wrong(entry: StandInEntry) -> bool:
        return any(own.get(function, Own.RIGHT) is not Own.RIGHT for function in entry.functions)

    return [entry for entry in assignment.stand_ins if problem.id in entry.used_by and is_wrong(entry)]


def right_by_itself(result: ProblemResult) -> bool:
    """Return whether every test passed with the student's own functions."""
    return result.passed and all(test.basis is not Basis.FOLLOW_THROUGH for test in result.tests)


def better_of(
    own: ProblemResult, followed: ProblemResult, replaced: Sequence[str], notes: list[Message]
) -> ProblemResult:
    """Return the better of two results, test by test.

    Args:
        own: The result with the student's own functions.
        followed: The result with stand-ins for some of them.
        replaced: The names of the functions that were replaced.
        notes: What kept stand-ins from helping; recorded where points are lost all the same.
    """
    others = {test.id: test for test in followed.tests}
    # Test by test, because a test that passes with the student's own functions keeps its points whatever stand-ins do.
    taken = {test.id for test in own.tests if test.id in others and counts(test, others[test.id], replaced)}
    tests = [
        with_stand_ins(test, others[test.id], replaced) if test.id in taken else test
        for test in sketched(own.tests, followed.tests)
    ]
    total = sum(test.max_score for test in tests)
    # In proportion: the points of a problem's tests need not add up to the problem's.
    earned = own.max_score * sum(test.score for test in tests) / total if total else 0.0
    deductions = larger(own.deductions, followed.deductions)
    lost = [test.id for test in tests if test.verdict in (Verdict.FAILED, Verdict.NOT_RUN)]
    return replace(
        own,
        score=round(max(0.0, earned - sum(deduction.points for deduction in deductions)), 4),
        tests=tests,
        deductions=deductions,
        notes=list(dict.fromkeys([*own.notes, *followed.notes, *(notes if lost else ())])),
        # Both runs may name the same mistake: it is told once. The surest first: a mistake, before how values look.
        diagnoses=sorted(
            merged(
                [
                    *restricted_to(own.diagnoses, [test for test in lost if test not in taken]),
                    *restricted_to(followed.diagnoses, [test for test in lost if test in taken]),
                ]
            ),
            key=lambda one: one.kind is Kind.PATTERN,
        ),
    )


def counts(own: TestResult, followed: TestResult, replaced: Sequence[str]) -> bool:
    """Return whether what a test came to with stand-ins takes the place of what it came to without them.

    A test that fails both times shows the student's own failure, unless only the run with stand-ins shows the cause,
    which earlier mistakes had hidden.
    """
    if own.verdict in (Verdict.PASSED, Verdict.GRADER_ERROR):
        return False
    if followed.verdict in (Verdict.PASSED, Verdict.GRADER_ERROR):
        return True
    if own.verdict is Verdict.FAILED and (
        # Right but for its gate, or past the line where an earlier function had ended it.
        followed.message.template == GATE_CLOSED or (followed.verdict is Verdict.FAILED and raised_in(own, replaced))
    ):
        return True
    return own.confidence is None and followed.confidence is not None


def raised_in(test: TestResult, functions: Collection[str]) -> bool:
    """Return whether what ended a test was raised in one of some functions, or in what they call."""
    lines = (LINE.fullmatch(line) for line in str(test.message).split("\n"))
    return any(line["function"].partition(" in ")[0] in functions for line in lines if line)


def with_stand_ins(own: TestResult, followed: TestResult, replaced: Sequence[str]) -> TestResult:
    """Return a test's result with stand-ins, together with what was seen without them."""
    # As they are read: numbers in them may differ in digits that nobody sees.
    seen = own.message if str(own.message) != str(followed.message) else NOTHING
    result = replace(followed, own=seen, seconds=own.seconds + followed.seconds)
    if followed.verdict is not Verdict.PASSED:
        return result
    return replace(result, basis=Basis.FOLLOW_THROUGH, forgiven=[*replaced, *followed.forgiven])


def sketched(own: Sequence[TestResult], followed: Sequence[TestResult]) -> list[TestResult]:
    """Return the results of tests without stand-ins, with the sketches of what was seen with them, where there are any.

    Right functions around it leave nothing but the mistake of this problem, which others have made without an earlier
    one. All sketches of a problem are of one run: a test behind its gate has none.
    """
    seen = {test.id: test.sketch for test in followed}
    if not any(seen.values()):
        return [*own]
    return [replace(test, sketch=seen.get(test.id) if test.verdict is Verdict.FAILED else None) for test in own]


def restricted_to(diagnoses: list[Diagnosis], tests: list[str]) -> list[Diagnosis]:
    """Return the diagnoses that explain some of the given tests, each restricted to these tests."""
    found = [replace(one, tests=[test for test in one.tests if test in tests]) for one in diagnoses]
    return [one for one in found if one.tests]


def larger(own: list[Deduction], followed: list[Deduction]) -> list[Deduction]:
    """Return the deductions of the run in which they are larger, so that each is taken off once."""
    return max(own, followed, key=lambda deductions: sum(deduction.points for deduction in deductions))


def hindrances(stand_ins: StandIns) -> Iterator[Message]:
    """Yield notes for the record that say what kept stand-ins from helping."""
    for entry in stand_ins.entries:
        names = {"forward": entry.forward, "backward": entry.backward}
        if entry.forward in stand_ins.looked and entry.backward is not None:
            yield say(
                "Could not be marked with right versions of {forward} and {backward}: the code looks into the cache "
                "of {forward}, and your own {forward} gave none.",
                **names,
            )
        if entry.backward in stand_ins.unknown:
            yield say(
                "Could not be marked with right versions of {forward} and {backward}: the code gives {backward} a "
                "cache that {forward} has not returned.",
                **names,
            )
    if stand_ins.exhausted:
        yield say("Could not be marked with right versions of earlier functions: a test calls them too often.")
    if not stand_ins.asked:
        yield say(
            "Right versions of earlier functions make no difference here: the code calls none of {functions}.",
            functions=stand_ins.replaced,
        )
