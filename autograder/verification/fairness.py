"""Proves by trials that hidden tests are fair to right code, catch wrong code, and are needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from autograder.course.assignment import Assignment
from autograder.course.misconceptions import Misconception
from autograder.course.results import ProblemResult, TestResult, Verdict
from autograder.course.score import points
from autograder.kernel.stand_in import Own
from autograder.testing.declared import DeclaredTest, declared_tests
from autograder.testing.scoring import GATE_CLOSED
from autograder.verification.equivalents import EQUIVALENT, ExplainedChange, explained_changes, explanation
from autograder.verification.mutants import Mutant
from autograder.verification.proof import BOTH, Proof
from autograder.verification.reasons import reason_for
from autograder.verification.trials import StoodIn, Trial, Trials, failed, sound

Promised = dict[str, list[DeclaredTest]]


def fairness(assignment: Assignment, trials: Trials) -> Iterator[Proof]:
    """Yield the proofs that follow from the trials of an assignment's hidden tests.

    Raises:
        CourseError: The explanations of mutants cannot be read.
    """
    promised = declared_tests(assignment)
    yield _solved(trials)
    yield texts_written(trials.variants)
    yield caught(assignment, trials.variants, promised)
    yield harmless_elsewhere(trials.variants)
    yield fair_to_styles(trials.styles)
    if trials.stood_in:
        yield stood_in(trials.stood_in)
    yield _unbroken(trials)
    if trials.mutants is not None:
        yield _mutants(trials.mutants, explained_changes(assignment))
        yield _needed(trials, promised)


def named(trial: Trial) -> set[str]:
    """Return the names of misconceptions in the results of a trial."""
    tests = (test for result in trial.results.values() for test in result.tests)
    return {test.misconception for test in tests if test.misconception}


def title(subject: Misconception | Path | Mutant | StoodIn) -> str:
    """Return what a subject is called in messages."""
    match subject:
        case StoodIn():
            return f"right functions in the place of earlier ones that are {subject.forward}"
        case Misconception():
            return f"{subject.problem}/{subject.name}"
        case Mutant():
            return f"{subject.function}: {subject.before or '(nothing)'} \u2192 {subject.after or '(nothing)'}"
        case _:
            return subject.stem


def _solved(trials: Trials) -> Proof:
    faults = tuple(
        f"{name}: the solution fails {', '.join(failed(result))}: {_first_seen(result, trials.baseline.reasons)}"
        for name, result in trials.baseline.results.items()
        if not sound(result)
    )
    count = sum(len(result.tests) for result in trials.baseline.results.values())
    return Proof("the solution passes every hidden test", BOTH, f"{count} tests", faults)


def texts_written(variants: list[Trial]) -> Proof:
    """Prove that the texts of misconceptions are written: drafts count for nothing but these trials."""
    drafts = [trial.subject for trial in variants if isinstance(trial.subject, Misconception)]
    faults = tuple(
        f"{title(one)} is a draft, and names nothing yet: write {', '.join(one.unwritten)} in {one.file}"
        for one in drafts
        if one.unwritten
    )
    return Proof("the texts of misconceptions are written", BOTH, f"variants: {len(variants)}", faults, counts=True)


def caught(assignment: Assignment, variants: list[Trial], promised: Promised) -> Proof:
    """Prove that hidden tests catch misconceptions, name them, and take what these say that they lose."""
    faults: list[str] = []
    tally: Counter[str] = Counter()
    for trial in variants:
        known = trial.subject
        if not isinstance(known, Misconception):
            continue
        own = trial.results.get(known.problem)
        if own is None:
            faults.append(f"{title(known)} {trial.ended}")
            continue
        shares = promised[known.problem]
        faults += _lost_otherwise(known, own, points_of_share(assignment, known.problem, shares))
        names = names_said(trial, own, gates_of(shares))
        tally["caught"] += bool(failed(own))
        tally["equivalent"] += bool(known.equivalent)
        tally["named"] += names == {known.name}
        if not known.equivalent and not names <= {known.name}:
            faults.append(f"{title(known)} is named {', '.join(sorted(names))}")
    seen = f"variants: {len(variants)}, caught {tally['caught']}, "
    seen += f"equivalent {tally['equivalent']}, " if tally["equivalent"] else ""
    seen += f"named {tally['named']} of {len(variants) - tally['equivalent']}"
    return Proof("each misconception is caught and costs what it says", BOTH, seen, tuple(faults), counts=True)


def names_said(trial: Trial, own: ProblemResult, gates: Collection[str]) -> set[str]:
    """Return the names in the failed tests of a misconception's problem, or ``nothing``, and all names elsewhere.

    ``own`` is the result of the misconception's problem. The tests in ``gates`` fail without a fault of their own when
    no test of values passes, so nothing need be said of them.
    """
    told = [test for test in own.tests if test.verdict is Verdict.FAILED]
    names = {test.misconception or "nothing" for test in told if test.id not in gates or test.misconception}
    return names | named(trial)


def gates_of(shares: Iterable[DeclaredTest]) -> set[str]:
    """Return the tests that count only once a test of values passes."""
    return {promise.test for promise in shares if promise.gate}


def points_of_share(assignment: Assignment, problem: str, shares: list[DeclaredTest]) -> float:
    """Return the points of one share of a problem."""
    return assignment.problems[problem].points / sum(one.share for one in shares)


def shares_lost(own: ProblemResult, share: float) -> float:
    """Return how many shares a problem lost, at so many points each."""
    return round((own.max_score - own.score) / share, 3)


def _lost_otherwise(known: Misconception, own: ProblemResult, share: float) -> Iterator[str]:
    lost = shares_lost(own, share)
    if known.equivalent:
        if lost:
            yield f"{title(known)} is said to be equivalent, and loses {points(lost)} shares"
    elif not failed(own):
        yield f"{title(known)} is caught by no test: sharpen one, or give the reason under EQUIVALENT"
    elif lost != round(known.loses, 3):
        yield f"{title(known)} loses {points(lost)} shares; it says LOSES = {points(known.loses)}"


def harmless_elsewhere(variants: list[Trial]) -> Proof:
    """Prove that misconceptions cost nothing in the problems that are built on theirs."""
    faults = [
        f"{title(trial.subject)} costs {points(result.max_score - result.score)} points in {name}: "
        f"{', '.join(failed(result)) or 'by deductions'}"
        for trial in variants
        for name, result in trial.results.items()
        if isinstance(trial.subject, Misconception)
        and name != trial.subject.problem
        and result.score < result.max_score
        and not result.shared
        # Where a forward function raises there is nothing to call its backward function with.
        and any(test.verdict is Verdict.FAILED for test in result.tests)
    ]
    looked = sum(len(trial.results) - 1 for trial in variants if trial.results)
    seen = f"{looked} problems lost nothing"
    return Proof("a misconception costs nothing in other problems", BOTH, seen, tuple(faults))


def fair_to_styles(styles: list[Trial]) -> Proof:
    """Prove that right solutions in other styles get full marks, and are taken for no misconception."""
    faults = [f"{title(trial.subject)} {trial.ended}" for trial in styles if trial.ended]
    for trial in styles:
        for name in trial.caught_in:
            result = trial.results[name]
            faults.append(
                f"{title(trial.subject)}: {points(result.score)} of {points(result.max_score)} in {name}: "
                f"{', '.join(failed(result)) or 'by deductions'}"
            )
        faults += [f"{title(trial.subject)} is taken for {name}" for name in sorted(named(trial))]
    full = sum(not trial.caught_in and not trial.ended for trial in styles)
    seen = f"styles: {len(styles)}, full marks {full}"
    return Proof("right solutions in other styles get full marks", BOTH, seen, tuple(faults), counts=True)


def _first_seen(result: ProblemResult, reasons: Sequence[str]) -> str:
    """Return what the first test saw that did not pass; of the grader's own failure, its reason."""
    seen = (reason_for(test.id, reasons) or str(test.message) for test in result.tests if test.id in failed(result))
    return next(seen, "points are taken off")


def stood_in(tried: list[Trial]) -> Proof:
    """Prove that the solution passes where right functions stand in for earlier ones, as they do after a mistake."""
    faults = []
    for trial in tried:
        state = trial.subject
        if not isinstance(state, StoodIn):
            continue
        if trial.ended:
            faults.append(f"{state.problem}, with {title(state)}, {trial.ended}")
        # Where a function is not called, callers get a cache that they cannot look into; then they may fail.
        elif trial.caught_in and state.forward is not Own.UNUSABLE:
            (result,) = trial.results.values()
            seen = _first_seen(result, trial.reasons)
            faults.append(f"{state.problem}, with {title(state)}, fails {', '.join(failed(result))}: {seen}")
    problems = {trial.subject.problem for trial in tried if isinstance(trial.subject, StoodIn)}
    seen = f"problems: {len(problems)}, runs: {len(tried)}"
    return Proof("right functions can stand in for earlier ones", BOTH, seen, tuple(faults), counts=True)


def _unbroken(trials: Trials) -> Proof:
    """Prove that no test fails through a fault of its own, which would leave a mark for a person to give."""
    faults = {
        f"{test.id} with {title(trial.subject)}: {reason_for(test.id, trial.reasons) or test.message}"
        for trial in _all(trials)
        for result in trial.results.values()
        for test in result.tests
        if test.verdict is Verdict.GRADER_ERROR
    }
    count = sum(len(trial.results) for trial in _all(trials))
    return Proof("no code breaks a hidden test", BOTH, f"{count} runs of a problem's tests", tuple(sorted(faults)))


def _all(trials: Trials) -> Iterable[Trial]:
    return (*trials.variants, *trials.styles, *trials.stood_in, *(trials.mutants or ()))


def _mutants(tried: list[Trial], known: list[ExplainedChange]) -> Proof:
    survivors = [trial.subject for trial in tried if not trial.caught_in and not trial.ended]
    left = [mutant for mutant in survivors if isinstance(mutant, Mutant)]
    said = {mutant: explanation(mutant, known) for mutant in left}
    faults = [f"nothing notices {title(mutant)}" for mutant, one in said.items() if one is None]
    faults += [
        f"{one.function}: {one.before} \u2192 {one.after} is explained, {_gone(one, tried)}"
        for one in known
        if one not in said.values()
    ]
    equivalent = sum(one is not None and one.kind == EQUIVALENT for one in said.values())
    open_ = sum(one is not None and one.kind != EQUIVALENT for one in said.values())
    elsewhere = sum(bool(trial.results) and _passes_its_own(trial) and bool(trial.caught_in) for trial in tried)
    seen = f"mutants: {len(tried)}, killed {len(tried) - len(left)}"
    seen += f" (of these {elsewhere} in a problem built on theirs)" if elsewhere else ""
    seen += f", equivalent {equivalent}"
    seen += f", not asked {open_}" if open_ else ""
    seen += f", survivors {len(left) - equivalent - open_}"
    return Proof("changes to the solution are noticed", BOTH, seen, tuple(faults), counts=True)


def _passes_its_own(trial: Trial) -> bool:
    return isinstance(trial.subject, Mutant) and trial.subject.problem not in trial.caught_in


def _gone(one: ExplainedChange, tried: list[Trial]) -> str:
    """Return why an explanation is out of date."""
    if any(isinstance(trial.subject, Mutant) and one.explains(trial.subject) for trial in tried):
        return "and a test notices it: take the explanation out"
    return "and is no mutant: take the explanation out, or write the lines anew"


def _needed(trials: Trials, promised: Promised) -> Proof:
    alone = failing_alone(trials)
    faults, by_trial, stay = [], 0, 0
    for shares in promised.values():
        resting = Counter(promise.asks for promise in shares)
        for promise in shares:
            if promise.test in alone:
                by_trial += 1
            # A sentence that no other test rests on is reason enough, and so are values that anyone can try.
            elif promise.stays or promise.worked_example or resting[promise.asks] == 1:
                stay += 1
            else:
                faults.append(f"{promise.test}: nothing fails it alone; say why it stays, or take it out")
    seen = f"{by_trial} tests alone catch something; {stay} stay for a reason"
    return Proof("each hidden test is needed", BOTH, seen, tuple(faults), counts=True)


def failing_alone(trials: Trials) -> set[str]:
    """Return the tests that are the only one of their problem to catch some piece of wrong code.

    Worked examples and gates that are merely closed catch nothing that others miss.
    """
    wrong = (trial for trial in _all(trials) if not isinstance(trial.subject, StoodIn))
    results = (result for trial in wrong for result in trial.results.values() if not result.shared)
    sets = ([test.id for test in result.tests if _catches(test)] for result in results)
    return {tests[0] for tests in sets if len(tests) == 1}


def _catches(test: TestResult) -> bool:
    closed = test.message.template == GATE_CLOSED
    return test.verdict is not Verdict.PASSED and not test.worked_example and not closed
