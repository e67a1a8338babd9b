"""Has the commands of the grading server: ``serve``, ``people``, ``server``, and what students use of one."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.commands.common import add_sandbox_options, add_workers, command, importing, whole_number
from autograder_client.cli import add_commands


def add_serve(chosen: Any) -> None:
    """Add `autograder serve`."""
    made = command(
        chosen,
        "serve",
        "run the grading server: students hand in, and read why within seconds",
        "Serves one course or several: people hand in from a browser, a terminal or JupyterLab, get a receipt, and "
        "read feedback when it is marked. What counts is written into the course's gradebook, as `autograder grade` "
        "does. SIGTERM or Ctrl-C stops it; what is being marked is finished first, and nothing is lost.",
        ("serve", "the course of this folder, on this machine alone"),
        ("serve --host 0.0.0.0 --url https://handin.example.edu", "for others, behind a proxy with TLS"),
        ("serve ../cs101 ../cs102 --data /srv/handin", "two courses"),
        run=run_serve,
    )
    made.add_argument(
        "courses", nargs="*", type=Path, metavar="COURSE", help="folders of courses; this one when left out"
    )
    made.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="where the server keeps its files; classroom/server of the course when left out",
    )
    made.add_argument("--host", default="127.0.0.1", help="listen on this address; on this machine alone when left out")
    made.add_argument("--port", type=int, default=8765, help="listen on this port; 8765 when left out")
    made.add_argument(
        "--url", metavar="URL", help="the address by which people reach it, where a proxy stands before it"
    )
    made.add_argument(
        "--database", metavar="URL", help="for example postgresql+psycopg://user@host/name; SQLite when left out"
    )
    add_workers(made, ", for each assignment")
    made.add_argument(
        "--log-to-stderr", action="store_true", help="write the log there, and not into the server's folder"
    )
    add_sandbox_options(made)


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


def server_options() -> argparse.ArgumentParser:
    """Return the options that name a server; each action has them, so that they may stand where people write them."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", type=Path, metavar="DIR", help="the server's folder, as `autograder serve` got it")
    common.add_argument("--database", metavar="URL", help="the server's database, as `autograder serve` got it")
    return common


def actions_of(
    made: argparse.ArgumentParser, common: argparse.ArgumentParser
) -> Callable[[str, str], argparse.ArgumentParser]:
    """Return what adds an action to a command, by its name and what it does; each has the common options."""
    actions = made.add_subparsers(dest="action", required=True, metavar="ACTION", help="one of the following:")
    return lambda name, title: actions.add_parser(name, help=title, description=title, parents=[common])


def add_people(chosen: Any) -> None:
    """Add `autograder people`."""
    made = command(
        chosen,
        "people",
        "set who is in the grading server's course, and make sign-in links",
        "Sets who may hand in, mark and set up at the server of `autograder serve`, for the course of this folder; the "
        "server may run meanwhile. A roster is a CSV file whose first line names its columns: student, name, email, "
        "section, role. A sign-in link is for one person, and is shown this once: only its digest is kept.",
        ("people import roster.csv", "students, assistants and instructors, as the file says"),
        ("people import --from-gradebook", "the students that nbgrader's gradebook has"),
        ("people set ina instructor", "one more person, or another role"),
        ("people links --all --out links.csv", "a sign-in link for each, to be sent by mail merge"),
        ("people links ada", "a new link for somebody who lost theirs"),
        ("people revoke ada", "end all of somebody's links and tokens, and sign their browsers out"),
        run=run_people,
    )
    common = server_options()
    common.add_argument("--url", metavar="URL", help="the server's public address, for links")
    action = actions_of(made, common)
    taken = action("import", "bring the course up to date with a CSV file or with the gradebook")
    one_of = taken.add_mutually_exclusive_group(required=True)
    one_of.add_argument("file", nargs="?", type=Path, help="the roster, a CSV file in UTF-8")
    one_of.add_argument("--from-gradebook", action="store_true", help="take the students of nbgrader's gradebook")
    taken.add_argument(
        "--end-missing",
        action="store_true",
        help="students who are not in it are no longer in the course; what they handed in stays",
    )
    action("list", "show who is in the course")
    given = action("set", "give somebody a role in the course; who is new is added")
    given.add_argument("login", help="the name by which they sign in")
    given.add_argument("role", choices=("student", "ta", "instructor"), help="what they are in the course")
    given.add_argument(
        "--student", default="", metavar="ID", help="a student's id in the gradebook; the login when left out"
    )
    given.add_argument("--name", default="", help="what they are called")
    given.add_argument("--email", default="", help="their address, for lists of links")
    add_login(action("remove", "put somebody out of the course; what they handed in stays"))
    linked = action("links", "make sign-in links, as CSV: login, name, email, link")
    linked.add_argument("login", nargs="*", help="for these people")
    linked.add_argument("--all", action="store_true", help="for everybody in the course")
    linked.add_argument(
        "--role", choices=("student", "ta", "instructor"), help="with --all: only for those of this role"
    )
    linked.add_argument(
        "--days", type=whole_number, default=180, metavar="N", help="they end after so many days; 180 when left out"
    )
    linked.add_argument("--out", type=Path, metavar="FILE", help="write them into this file, which only you can read")
    add_login(action("revoke", "end all links and tokens of somebody, and sign their browsers out"))
    for name, title in (
        ("disable", "let somebody in nowhere any more"),
        ("administrator", "let somebody see and set up all courses of the server"),
    ):
        changed = action(name, title)
        add_login(changed)
        changed.add_argument("--off", action="store_true", help="take it back again")


def add_login(made: argparse.ArgumentParser) -> None:
    """Add the login of one person."""
    made.add_argument("login", help="the name by which they sign in")


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


def add_server(chosen: Any) -> None:
    """Add `autograder server`."""
    made = command(
        chosen,
        "server",
        "back a grading server up, restore it, delete what is old",
        "Works on what `autograder serve` keeps, on the same machine, while it runs. A backup is one file, with the "
        "database, what was handed in, markings, settings, secrets, the key of the receipts, and of each course the "
        "gradebook and the salt: keep it where nobody else reads it. The rest of the courses' folders is not in it.",
        ("server backup /backup/handin.tar.gz", "all of the server of this folder's course"),
        (
            "server restore /backup/handin.tar.gz /srv/vision /srv/language --data /srv/new",
            "into a new folder, which `autograder serve` then gets; two courses get what they lack of it",
        ),
        ("server retention", "what is old, by server.toml's [retention]; nothing is deleted yet"),
        ("server retention --delete", "delete it; receipts, marks and the audit trail stay"),
        run=run_server,
    )
    action = actions_of(made, server_options())
    made_file = action("backup", "write all that the server has into a file; it may run meanwhile")
    made_file.add_argument("file", type=Path, help="the archive, such as handin.tar.gz; not there yet")
    restored = action("restore", "make a server of a backup, in an empty folder, after each receipt was checked")
    restored.add_argument("file", type=Path, help="the archive")
    restored.add_argument(
        "courses",
        type=Path,
        nargs="*",
        metavar="COURSE",
        help="courses' folders, which get back gradebook and salt where they have none; this folder's course when "
        "left out",
    )
    old = action("retention", "show what is older than server.toml's [retention] lets it be")
    old.add_argument("--delete", action="store_true", help="delete it")


def run_server(options: argparse.Namespace) -> int:
    """Run `autograder server`."""
    from autograder.course.course import CourseError, find_course

    with importing():
        from autograder.server.operating.backup import Place, back_up, restore
        from autograder.server.operating.retention import carry_out, find_old
        from autograder.server.serve import find_courses
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
        folders = list(options.courses)
        with contextlib.suppress(CourseError):  # it is somewhere else
            folders = folders or [find_course().root]
        copied = restore(options.file, data, options.database, find_courses(folders))
    print(f"{copied.attempts} attempts, {copied.files} files, {copied.bytes / 1e6:.1f} MB: {options.file}")
    for fault in copied.faults:
        print(f"damaged: {fault}", file=sys.stderr)
    for note in copied.notes:
        print(note)
    if options.action == "restore":
        print(f"restored into {data}; `autograder serve --data {data}` enters what counts into the gradebooks again")
    return 1 if copied.faults else 0


def add_client(chosen: Any) -> None:
    """Add what students use of a grading server; they have these commands without the kit, too."""
    add_commands(chosen, "autograder")
