"""The ``autograder`` command."""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder import __version__

if TYPE_CHECKING:
    from autograder.course.assignment import Assignment

BAD_USAGE, GRADER_ERROR = 2, 3
# As shells report a program that Ctrl-C has ended.
STOPPED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Args:
        arguments: The command line, without the program's name; that of this process when None.
    """
    options = parser().parse_args(arguments)
    # nbgrader runs alembic by name.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    options.ahead(options)
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        print("autograder: stopped", file=sys.stderr)
        return STOPPED
    except Exception as fault:
        code = code_of(fault)
        if code is None:
            raise
        complain(options, fault)
        return code


def code_of(fault: Exception) -> int | None:
    """Return the exit code of a command that has failed; None for a fault of the program's own."""
    # Here, and not before there is a fault: importing all these takes as long as marking a hand-in.
    from autograder.course.course import CourseError
    from autograder.course.nbgrader_app import ConversionError
    from autograder.course.results import RecordError
    from autograder.course.solutions import SourceError
    from autograder.i18n.catalogue import CatalogueError
    from autograder.kernel.sandbox.fork import SandboxError
    from autograder.marking.execution.isolation import WeakIsolationError
    from autograder.release.release import StaleError
    from autograder.release.translation_check import TwinError
    from autograder.submissions.checks import Rejected
    from autograder.testing.faults import KernelLost

    match fault:
        case CourseError() | RecordError() | Rejected() | WeakIsolationError() | FileNotFoundError():
            return BAD_USAGE
        case CatalogueError() | ConversionError() | SourceError() | StaleError() | TwinError():
            return 1
        case SandboxError() | KernelLost():
            return GRADER_ERROR
    return None


@contextlib.contextmanager
def importing() -> Iterator[None]:
    """Import in the context what stays for good; the collector does not look through it, then or later."""
    # While a command imports nbgrader, it would do so again and again: a tenth of all the time.
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def complain(options: argparse.Namespace, fault: Exception) -> None:
    """Print why a command has failed."""
    from autograder.i18n.terminal import printable

    print(printable(f"autograder {options.command}: {fault}"), file=sys.stderr)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog="autograder", description=__doc__)
    made.add_argument("--version", action="version", version=__version__)
    made.set_defaults(ahead=lambda _options: None)
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")

    release = commands.add_parser("release", help="make the students' copy and the solutions from the source notebook")
    release.add_argument("assignment", nargs="?", help="its name; all assignments when left out")
    release.add_argument("--check", action="store_true", help="write nothing; fail when what is there differs")
    release.add_argument(
        "--layout",
        choices=("notebook", "modules"),
        default="notebook",
        help="modules: also a release in which students write module files, as in the original course",
    )
    release.add_argument(
        "--check-folder",
        type=Path,
        metavar="DIR",
        help="make nothing; look for leaks in what was published: notebooks, module files, pages, archives of them",
    )
    release.set_defaults(run=run_release)

    verify = commands.add_parser(
        "verify", help="prove that an assignment is right: its points and texts, its solution, its hidden tests"
    )
    verify.add_argument("assignment")
    verify.add_argument("--quick", action="store_true", help="make no mutants of the solution")
    verify.add_argument(
        "--confusion", action="store_true", help="show what is said of each misconception, test by test"
    )
    verify.add_argument("--json", type=Path, metavar="FILE", help="write all that was found there")
    add_sandbox_options(verify)
    verify.set_defaults(run=run_verify)

    mark = commands.add_parser("mark", help="mark one hand-in, without a gradebook")
    mark.add_argument("assignment")
    mark.add_argument("path", type=Path, help="what was handed in: a notebook, module files, or an archive of them")
    mark.add_argument("--json", type=Path, metavar="FILE", help="write the results record there")
    add_all_cells(mark)
    mark.add_argument("--notebook", type=Path, metavar="FILE", help="write the marked notebook there")
    add_sandbox_options(mark)
    mark.set_defaults(run=run_mark)

    grade = commands.add_parser("grade", help="mark the class in parallel, into the gradebook")
    grade.add_argument("assignment")
    grade.add_argument(
        "--student", action="append", default=[], metavar="ID", help="mark this one's hand-in; may be given many times"
    )
    grade.add_argument("--jobs", type=int, metavar="N", help="mark so many at once; one for each core, if left out")
    grade.add_argument(
        "--scheduler", metavar="ADDRESS", help="mark on the workers of this dask scheduler, not on this machine"
    )
    grade.add_argument("--force", action="store_true", help="mark those again that have not changed")
    add_all_cells(grade)
    grade.add_argument("--what-if", action="store_true", help="write nothing; show whose points would change")
    grade.add_argument(
        "--never-lower", action="store_true", help="where a problem would now get fewer points, keep those it has"
    )
    add_sandbox_options(grade)
    grade.set_defaults(run=run_grade, ahead=start_forks)

    explain = commands.add_parser("explain", help="for staff: show why a hand-in's tests of one problem failed")
    explain.add_argument("assignment")
    explain.add_argument("student")
    explain.add_argument("problem")
    explain.add_argument("--out", type=Path, metavar="FOLDER", help="write scripts and the draft of a reply there")
    add_sandbox_options(explain)
    explain.set_defaults(run=run_explain)

    add_looks(commands)
    return made


def add_looks(commands: Any) -> None:
    """Add the commands that only look at what there is."""
    report = commands.add_parser("report", help="make the table of the class, as HTML and CSV")
    report.add_argument("assignment")
    report.add_argument(
        "--other-points",
        action="store_true",
        help="go on although the gradebook has other points than the source notebook",
    )
    report.set_defaults(run=run_report)

    audit = commands.add_parser("audit", help="list what a person should look at in the records of a class")
    audit.add_argument("assignment", nargs="?", help="its name; all assignments when left out")
    audit.add_argument("--json", type=Path, metavar="FILE", help="write what was found there")
    audit.set_defaults(run=run_audit)

    doctor = commands.add_parser("doctor", help="show what isolation this machine offers, and what to do")
    doctor.set_defaults(run=run_doctor)


def add_all_cells(command: argparse.ArgumentParser) -> None:
    """Add the option that says which cells are run."""
    command.add_argument("--all-cells", action="store_true", help="also run cells that no points depend on")


def add_sandbox_options(command: argparse.ArgumentParser) -> None:
    """Add the options that set the sandbox of a submission's code."""
    command.add_argument(
        "--level", choices=("full", "no-userns", "off"), help="how far its code is shut in; full, if left out"
    )
    command.add_argument(
        "--allow-weaker-isolation", action="store_true", help="mark at a lower level than full if it has to be"
    )


def run_release(options: argparse.Namespace) -> int:
    """Run `autograder release`."""
    from autograder.course.assignment import Assignment, assignment_names
    from autograder.release.release import check_current, release

    names = [options.assignment] if options.assignment else assignment_names()
    if options.check_folder:
        return run_check_folder(options.check_folder, [Assignment.here(name) for name in names])
    for name in names:
        assignment = Assignment.here(name)
        if options.check:
            check_current(assignment)
            languages = " and ".join(assignment.languages)
            print(f"{name}: release and solutions are what the source gives, in {languages}")
        else:
            for folder in release(assignment, modules=options.layout == "modules"):
                print(f"{name}: made {folder}")
    return 0


def run_check_folder(folder: Path, assignments: Sequence[Assignment]) -> int:
    """Run `autograder release --check-folder`."""
    from autograder.i18n.terminal import printable
    from autograder.release.leaks import LeakError, check_published

    findings = check_published(assignments, folder)
    for note in findings.notes:
        print(printable(f"note: {note}"), file=sys.stderr)
    if findings.leaks:
        raise LeakError(str(folder), findings.leaks, refused=False)
    print(f"{folder}: {findings.files} files, no leak of {', '.join(assignment.name for assignment in assignments)}")
    return 0


def run_verify(options: argparse.Namespace) -> int:
    """Run `autograder verify`."""
    from rich.console import Console

    from autograder.course.assignment import Assignment
    from autograder.kernel.sandbox.levels import Level
    from autograder.marking.execution.isolation import admitted
    from autograder.verification.confusion import print_confusion, write_json
    from autograder.verification.fairness import fairness
    from autograder.verification.proof import print_proofs
    from autograder.verification.trials import try_all
    from autograder.verification.verify import verify

    level = admitted(Level(options.level) if options.level else None, options.allow_weaker_isolation)
    assignment, console = Assignment.here(options.assignment), Console()
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
    return 0 if holds else 1


def run_mark(options: argparse.Namespace) -> int:
    """Run `autograder mark`."""
    from concurrent.futures import ThreadPoolExecutor

    from autograder.course.assignment import Assignment
    from autograder.course.results import Status, write_record
    from autograder.kernel.sandbox.levels import Level
    from autograder.marking.execution.isolation import admitted, isolation_for
    from autograder.marking.execution.launcher import warm_kernels

    assignment = Assignment.here(options.assignment)
    # What tries the sandbox, and what kernels are forked from, are programs of their own: they start while this one
    # imports nbgrader and reads the hand-in. What fails there fails again with the first kernel, and is told then.
    ahead = ThreadPoolExecutor(1)
    wanted = Level(options.level) if options.level else None
    level = ahead.submit(admitted, wanted, options.allow_weaker_isolation)
    assignment.prepare_data()
    ahead.submit(lambda: warm_kernels(isolation_for(assignment, level.result())))
    ahead.shutdown(wait=False)
    with importing():
        import nbformat

        from autograder.marking.mark_file import mark_file
        from autograder.reports.terminal import print_record

    record, notebook = mark_file(assignment, options.path, level=level.result(), all_cells=options.all_cells)
    print_record(record, assignment.in_language(record.language).catalogue)
    if options.json:
        write_record(record, options.json)
    if options.notebook and notebook is not None:
        nbformat.write(notebook, options.notebook)
    return {Status.MARKED: 0, Status.REJECTED: BAD_USAGE, Status.GRADER_ERROR: GRADER_ERROR}[record.status]


def start_forks(options: argparse.Namespace) -> None:
    """Start what workers are forked from; what it imports takes as long as what `autograder grade` itself imports."""
    from autograder.grading import forkserver

    if options.scheduler is None:
        forkserver.begin()


def run_grade(options: argparse.Namespace) -> int:
    """Run `autograder grade`."""
    from rich.console import Console

    from autograder.course.assignment import Assignment
    from autograder.kernel.sandbox.levels import Level

    with importing():
        from autograder.grading.grade import Request, grade

    request = Request(
        students=options.student,
        jobs=options.jobs,
        scheduler=options.scheduler,
        force=options.force,
        all_cells=options.all_cells,
        what_if=options.what_if,
        never_lower=options.never_lower,
        level=Level(options.level) if options.level else None,
        weaker=options.allow_weaker_isolation,
    )
    return 0 if grade(Assignment.here(options.assignment), request, Console()) else GRADER_ERROR


def run_explain(options: argparse.Namespace) -> int:
    """Run `autograder explain`."""
    from autograder.course.assignment import Assignment
    from autograder.kernel.sandbox.levels import Level
    from autograder.marking.execution.isolation import admitted
    from autograder.reports.explain.explain import explain, write
    from autograder.reports.explain.terminal import print_explanation

    level = admitted(Level(options.level) if options.level else None, options.allow_weaker_isolation)
    explanation = explain(Assignment.here(options.assignment), options.student, options.problem, level)
    print_explanation(explanation)
    if options.out:
        for file in write(explanation, options.out):
            print(f"wrote {file}")
    return 0


def run_report(options: argparse.Namespace) -> int:
    """Run `autograder report`."""
    from autograder.course.assignment import Assignment
    from autograder.reports.class_report import write_report

    for file in write_report(Assignment.here(options.assignment), other_points=options.other_points):
        print(f"{options.assignment}: made {file}")
    return 0


def run_audit(options: argparse.Namespace) -> int:
    """Run `autograder audit`; its exit code is 1 when there is something to look at."""
    import msgspec
    from rich.console import Console

    from autograder.course.assignment import Assignment, assignment_names
    from autograder.reports.record_audit import audit, print_remarks

    found = []
    for name in [options.assignment] if options.assignment else assignment_names():
        remarks = audit(Assignment.here(name))
        found += remarks
        if remarks:
            print_remarks(remarks, Console())
        print(f"{name}: {len(remarks)} to look at")
    if options.json:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(found)) + b"\n")
    return 1 if found else 0


def run_doctor(_options: argparse.Namespace) -> int:
    """Run `autograder doctor`."""
    from autograder.course.course import find_course
    from autograder.doctor import check_machine

    return 0 if check_machine(find_course()) else 1


if __name__ == "__main__":
    sys.exit(main())
