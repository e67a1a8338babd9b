"""Runs the commands of ``autograder``, whose options `autograder.cli` reads.

Each imports what it needs when it is run: the command's own help, and its errors of usage, wait for none of it.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import nbformat
    from rich.console import Console

    from autograder.course.assignment import Assignment
    from autograder.course.results import Record
    from autograder.kernel.sandbox.levels import Level

BAD_USAGE, GRADER_ERROR = 2, 3
# In place of a file's name: print it.
STDOUT = "-"


@contextmanager
def importing() -> Iterator[None]:
    """Import in the context what stays for good; the collector does not look through it, then or later."""
    # While a command imports nbgrader, it would do so again and again: a tenth of all the time.
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def assignments_of(options: argparse.Namespace) -> list[Assignment]:
    """Return the assignment that a command names, or all of the course where it names none.

    Raises:
        CourseError: There is none.
    """
    from autograder.course.assignment import Assignment, assignment_names
    from autograder.course.course import CourseError, find_course

    course = find_course()
    if options.assignment:
        return [Assignment(course, options.assignment)]
    made = [Assignment(course, name) for name in assignment_names(course)]
    if not made:
        raise CourseError(
            f"{course.root} has no assignment: make one in {course.assignments}, or go to the folder of your course"
        )
    return made


def one_assignment_of(options: argparse.Namespace) -> Assignment:
    """Return the assignment that a command names, or the course's only one.

    Raises:
        CourseError: There is none, or there are several.
    """
    from autograder.course.course import CourseError

    assignments = assignments_of(options)
    if len(assignments) > 1:
        raise CourseError(f"say of which assignment: {', '.join(one.name for one in assignments)}")
    return assignments[0]


def run_init(options: argparse.Namespace) -> int:
    """Run `autograder init`."""
    from autograder.authoring.course_folder import make_course
    from autograder.i18n.terminal import printable

    for made in make_course(options.folder, options.id, options.roster):
        print(printable(f"made {made}"))
    print("Next, in this folder: `autograder new NAME` writes an assignment.")
    return 0


def run_new(options: argparse.Namespace) -> int:
    """Run `autograder new`."""
    from autograder.authoring.new_assignment import new_assignment
    from autograder.course.course import find_course

    for made in new_assignment(find_course(), options.assignment, options.title, options.sequel_of):
        print(f"made {made}")
    name = options.assignment
    print(f"Next: `autograder release {name}`, then `autograder verify {name}`.")
    return 0


def run_adopt(options: argparse.Namespace) -> int:
    """Run `autograder adopt`."""
    from rich.console import Console

    with importing():
        from autograder.release.adopt import adopt
        from autograder.release.adoption_report import print_adoption

    print_adoption(adopt(options.course, options.assignment), Console())
    return 0


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


@contextmanager
def steps(name: str) -> Iterator[Callable[[str], None]]:
    """Yield a function that says what is done next: in a line that goes away on a terminal, elsewhere in one each."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda text: print(f"{name}: {text} ...", file=sys.stderr, flush=True)
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(name)
        yield lambda text: progress.update(task, description=f"{name}: {text} ...")


def print_note(text: str) -> None:
    """Print what a person may want to know, beside the command's results."""
    from autograder.i18n.terminal import printable

    print(printable(f"note: {text}"), file=sys.stderr)


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


def run_mark(options: argparse.Namespace) -> int:
    """Run `autograder mark`."""
    from concurrent.futures import ThreadPoolExecutor

    from autograder.course.assignment import Assignment
    from autograder.course.results import Status
    from autograder.kernel.sandbox.levels import Level
    from autograder.marking.execution.isolation import admitted, isolation_for
    from autograder.marking.execution.launcher import warm_kernels

    assignment, files = Assignment.here(options.assignment), wanted_files(options)
    # What tries the sandbox, and what kernels are forked from, are programs of their own: they start while this one
    # imports nbgrader and reads the hand-in. What fails there fails again with the first kernel, and is told then.
    ahead = ThreadPoolExecutor(1)
    wanted = Level(options.level) if options.level else None
    level = ahead.submit(admitted, wanted, options.allow_weaker_isolation)
    assignment.prepare_data()
    ahead.submit(lambda: warm_kernels(isolation_for(assignment, level.result())))
    ahead.shutdown(wait=False)
    with importing():
        from autograder.marking.mark_file import mark_file
        from autograder.reports.terminal import print_record

    record, notebook = mark_file(
        assignment,
        options.path,
        level=level.result(),
        all_cells=options.all_cells,
        student=options.student,
        attempt=options.attempt,
    )
    if STDOUT not in files.values():
        print_record(record)
    for form, file in files.items():
        write_form(form, file, assignment, record, notebook)
    return {Status.MARKED: 0, Status.REJECTED: BAD_USAGE, Status.GRADER_ERROR: GRADER_ERROR}[record.status]


def wanted_files(options: argparse.Namespace) -> dict[str, str]:
    """Return the files into which `autograder mark` writes, by what they hold.

    Raises:
        CourseError: Two of them are to be printed.
    """
    from autograder.course.course import CourseError

    found = {form: getattr(options, form) for form in ("json", "junit", "markdown", "html", "notebook")}
    wanted = {form: file for form, file in found.items() if file is not None}
    printed = [f"--{form}" for form, file in wanted.items() if file == STDOUT]
    if len(printed) > 1:
        raise CourseError(f"only one can be printed: give {' or '.join(printed)} a file's name in place of {STDOUT}")
    return wanted


def write_form(
    form: str, file: str, assignment: Assignment, record: Record, notebook: nbformat.NotebookNode | None
) -> None:
    """Write what came of a hand-in into a file, or print it.

    Args:
        form: An option of `autograder mark`, without its hyphens.
        file: The file's name, or ``-``.
        assignment: The assignment.
        record: What came of the hand-in.
        notebook: The marked notebook; None when it was refused.

    Raises:
        CourseError: The file cannot be written.
    """
    from autograder.course.course import CourseError
    from autograder.course.results import dump_record
    from autograder.feedback.junit import junit_xml

    match form:
        case "json":
            data = dump_record(record)
        case "junit":
            data = junit_xml(assignment, record).encode()
        case "markdown":
            from autograder.feedback.markdown import feedback_markdown

            data = feedback_markdown(assignment, record, notebook).encode()
        case "html":
            from autograder.feedback.page import feedback_page

            data = feedback_page(assignment, record, notebook).encode()
        case _:
            import nbformat

            if notebook is None:
                return
            data = nbformat.writes(notebook).encode()
    if file == STDOUT:
        sys.stdout.buffer.write(data)
        return
    try:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).write_bytes(data)
    except OSError as fault:
        raise CourseError(f"--{form} cannot write {file} ({fault.strerror}): give another file") from fault


def run_collect(options: argparse.Namespace) -> int:
    """Run `autograder collect`; its exit code is 1 when something was left out."""
    with importing():
        from autograder.lms.collect import CollectRequest, collect_from
        from autograder.lms.terminal import print_collected

    assignment = one_assignment_of(options)
    request = CollectRequest(
        site=options.site,
        path=options.path,
        roster=options.roster,
        times=tuple(options.times or ()),
        groups=options.groups,
        id_column=options.ids,
        zone=options.zone,
        replace=options.replace,
    )
    report = collect_from(assignment, request)
    print_collected(assignment.name, report)
    return 1 if report.left else 0


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
        from autograder.grading.grade import GradeRequest, grade

    request = GradeRequest(
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


def run_report(options: argparse.Namespace) -> int:
    """Run `autograder report`."""
    from autograder.course.assignment import Assignment
    from autograder.course.course import CourseError
    from autograder.reports.class_report import ReportRequest, write_report

    assignment = Assignment.here(options.assignment)
    if options.years and not options.against:
        raise CourseError("--years says what --against names: give both, such as --against FOLDER --years")
    request = ReportRequest(
        other_points=options.other_points,
        anonymous=options.anonymous,
        assign=tuple(options.assign),
        plots=options.plots,
        against=options.against,
        years=options.years,
        hints=options.hints,
    )
    if (options.data or options.database) and not options.hints:
        raise CourseError("--data and --database say where the attempts for --hints are: give --hints, too")
    more = hint_texts_of(assignment, options) if options.hints else {}
    if options.anonymous:
        print_if_salt_is_public(assignment)
    for file in write_report(assignment, request, lambda sentence: print(f"{options.assignment}: {sentence}"), more):
        print(f"{options.assignment}: made {file}")
    return 0


def hint_texts_of(assignment: Assignment, options: argparse.Namespace) -> dict[str, str]:
    """Return the texts of the files on what hints did, by their names."""
    from autograder.reports.hints.report import hint_texts

    with importing():
        from autograder.server.hints_command import retries_of

    return hint_texts(assignment, retries_of(assignment, options.data, options.database))


def run_similarity(options: argparse.Namespace) -> int:
    """Run `autograder similarity`; its exit code says nothing of what was found, which is for a person to judge."""
    from autograder.course.assignment import Assignment
    from autograder.reports.similarity.evidence import THRESHOLD
    from autograder.reports.similarity.report import SimilarityRequest, write_similarity

    assignment = Assignment.here(options.assignment)
    request = SimilarityRequest(tuple(options.previous), options.threshold or THRESHOLD, options.anonymous)
    if options.anonymous:
        print_if_salt_is_public(assignment)
    with steps(options.assignment) as tell:
        files, data = write_similarity(assignment, request, tell)
    for file in files:
        print(f"{options.assignment}: made {file}")
    compared = f"{data.hand_ins} hand-ins" + (f" and {data.earlier} of earlier years" if request.previous else "")
    left = f", {len(data.unread)} could not be" if data.unread else ""
    print(f"{options.assignment}: {compared} were compared{left}; {len(data.pairs)} pairs are for a person to look at")
    return 0


def print_if_salt_is_public(assignment: Assignment) -> None:
    """Print that pseudonyms can be computed where the course has no salt of its own."""
    from autograder.course.course import PUBLIC_SALT

    if assignment.course.salt == PUBLIC_SALT:
        print("Anyone who knows a student's id can compute the pseudonym: this course has no salt of its own.")


def run_audit(options: argparse.Namespace) -> int:
    """Run `autograder audit`; its exit code is 1 when there is something to look at."""
    import msgspec
    from rich.console import Console

    from autograder.reports.record_audit import audit, print_remarks

    found = []
    for assignment in assignments_of(options):
        remarks = audit(assignment)
        found += remarks
        if remarks:
            print_remarks(remarks, Console())
        print(f"{assignment.name}: {len(remarks)} to look at")
    if options.json:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(found)) + b"\n")
    return 1 if found else 0


def run_bundle_gradescope(options: argparse.Namespace) -> int:
    """Run `autograder bundle gradescope`."""
    from dataclasses import replace

    from autograder.bundles.course_files import salt_remark
    from autograder.bundles.gradescope.bundle import BundleRequest, write_bundle
    from autograder.course.assignment import Assignment

    assignment = Assignment.here(options.assignment)
    request = BundleRequest(wheels=options.wheels, unisolated=options.allow_unisolated)
    if options.python:
        request = replace(request, python=options.python)
    file = options.out or Path(f"{assignment.name}-gradescope.zip")
    with steps(assignment.name) as tell:
        write_bundle(assignment, file, request, tell)
    if remark := salt_remark(assignment):
        print_note(remark)
    print(f"{assignment.name}: made {file} ({file.stat().st_size / 1e6:.1f} MB), for Python {request.python}")
    print("It holds the solution, the hidden tests and the salt: keep it, and give it to Gradescope alone.")
    return 0


def run_bundle_github(options: argparse.Namespace) -> int:
    """Run `autograder bundle github`."""
    from dataclasses import replace

    from autograder.bundles.course_files import salt_remark
    from autograder.bundles.github.bundle import BundleRequest, write_bundle
    from autograder.course.assignment import Assignment

    assignment = Assignment.here(options.assignment)
    request = BundleRequest(options.repository, unisolated=options.allow_unisolated)
    if options.python:
        request = replace(request, python=options.python)
    folder = options.out or Path(f"{assignment.name}-github")
    private, template = write_bundle(assignment, folder, request)
    if remark := salt_remark(assignment):
        print_note(remark)
    print(f"{assignment.name}: made {private}, for {options.repository}, and {template}, for the students' template")
    print(f"{private} holds the solution, the hidden tests and the salt: give it to nobody. Its README.md says on.")
    return 0


def run_serve(options: argparse.Namespace) -> int:
    """Run `autograder serve`."""
    from autograder.course.course import find_course
    from autograder.kernel.sandbox.levels import Level

    with importing():
        from autograder.server.marking.supervisor import MarkerSettings
        from autograder.server.serve import ServeRequest, serve

    markers = MarkerSettings(
        jobs=options.jobs,
        scheduler=options.scheduler,
        level=Level(options.level) if options.level else None,
        weaker=options.allow_weaker_isolation,
    )
    serve(
        ServeRequest(
            courses=options.courses or [find_course().root],
            data=options.data,
            host=options.host,
            port=options.port,
            url=options.url,
            database=options.database,
            markers=markers,
            log_to_stderr=options.log_to_stderr,
        )
    )
    return 0


def run_people(options: argparse.Namespace) -> int:
    """Run `autograder people`."""
    from autograder.course.course import CourseError, find_course

    with importing():
        from autograder.server.accounts.people_command import Where, opened, print_members, write_links
        from autograder.server.tables import Role

    if options.action == "links" and bool(options.login) == options.all:
        raise CourseError("say for whom: logins, or --all")
    with opened(Where(find_course(), options.data, options.url, options.database)) as server:
        match options.action:
            case "import":
                print(server.bring_up_to_date(options.file, end_missing=options.end_missing))
            case "list":
                print_members(server.members())
            case "set":
                role, more = Role(options.role), {"name": options.name, "email": options.email}
                person = server.put(options.login, role, student=options.student, **more)
                print(f"{person.login} is {role} now")
            case "remove":
                server.remove(options.login)
            case "links":
                roles = [Role(options.role)] if options.role else []
                everybody = [one.person for one in server.members(roles)] if options.all else []
                links = server.make_links(everybody or [server.person(login) for login in options.login], options.days)
            case "revoke":
                server.revoke(options.login)
            case "disable":
                server.disable(options.login, off=options.off)
            case "administrator":
                server.administer(options.login, off=options.off)
    if options.action == "links":
        # After they hold: nobody gets a link that does not.
        write_links(links, options.out)
    return 0


def run_server(options: argparse.Namespace) -> int:
    """Run `autograder server`."""
    from autograder.course.course import find_course

    with importing():
        from autograder.server.operating.backup import Place, back_up, restore
        from autograder.server.operating.retention import carry_out, find_old
        from autograder.server.server import now

    data = options.data or find_course().classroom / "server"
    if options.action == "retention":
        place = Place.of(data, options.database)
        old = find_old(place, now())
        print(old)
        if options.delete:
            carry_out(place, old, now())
            print("deleted")
        return 0
    if options.action == "backup":
        copied = back_up(Place.of(data, options.database), options.file)
    else:
        copied = restore(options.file, data, options.database)
    print(f"{copied.attempts} attempts, {copied.files} files, {copied.bytes / 1e6:.1f} MB: {options.file}")
    for fault in copied.faults:
        print(f"damaged: {fault}", file=sys.stderr)
    if options.action == "restore":
        print(f"restored into {data}; `autograder serve --data {data}` enters what counts into the gradebooks again")
    return 1 if copied.faults else 0


def run_doctor(_options: argparse.Namespace) -> int:
    """Run `autograder doctor`."""
    from autograder.course.course import CourseError, find_course
    from autograder.doctor import check_machine

    course = None
    with suppress(CourseError):  # a machine can be looked at before there is a course on it
        course = find_course()
    return 0 if check_machine(course) else 1
