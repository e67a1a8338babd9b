"""Runs ``make serve``: the grading server with the demo class, and a sign-in link for each kind of person.

python -m autograder.demo_server [ASSIGNMENT]
"""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError, find_course
from autograder.course.gradebook_scores import gradebook_points
from autograder.demo import DemoError, Pupil, announced, check_demo, demo_assignment, pupils_of, write_submission
from autograder.kernel.sandbox.levels import best
from autograder.release.release import release
from autograder.server.accounts import people, tokens
from autograder.server.marking.supervisor import MarkerSettings
from autograder.server.serve import ServeRequest, Serving, listening, run_web, set_up
from autograder.server.serve import address_of as with_port
from autograder.server.server import Server
from autograder.server.tables import Enrolment, Person, Role

# Staff of the demo, besides its students.
STAFF = {"tao": Role.TA, "ines": Role.INSTRUCTOR}


def prepare(assignment: Assignment, console: Console) -> list[Pupil]:
    """Prepare what is missing of the demo's course, and return its students.

    Raises:
        DemoError: The course has a real class.
    """
    pupils = pupils_of(assignment)
    check_demo(assignment.course, {pupil.name for pupil in pupils})
    with announced(console, "Data"):
        assignment.prepare_data()
    if not gradebook_points(assignment):
        with announced(console, "Release and solutions"):
            release(assignment)
    return pupils


def enrol(server: Server, pupils: list[Pupil]) -> dict[str, str]:
    """Put the demo's people into its course, and return a sign-in link of each, by login."""
    (course,), now = server.courses.values(), server.clock()
    roles = {pupil.name: Role.STUDENT for pupil in pupils} | STAFF
    links = {}
    with server.database.writing() as session:
        for login, role in roles.items():
            person = people.find_person(session, login)
            if person is None:
                person = Person(login=login, name=login.title(), created_at=now)
                session.add(person)
                session.flush()
                student = login if role is Role.STUDENT else ""
                session.add(Enrolment(course_id=course.id, person_id=person.id, role=role, student=student))
            _, secret = people.make_token(session, person, "make serve", now)
            links[login] = tokens.link_with(server.settings.url, secret)
    return links


def write_examples(assignment: Assignment, pupils: list[Pupil], folder: Path) -> dict[str, Path]:
    """Write what the demo's students could hand in, and return the notebooks by student."""
    made = {}
    for pupil in pupils:
        place = folder / pupil.name / assignment.name / f"{assignment.name}.ipynb"
        made[pupil.name] = place if place.is_file() else write_submission(assignment, pupil, folder)
    return made


def show(console: Console, serving: Serving, assignment: str, links: dict[str, str], examples: dict[str, Path]) -> None:
    """Print where to sign in, and what to hand in."""
    url, (course,) = serving.server.settings.url, serving.server.courses
    student = next(iter(examples))
    shown = {
        student: "a student",
        **{login: f"the {role.name if role is Role.TA else role.value}" for login, role in STAFF.items()},
    }

    def tell(text: str = "") -> None:
        console.print(text, highlight=False, markup=False, soft_wrap=True)

    tell(f"\nThe grading server runs at {url}. Sign in as")
    for login, what in shown.items():
        tell(f"  {what}, {login}:  {links[login]}")
    tell("\nNotebooks to hand in:")
    for login, file in examples.items():
        tell(f"  {login:>8}  {file}")
    token = links[student].partition("#")[2]
    tell("\nThe same from a terminal:")
    tell(f"  curl -H 'Authorization: Bearer {token}' \\")
    tell(f"    -F files=@{examples[student]} {url}/api/v1/courses/{course}/assignments/{assignment}/attempts")
    tell(f"  AUTOGRADER_TOKEN={token} autograder submit {assignment} {examples[student]} \\")
    tell(f"    --server {url} --wait")
    tell("\nCtrl-C stops it.")


def run() -> int:
    """Run the server with the demo class until it is stopped."""
    console = Console()
    try:
        assignment = demo_assignment(find_course(), sys.argv[1:])
        pupils = prepare(assignment, console)
        console.print(f"Isolation: {best()}", highlight=False)
        # This class is our own.
        request = ServeRequest([assignment.course.root], markers=MarkerSettings(weaker=True))
        with listening(request) as sock, set_up(with_port(request, sock)) as serving:
            examples = write_examples(assignment, pupils, serving.server.data / "examples")
            show(console, serving, assignment.name, enrol(serving.server, pupils), examples)
            run_web(serving, sock)
            console.print("Stopping: what is being marked is finished first ...", highlight=False)
    except (CourseError, DemoError) as fault:
        console.print(str(fault), style="red", markup=False, soft_wrap=True)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(run())
