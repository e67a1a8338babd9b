"""Has the commands for who writes an assignment: ``release``, ``verify``, ``misconception``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.commands.common import (
    add_assignment,
    add_sandbox_options,
    assignments_of,
    command,
    one_assignment_of,
    print_note,
    steps,
)

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.course.assignment import Assignment
    from autograder.kernel.sandbox.levels import Level


def add_release(chosen: Any) -> None:
    """Add `autograder release`."""
    made = command(
        chosen,
        "release",
        "make the students' copy and the solutions from the source notebook",
        "Makes release/ and solutions/ from source/, in each language, and puts the assignment's cells into the "
        "gradebook. Both folders stay as they are when the source is not right: points that do not add up or that a "
        "text tells otherwise, languages that differ or whose English has changed since, a leak of a solution, a test "
        "or a mark scheme.",
        ("release ps1", "make them"),
        ("release --check", "compare all that is committed with the sources, before a commit"),
        ("release ps1 --translation-holds intro-text", "only a comma of the English changed"),
        ("release --check-folder ~/public_html", "look for leaks in what was published"),
        run=run_release,
    )
    add_assignment(made, optional=True)
    one_of = made.add_mutually_exclusive_group()
    one_of.add_argument(
        "--check",
        action="store_true",
        help="write nothing; name the files and cells that differ from what the source gives, and end with 1",
    )
    made.add_argument(
        "--layout",
        choices=("notebook", "modules"),
        default="notebook",
        help="modules: also a release in which students write module files, as in the original course; "
        "once it is there, it is made each time",
    )
    one_of.add_argument(
        "--translation-holds",
        action="append",
        default=[],
        metavar="PAIR",
        help="the translation of these text cells holds, though the English has changed; may be given many times",
    )
    one_of.add_argument(
        "--check-folder",
        type=Path,
        metavar="DIR",
        help="make nothing; look for leaks in what was published: notebooks, module files, pages, archives of them",
    )


def run_release(options: argparse.Namespace) -> int:
    """Run `autograder release`."""
    from autograder.release.release import check_current, release

    assignments = assignments_of(options)
    if options.check_folder:
        return run_check_folder(options.check_folder, assignments)
    for assignment in assignments:
        name = assignment.name
        with steps(name) as tell:
            if options.check:
                check_current(assignment, tell=tell, note=print_note)
            else:
                modules = options.layout == "modules"
                made = release(assignment, modules=modules, holds=options.translation_holds, tell=tell, note=print_note)
        if options.check:
            languages = " and ".join(assignment.languages)
            print(f"{name}: release and solutions are what the source gives, in {languages}")
        else:
            for folder in made:
                print(f"{name}: made {folder}")
    return 0


def run_check_folder(folder: Path, assignments: Sequence[Assignment]) -> int:
    """Run `autograder release --check-folder`."""
    from autograder.release.leaks import LeakError, check_published

    findings = check_published(assignments, folder)
    for text in findings.notes:
        print_note(text)
    if findings.leaks:
        raise LeakError(str(folder), findings.leaks, refused=False)
    print(f"{folder}: {findings.files} files, no leak of {', '.join(assignment.name for assignment in assignments)}")
    return 0


def add_verify(chosen: Any) -> None:
    """Add `autograder verify`."""
    made = command(
        chosen,
        "verify",
        "prove that an assignment is right: its points and texts, its solution, its hidden tests",
        "Proves what can be proved without students, and prints a table of it: points and texts agree, the solution"
        " gets full marks and the release none, hidden tests are fair to right code, catch wrong code, and each is "
        "needed. It takes some minutes, most of them for mutants of the solution.",
        ("verify ps1", "all of it, before the assignment is set"),
        ("verify", "of every assignment, one after the other"),
        ("verify ps1 --quick", "without mutants, while tests are written"),
        run=run_verify,
    )
    add_assignment(made, optional=True)
    made.add_argument(
        "--quick", action="store_true", help="make no mutants of the solution, which take most of the time"
    )
    made.add_argument(
        "--confusion", action="store_true", help="also show what is said of each misconception, test by test"
    )
    made.add_argument("--json", type=Path, metavar="FILE", help="write all that was found into this file")
    add_sandbox_options(made)


def run_verify(options: argparse.Namespace) -> int:
    """Run `autograder verify`."""
    from rich.console import Console

    from autograder.course.course import CourseError
    from autograder.kernel.sandbox.levels import Level
    from autograder.marking.execution.isolation import admitted

    level = admitted(Level(options.level) if options.level else None, options.allow_weaker_isolation)
    assignments = assignments_of(options)
    if options.json and len(assignments) > 1:
        there = ", ".join(one.name for one in assignments)
        raise CourseError(f"--json writes of one assignment: name it; there are {there}")
    console, hold = Console(), []
    for assignment in assignments:
        if len(assignments) > 1:
            console.print(f"[bold]{assignment.name}[/bold]")
        hold.append(_verified(assignment, level, options, console))
    return 0 if all(hold) else 1


def _verified(assignment: Assignment, level: Level, options: argparse.Namespace, console: Console) -> bool:
    """Print the proofs of one assignment, and return whether all hold."""
    from autograder.verification.confusion import print_confusion, write_json
    from autograder.verification.fairness import fairness
    from autograder.verification.proof import print_proofs
    from autograder.verification.trials import try_all
    from autograder.verification.verify import verify

    if not any(problem.tested for problem in assignment.problems.values()):
        with console.status("Looking ..."):
            proofs = [*verify(assignment, level)]
        holds = print_proofs(proofs, console)
        print(f"{assignment.name} has no hidden tests: there is nothing to try them on")
        return holds
    with console.status("Looking ...") as status:
        trials = try_all(assignment, lambda text: status.update(f"Trying {text}"), quick=options.quick)
        status.update("Looking ...")
        proofs = [*verify(assignment, level), *fairness(assignment, trials)]
    holds = print_proofs(proofs, console)
    if options.confusion:
        print_confusion(trials.variants, console)
    if options.json:
        write_json(options.json, assignment, proofs, trials)
        print(f"wrote {options.json}")
    return holds


def add_misconception(chosen: Any) -> None:
    """Add `autograder misconception`."""
    made = command(
        chosen,
        "misconception",
        "make a known mistake of what a student wrote, so that it is named for everybody",
        "new takes the answer of one student to one problem, as in classroom/submitted, without comments, names and "
        "docstrings, shows it, and makes a draft of a misconception of it once you have read it: from then on it is "
        "run as the course's own code, without a sandbox. Then it is tried, as by try: do hidden tests catch it, is "
        "it named as itself, is any other mistake or right solution taken for it, and whose hand-ins is it in? It is "
        "named to students and in reports as soon as its texts are written. Exit code 1: something does not hold, or "
        "you said no.",
        ("misconception new ps1 --from ada mean --name sum_halved", "make one of ada's answer"),
        ("misconception try ps1 --name sum_halved", "try it again, when its texts are written"),
        ("misconception try ps1", "try all that are drafts yet"),
        run=run_misconception,
    )
    made.add_argument("action", choices=("new", "try"), help="make a new one, or try one that is there")
    made.add_argument("assignment", nargs="?", help="the assignment's name; may be left out where there is one alone")
    made.add_argument(
        "--from",
        dest="source",
        nargs=2,
        metavar=("STUDENT", "PROBLEM"),
        help="for new: whose answer to take, and to which problem",
    )
    made.add_argument(
        "--name",
        help="what the code does in a few words joined by _; for new it may be left out and the file renamed later; "
        "for try: all drafts when left out",
    )
    made.add_argument(
        "--yes", action="store_true", help="do not ask: you have read the code, and it may be run without a sandbox"
    )


def run_misconception(options: argparse.Namespace) -> int:
    """Run `autograder misconception`; its exit code is 1 when something does not hold, or the person said no."""
    from rich.console import Console

    from autograder.course.course import CourseError
    from autograder.verification.misconception_terminal import print_tried, say_yes, show_draft
    from autograder.verification.new_misconception import drafted, misconceptions_named, try_one, write_draft

    new = options.action == "new"
    if new is not bool(options.source):
        raise CourseError("new needs --from STUDENT PROBLEM, and try takes none")
    assignment, console = one_assignment_of(options), Console()
    if new:
        student, problem = options.source
        draft = drafted(assignment, student, problem, options.name)
        show_draft(draft, console)
        if not options.yes and not say_yes(console):
            return 1
        tried = [write_draft(assignment, draft)]
    else:
        tried = misconceptions_named(assignment, options.name)
    holds = True
    for one in tried:
        with console.status("Trying ...") as status:
            outcome = try_one(assignment, one, lambda text: status.update(f"Trying {text}"), measure=new)
        holds = print_tried(assignment, outcome, console) and holds
    return 0 if holds else 1
