"""Shows an assignment to a student: the rules, the form, the attempts; and takes what a browser's form hands in."""

from __future__ import annotations

import secrets
from typing import Any

from fastapi import APIRouter, Request, Response

from autograder.course.assignment import Assignment
from autograder.course.handing_in import Counts, sentences
from autograder.feedback.page import around_points
from autograder.i18n.catalogue import Catalogue
from autograder.i18n.messages import Message, gettext_noop, say
from autograder.server.accounts.access import Anybody, Member, Student
from autograder.server.accounts.credentials import checks_form
from autograder.server.api.attempts import intent_of, take_in
from autograder.server.attempts.releases import Releases
from autograder.server.pages import preview
from autograder.server.pages.frame import Crumb, go, page
from autograder.server.pages.home import in_language, texts_of, visitor
from autograder.server.pages.language import language_of
from autograder.server.pages.standing import Standing, standing
from autograder.server.server import Server, Serves
from autograder.server.tables import Role, Source

router = APIRouter(include_in_schema=False)
# How often the page's script sends a file again when no answer comes.
TRIES = 8
# What the page's script says of files before they are sent; {names} it fills in itself.
SCRIPT_TEXTS = {
    "comma": gettext_noop(", "),
    "none": gettext_noop("Choose a file first."),
    "found": gettext_noop("{name}: functions and answers found: {number}, not written yet: {untouched}."),
    "untouched": gettext_noop("Not written yet: {names}."),
    "missing": gettext_noop("Not in their own cells: {names}; the grader looks for them by name."),
    "other": gettext_noop("{name} has none of this assignment's cells: is it the right notebook?"),
    "damaged": gettext_noop("{name} is no notebook that can be read: save it again in JupyterLab."),
    "archive": gettext_noop("{name}: what is in it is looked at once it has been handed in."),
    "plain": gettext_noop("{name} will be handed in."),
    "empty": gettext_noop("{name} is empty: save it, and choose it again."),
    "file": gettext_noop("{name} is too large: clear its outputs, save it, and choose it again."),
    "large": gettext_noop("Together these files are too large: hand in the notebook alone."),
    "many": gettext_noop("There are {number} files, and at most {most} may be handed in."),
    "sending": gettext_noop("Sending …"),
    "again": gettext_noop(
        "The server does not answer. Leave this page open: your files are sent again in {seconds} s, and count once."
    ),
    "failed": gettext_noop("The server has refused this (status {status}). Load this page again, and try once more."),
}


@router.get("/c/{course}/{assignment}/")
def assignment_page(request: Request, assignment: str, member: Anybody, serves: Serves) -> Response:
    """Show an assignment."""
    served = member.course
    found = in_language(member.course.assignment(assignment), language_of(request))
    student, texts = member.role is Role.STUDENT, texts_of(request, found)
    with serves.database.reading() as session:
        one = standing(serves, session, served, found, member.who.person.id, gradebook=student)
    return page(
        request,
        "assignment.html.j2",
        visitor(member.who),
        [Crumb(served.title, f"/c/{served.slug}/"), Crumb(one.title)],
        texts=texts,
        course=served,
        one=one,
        student=student,
        score_words=around_points(texts, one.score) if one.score else ("", ""),
        why_counts=texts.say(why_counts(one)),
        rules=sentences(one.rules, one.extended),
        downloads=downloads(serves, member, found, one),
        key=secrets.token_urlsafe(16),
        limits=serves.settings.limits,
        settings=settings(serves, served.slug, found, texts),
    )


def settings(serves: Server, course: str, assignment: Assignment, texts: Catalogue) -> dict[str, Any]:
    """Return what the page's script is told: limits, stubs, texts, and where it sends files to."""
    limits = serves.settings.limits
    return {
        "api": f"/api/v1/courses/{course}/assignments/{assignment.name}/attempts",
        "limits": {
            "files": limits.files,
            "file": limits.file_bytes,
            "total": limits.attempt_bytes,
            "look": 4 * preview.LOOK_MAX,
            "tries": TRIES,
        },
        "stubs": preview.stubs(assignment),
        "texts": {name: texts.text(text) for name, text in SCRIPT_TEXTS.items()},
    }


def downloads(serves: Server, member: Member, assignment: Assignment, one: Standing) -> dict[str, str]:
    """Return where the students' folder is had, by language, of the languages in which it was released."""
    if not member.staff and one.rules.opens is not None and one.now < one.rules.opens:
        return {}
    releases = Releases(serves.data)
    # What was sent to the server is one folder for all languages.
    folders = {releases.folder(member.course, assignment.name, tag): tag for tag in reversed(assignment.languages)}
    address = f"/api/v1/courses/{member.course.slug}/assignments/{assignment.name}/release"
    there = [tag for folder, tag in folders.items() if folder is not None]
    return {tag: f"{address}?language={tag}" for tag in reversed(there)}


def why_counts(one: Standing) -> Message:
    """Return why the attempt counts that does."""
    counted = one.counted
    match one.rules.counts:
        case Counts.BEST:
            return say("of all attempts it has most points, after what lateness takes off.")
        case Counts.CHOSEN if counted and counted.attempt.chosen_at:
            return say("you chose it.")
        case Counts.CHOSEN:
            return say("it is the last one, until you choose another.")
    return say("it is the last one that was marked.")


@router.post("/c/{course}/{assignment}/")
@checks_form
async def hand_in(request: Request, assignment: str, member: Student, serves: Serves) -> Response:
    """Take in what the form holds, and lead to the attempt that it is."""
    received = await take_in(request, serves, member, intent_of(member, assignment, "", Source.BROWSER))
    return go(f"/attempts/{received.attempt.id}/", "received" if received.new else "same")
