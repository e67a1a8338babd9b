"""Runs the hidden tests of an assignment on code whose worth is known: misconceptions, right solutions, mutants.

All of it is the staff's own code, so it runs in processes of this program's own, without a sandbox; see
`autograder.verification.worker_pool`.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from types import FunctionType
from typing import Any, cast

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.misconceptions import Misconception, misconceptions
from autograder.course.problem import Problem
from autograder.course.results import ProblemResult, Verdict
from autograder.course.stand_in_entries import StandInEntry
from autograder.kernel.call_server import Server
from autograder.kernel.stand_in import Own
from autograder.marking.problem import mark_problem
from autograder.testing.fixtures import FixedAccess, SubmissionAccess
from autograder.testing.link import LocalLink
from autograder.testing.runner import examine
from autograder.testing.stand_ins import StandIns
from autograder.testing.variants import VariantAccess, methods, variant
from autograder.verification.mutants import Mutant, mutants
from autograder.verification.new_memory import fill_new_arrays
from autograder.verification.reasons import gathered_reasons
from autograder.verification.worker_pool import OverLimit, PoolJob, WorkerFault, WorkerPool, serve_jobs

Tell = Callable[[str], None]
RIGHT = "right"
WORKERS = 2
# A mutant may take so many times as long as the solution, but at least FLOOR seconds: a wrong forward function makes
# tests compute numerical gradients.
SLOWER, FLOOR = 20.0, 5.0
# Seconds a problem for variants and right solutions, which end by themselves: only a fault reaches it.
SANE = 60.0


@dataclass(frozen=True)
class Baseline:
    """The solution's own results in this process.

    Attributes:
        results: Results by problem.
        seconds: Processor time that each problem's tests take.
        used: By problem, the problems whose functions its tests call, or the solution for them; its own among them.
        reasons: What the grader logged of its own failures.
    """

    results: dict[str, ProblemResult]
    seconds: dict[str, float]
    used: dict[str, frozenset[str]]
    reasons: tuple[str, ...] = ()

    def built_on(self, problem: str) -> list[str]:
        """Return the other problems that use the functions of one, in the notebook's order."""
        return [name for name, used in self.used.items() if problem in used and name != problem]


@dataclass(frozen=True)
class StoodIn:
    """A problem of the solution, whose earlier functions right ones stand in for.

    Attributes:
        problem: The problem.
        forward: What is said of forward functions, and of functions without a backward one.
        backward: What is said of backward functions.
    """

    problem: str
    forward: Own
    backward: Own

    def own(self, entries: Iterable[StandInEntry]) -> dict[str, Own]:
        """Return what is said of each function."""
        return {
            name: self.backward if name == entry.backward else self.forward
            for entry in entries
            for name in entry.functions
        }


# What is said of functions. A wrong one's output is replaced, of a right one only the backward function is. Of one that
# is not to be called there is an opaque cache: code may look into it, so that then nothing need pass.
STATES = ((Own.WRONG, Own.WRONG), (Own.RIGHT, Own.WRONG), (Own.UNUSABLE, Own.UNUSABLE))


@dataclass(frozen=True)
class Trial:
    """The results of the hidden tests on a piece of code.

    Attributes:
        subject: The code: a misconception, the file of a right solution, or a mutant.
        results: Results of the problems that were run, by problem.
        ended: Why it was ended before it came to results; empty otherwise.
        reasons: What the grader logged of its own failures.
    """

    subject: Misconception | Path | Mutant | StoodIn
    results: dict[str, ProblemResult]
    ended: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def caught_in(self) -> list[str]:
        """The problems in which something was noticed."""
        return [name for name, result in self.results.items() if not sound(result)]


@dataclass
class Trials:
    """All trials of an assignment.

    Attributes:
        baseline: The solution.
        variants: The misconceptions.
        styles: The right solutions.
        stood_in: The solution, with right functions in the place of its own.
        mutants: Mutants of the solution; None when they were left out.
    """

    baseline: Baseline
    variants: list[Trial] = field(default_factory=list)
    styles: list[Trial] = field(default_factory=list)
    stood_in: list[Trial] = field(default_factory=list)
    mutants: list[Trial] | None = None


def sound(result: ProblemResult) -> bool:
    """Return whether a problem has full marks."""
    return result.passed and not result.deductions


def failed(result: ProblemResult) -> list[str]:
    """Return the tests that did not pass."""
    return [test.id for test in result.tests if test.verdict is not Verdict.PASSED]


def automatic_problems(assignment: Assignment) -> list[str]:
    """Return the problems that hidden tests mark."""
    return [name for name, problem in assignment.problems.items() if problem.tested]


@dataclass(frozen=True)
class Task:
    """The job of a worker: the tests to run, and the code to run them on.

    Attributes:
        replacement: The code in place of the solution's functions: its text, or the file that holds it.
        problems: The problems to run, in the notebook's order.
        diagnosed: Those of them whose results say what a student would read; the others have verdicts alone.
        followed: Whether the others are marked with stand-ins where they fail.
        stood_in: What is said of earlier functions, for which right ones stand in from the beginning.
    """

    replacement: str | Path
    problems: tuple[str, ...]
    diagnosed: tuple[str, ...] = ()
    followed: bool = False
    stood_in: StoodIn | None = None


def try_all(assignment: Assignment, tell: Tell = lambda _text: None, *, quick: bool = False) -> Trials:
    """Run the hidden tests on all code that belongs to an assignment, and on mutants of its solution.

    Args:
        assignment: The assignment, whose solutions have been made.
        tell: Called with a line that says how far the trials are.
        quick: Whether the mutants are left out.

    Raises:
        CourseError: The solutions or hidden tests are missing.
        WorkerFault: A worker failed.
    """
    problems = automatic_problems(assignment)
    wrong = [one for several in misconceptions(with_drafts(assignment)).values() for one in several]
    with trial_workers(assignment) as pool:
        tell("the solution ...")
        trials = Trials(_solution(pool, SANE * len(problems)))
        named = [(one, Task(one.file, tuple(problems), (one.problem,), followed=True)) for one in wrong]
        trials.variants = run_tasks(pool, "misconceptions", named, tell)
        whole = [(file, Task(file, tuple(problems), tuple(problems))) for file in right_solutions(assignment)]
        trials.styles = run_tasks(pool, "right solutions", whole, tell)
        states = [(one, Task("", (one.problem,), stood_in=one)) for one in states_of(assignment)]
        trials.stood_in = run_tasks(pool, "stand-ins", states, tell)
        if not quick:
            trials.mutants = _try_mutants(pool, list(mutants(assignment)), trials.baseline, tell)
    return trials


def states_of(assignment: Assignment) -> Iterator[StoodIn]:
    """Yield for each problem that is built on others what can be said of these."""
    for name in automatic_problems(assignment):
        entries = [entry for entry in assignment.stand_ins if name in entry.used_by]
        paired = any(entry.backward is not None for entry in entries)
        for forward, backward in STATES if entries else ():
            if forward is not Own.RIGHT or paired:
                yield StoodIn(name, forward, backward)


def with_drafts(assignment: Assignment) -> Assignment:
    """Return an assignment of whose misconceptions drafts count as well; the one that is given stays as it is."""
    made = Assignment(assignment.course, assignment.name)
    made.drafts = True
    return made


def trial_workers(assignment: Assignment) -> WorkerPool:
    """Return workers that run the tasks of an assignment, with the drafts of its misconceptions."""
    return WorkerPool(worker, (assignment.course.root, assignment.name), WORKERS)


def right_solutions(assignment: Assignment) -> list[Path]:
    """Return the files of right solutions in other styles."""
    return sorted((assignment.folder / RIGHT).glob("*.py"))


def _solution(pool: WorkerPool, limit: float) -> Baseline:
    """Return the baseline, from a worker: in this process an interruption would count as a fault of the solution."""
    ((_, found),) = pool.do([PoolJob(None, limit)])
    if isinstance(found, OverLimit):
        raise WorkerFault(f"the solution {found}")
    return cast(Baseline, found)


def _try_mutants(pool: WorkerPool, made: list[Mutant], found: Baseline, tell: Tell) -> list[Trial]:
    """Try mutants in their own problem, and those that it lets pass in the problems that are built on it."""

    def limit(task: Task) -> float:
        return max(FLOOR, SLOWER * sum(found.seconds[problem] for problem in task.problems))

    own = run_tasks(pool, "mutants", [(mutant, Task(mutant.source, (mutant.problem,))) for mutant in made], tell, limit)
    left = [trial.subject for trial in own if not trial.ended and not trial.caught_in]
    passed = [mutant for mutant in left if isinstance(mutant, Mutant) and found.built_on(mutant.problem)]
    further_tasks = [(mutant, Task(mutant.source, tuple(found.built_on(mutant.problem)))) for mutant in passed]
    again = run_tasks(pool, "mutants that their own problem lets pass", further_tasks, tell, limit)
    further = {id(trial.subject): trial for trial in again}
    return [
        Trial(trial.subject, {**trial.results, **more.results}, more.ended, (*trial.reasons, *more.reasons))
        if more is not None
        else trial
        for trial in own
        for more in [further.get(id(trial.subject))]
    ]


def sane_seconds(task: Task) -> float:
    """Return the limit of a task whose code ends by itself."""
    return SANE * len(task.problems)


def run_tasks(
    pool: WorkerPool,
    what: str,
    tasks: Sequence[tuple[Any, Task]],
    tell: Tell,
    limit: Callable[[Task], float] = sane_seconds,
) -> list[Trial]:
    """Return the trials of subjects in their order.

    Args:
        pool: Runs them.
        what: What they are, for people.
        tasks: The subjects, each with its task.
        tell: Called with a line that says how many are done.
        limit: Returns the seconds that a task may take.
    """
    jobs = [PoolJob((place, task), limit(task)) for place, (_, task) in enumerate(tasks)]
    found: dict[int, Trial] = {}
    for job, outcome in pool.do(jobs):
        place = job.work[0]
        ended = isinstance(outcome, OverLimit)
        results, reasons = ({}, ()) if ended else outcome
        found[place] = Trial(tasks[place][0], results, str(outcome) if ended else "", reasons)
        tell(f"{what}: {len(found)} of {len(tasks)}")
    return [found[place] for place in sorted(found)]


def worker(root: Path, name: str, connection: Connection) -> None:
    """Run the problems of tasks in a worker process; those of the solution where a task names no code."""
    assignment = with_drafts(Assignment(Course(root), name))
    fill_new_arrays()

    def do(work: tuple[int, Task] | None) -> Baseline | tuple[dict[str, ProblemResult], tuple[str, ...]]:
        with gathered_reasons() as reasons:
            if work is None:
                found = baseline(assignment)
                return replace(found, reasons=tuple(reasons))
            return results_of(assignment, work[1]), tuple(reasons)

    serve_jobs(connection, do)


def problem_verdicts(
    assignment: Assignment, problem: Problem, access: SubmissionAccess, earlier: Mapping[str, ProblemResult]
) -> ProblemResult:
    """Return the result of a problem's tests on a piece of code, without a diagnosis."""
    return examine(assignment, problem, access, earlier).result()


def results_of(assignment: Assignment, task: Task) -> dict[str, ProblemResult]:
    """Run the problems of a task in this process, and return their results."""
    access = VariantAccess(assignment, task.replacement)
    if task.stood_in is not None:
        return _stood_in_results(assignment, task.stood_in, access)
    results: dict[str, ProblemResult] = {}
    for name in task.problems:
        problem = assignment.problems[name]
        if name not in task.diagnosed:
            results[name] = problem_verdicts(assignment, problem, access, results)
            if sound(results[name]) or not task.followed:
                continue
        results[name] = mark_problem(assignment, problem, access, results)
    return results


def _stood_in_results(assignment: Assignment, state: StoodIn, access: VariantAccess) -> dict[str, ProblemResult]:
    problem = assignment.problems[state.problem]
    entries = [entry for entry in assignment.stand_ins if problem.id in entry.used_by]
    stand_ins = StandIns(assignment, entries, access.limits.stand_ins, state.own(entries))
    with access.standing_in(stand_ins) as standing:
        return {problem.id: problem_verdicts(assignment, problem, standing, {})}


def baseline(assignment: Assignment) -> Baseline:
    """Return the solution's results in this process, and which problems are built on which."""
    called: set[str] = set()
    names = variant(assignment)
    _count(assignment, names, called)
    access = FixedAccess(LocalLink(Server(names)))
    found = Baseline({}, {}, {})
    for name in automatic_problems(assignment):
        called.clear()
        before = time.process_time()
        found.results[name] = problem_verdicts(assignment, assignment.problems[name], access, found.results)
        found.seconds[name] = time.process_time() - before
        found.used[name] = frozenset(called)
    return found


def _count(assignment: Assignment, names: dict[str, Any], called: set[str]) -> None:
    """Make the functions of a submission record their problem when they are called, also by each other."""
    owners = methods(assignment)
    functions = {
        name: (problem, getattr(names[owners[name]], name) if name in owners else names[name])
        for problem in automatic_problems(assignment)
        for name in assignment.problems[problem].functions
    }
    classes = [(problem, one) for problem, one in functions.values() if isinstance(one, type)]
    for problem, one in classes:
        for method, function in [(name, value) for name, value in vars(one).items() if isinstance(value, FunctionType)]:
            setattr(one, method, _counted(function, problem, called))
    functions = {name: found for name, found in functions.items() if not isinstance(found[1], type)}
    counted = {name: _counted(function, problem, called) for name, (problem, function) in functions.items()}
    for _, function in functions.values():
        function.__globals__.update(counted)
    names.update(counted)
    for name, owner in owners.items():
        setattr(names[owner], name, counted[name])


def _counted(function: Callable[..., Any], problem: str, called: set[str]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        called.add(problem)
        return function(*args, **kwargs)

    return call
