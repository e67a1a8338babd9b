"""Shows an attempt: how far it is, what it came to, what changed, its receipt; takes what a student does with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse

from autograder.course.assignment import Assignment
from autograder.course.handing_in import Counts
from autograder.course.results import Record, Verdict, read_record
from autograder.feedback.cards import WORDS, state_of
from autograder.feedback.page import around_points
from autograder.i18n.catalogue import Catalogue
from autograder.i18n.messages import Message, say
from autograder.server.accounts import audit
from autograder.server.accounts.access import OwnAttempt, TheirAttempt
from autograder.server.api.attempts import FEEDBACK_POLICY, choose_attempt, feedback_of
from autograder.server.api.regrades import keep_request
from autograder.server.attempts import regrade_requests
from autograder.server.attempts.storage import NOTEBOOK, RECORD
from autograder.server.pages.assignment import why_counts
from autograder.server.pages.frame import Crumb, go, page
from autograder.server.pages.history import CodeChange, cells_in, code_changes, gains
from autograder.server.pages.home import in_language, texts_of, visitor
from autograder.server.pages.language import language_of
from autograder.server.pages.preview import LOOK_MAX, Preview, preview, stubs
from autograder.server.pages.standing import SeenAttempt, Standing, standing
from autograder.server.server import Key, ServedCourse, Server, Serves
from autograder.server.tables import Attempt, Marking, State

router = APIRouter(include_in_schema=False)
# Seconds between two looks of a page that shows something on its way.
REFRESHES = {State.QUEUED: 5, State.MARKING: 3}


@dataclass(frozen=True)
class Step:
    """One step of an attempt's way: ``done``, ``now``, ``next``, or ``stopped``."""

    text: Message
    kind: str


def steps(state: State) -> list[Step]:
    """Return how far an attempt is."""
    names = [say("received"), say("in the queue"), say("being marked"), say("marked")]
    if state in (State.REFUSED, State.FOR_A_PERSON):
        last = say("could not be marked") if state is State.REFUSED else say("for a person")
        return [*(Step(one, "done") for one in names[:2]), Step(last, "stopped")]
    at = {State.QUEUED: 1, State.MARKING: 2, State.MARKED: 4}[state]
    return [Step(one, "done" if i < at else "now" if i == at else "next") for i, one in enumerate(names)]


@dataclass(frozen=True)
class ProblemRow:
    """How one problem came out: a class of the stylesheet, words, and points."""

    id: str
    state: str
    words: Message
    points: float | None
    max_score: float


def problem_rows(assignment: Assignment, record: Record) -> list[ProblemRow]:
    """Return how each problem came out, as the feedback page says it."""
    rows = []
    for problem in assignment.problems.values():
        result = record.problem(problem.id)
        score = None if result is None or result.unresolved else result.score
        most = result.max_score if result else problem.points
        state = state_of(result, score, most)
        words = say(WORDS[state], problem=assignment.needs.get(problem.id, ""))
        rows.append(ProblemRow(problem.id, state.value, words, score, most))
    return rows


@router.get("/attempts/{attempt}/")
def attempt_page(request: Request, theirs: TheirAttempt, serves: Serves) -> Response:
    """Show an attempt."""
    served = serves.course_of(theirs.attempt.course_id)
    language = language_of(request)
    assignment = in_language(served.assignments[theirs.attempt.assignment], language)
    texts = texts_of(request, assignment)
    with serves.database.reading() as session:
        one = standing(
            serves, session, served, assignment, theirs.attempt.person_id, staff=not theirs.own, gradebook=True
        )
        seen = next(seen for seen in one.attempts if seen.attempt.id == theirs.attempt.id)
        # Why something was refused is shown whatever the rules show of marks.
        refused = seen.attempt.state is State.REFUSED and seen.attempt.marking_id is not None
        marking = session.get(Marking, seen.attempt.marking_id) if refused else seen.marking
        requests = regrade_requests.requests_of(session, theirs.attempt.id)
        session.expunge_all()
    if not theirs.own:
        audit.note_look(serves, theirs.who, "attempt.read", f"attempt/{theirs.attempt.id}", served.id)
    record = record_of(serves, marking)
    score = one.score if seen.attempt.counts else seen.score
    return page(
        request,
        "attempt.html.j2",
        visitor(theirs.who),
        _crumbs(served, one, seen, texts, own=theirs.own),
        texts=texts,
        course=served,
        assignment=assignment,
        attempt=seen.attempt,
        seen=seen,
        own=theirs.own,
        rules=one.rules,
        due=one.due,
        place=seen.place,
        refreshes=REFRESHES.get(seen.attempt.state, 0),
        steps=steps(seen.attempt.state),
        notes=record.notes if record else [],
        score=score,
        score_words=around_points(texts, score) if score else ("", ""),
        late_points=seen.off,
        problems=problem_rows(assignment, record) if record and score else [],
        found=_found(serves, seen, assignment) if seen.attempt.state in REFRESHES else None,
        passed=passed(record) if record and score else None,
        feedback=marking is not None and seen.shown.feedback,
        why_counts=texts.say(say("It counts: {why}", why=why_counts(one))) if seen.counts else "",
        choosable=theirs.own and can_choose(one, seen),
        asks=theirs.own and seen.marking is not None and seen.shown.scores,
        requests=requests,
        problem_names=[*assignment.problems],
        text_max=regrade_requests.TEXT_MAX,
        **_changes(serves, one, seen, assignment),
    )


def _crumbs(served: ServedCourse, one: Standing, seen: SeenAttempt, texts: Catalogue, *, own: bool) -> list[Crumb]:
    number = Crumb(texts.say("Attempt {number}", number=seen.attempt.number))
    course = f"/c/{served.slug}"
    if own:
        return [Crumb(served.title, f"{course}/"), Crumb(one.title, f"{course}/{one.name}/"), number]
    student = seen.attempt.student
    return [
        Crumb(served.title, f"{course}/staff/"),
        Crumb(one.title, f"{course}/staff/{one.name}/"),
        Crumb(student, f"{course}/staff/{one.name}/students/{seen.attempt.person_id}/"),
        number,
    ]


def record_of(serves: Server, marking: Marking | None) -> Record | None:
    """Return the record of a marking; None where there is none."""
    file = serves.storage.marking(marking) / RECORD if marking is not None else None
    return read_record(file) if file is not None and file.is_file() else None


def passed(record: Record) -> tuple[int, int]:
    """Return how many tests passed, and how many there are."""
    tests = [test.verdict for problem in record.problems for test in problem.tests]
    return sum(verdict is Verdict.PASSED for verdict in tests), len(tests)


def can_choose(one: Standing, seen: SeenAttempt) -> bool:
    """Return whether a student may let an attempt count in place of the one that does."""
    marked = seen.attempt.state is State.MARKED and seen.late.accepted
    return one.rules.counts is Counts.CHOSEN and marked and not seen.attempt.counts


def _found(serves: Server, seen: SeenAttempt, assignment: Assignment) -> Preview | None:
    """Return what will be marked of an attempt that is one notebook."""
    files = [serves.storage.files(seen.attempt.id) / one["name"] for one in seen.attempt.files]
    if len(files) != 1 or files[0].suffix != ".ipynb" or not files[0].is_file() or seen.attempt.size > LOOK_MAX:
        return None
    found = preview(files[0].read_bytes(), stubs(assignment))
    return found if found and found.found else None


def _changes(serves: Server, one: Standing, seen: SeenAttempt, assignment: Assignment) -> dict[str, Any]:
    """Return what changed since the attempt before, for the template."""
    earlier = [other for other in one.attempts if other.attempt.number < seen.attempt.number]
    before = next((other for other in earlier if other.attempt.state is State.MARKED), None)
    if before is None or seen.attempt.state is not State.MARKED:
        return {"before": None}
    shown = seen.score is not None and before.score is not None
    changed = changed_code(serves, before.attempt, seen.attempt, frozenset(assignment.problems))
    return {
        "before": before.attempt,
        "scores_shown": shown,
        "gained": gains(before.marking.problems, seen.marking.problems)
        if shown and before.marking and seen.marking
        else [],
        "same_bytes": before.attempt.sha256 == seen.attempt.sha256,
        "compared": changed is not None,
        "changed": changed or [],
    }


def changed_code(serves: Server, before: Attempt, after: Attempt, names: frozenset[str]) -> list[CodeChange] | None:
    """Return how the cells of problems were changed between two attempts; None where there is no notebook of one.

    What is the student's own is shown to them, whatever is shown of marks.
    """
    with serves.database.reading() as session:
        markings = [session.get(Marking, one.marking_id) if one.marking_id else None for one in (before, after)]
    texts = [cells_in(serves.storage.marking(one) / NOTEBOOK, names) if one else {} for one in markings]
    return code_changes(*texts) if all(texts) else None


@router.get("/attempts/{attempt}/feedback")
def feedback(theirs: TheirAttempt, serves: Serves) -> Response:
    """Show the feedback page of an attempt."""
    return HTMLResponse(feedback_of(serves, theirs), headers={"Content-Security-Policy": FEEDBACK_POLICY})


@router.post("/attempts/{attempt}/chosen")
def choose(theirs: OwnAttempt, serves: Serves) -> Response:
    """Let an attempt count."""
    choose_attempt(serves, theirs.attempt)
    return go(f"/attempts/{theirs.attempt.id}/", "chosen")


@router.post("/attempts/{attempt}/regrade-requests")
def ask(
    theirs: OwnAttempt,
    serves: Serves,
    text: Annotated[str, Form()] = "",
    problem: Annotated[str, Form()] = "",
) -> Response:
    """Keep a request that a person look at a mark again."""
    keep_request(serves, theirs, problem, text)
    return go(f"/attempts/{theirs.attempt.id}/#ask", "asked")


@router.post("/attempts/{attempt}/regrade-requests/{request_id}/withdrawn")
def withdraw(request_id: Key, theirs: OwnAttempt, serves: Serves) -> Response:
    """Take a request back."""
    with serves.database.writing() as session:
        found = regrade_requests.find(session, request_id, theirs.attempt.id)
        regrade_requests.withdraw(found, serves.clock())
    return go(f"/attempts/{theirs.attempt.id}/#ask", "withdrawn")
