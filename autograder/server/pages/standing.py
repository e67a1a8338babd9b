"""Gathers where a student stands in an assignment: attempts, what counts, what is open, what is shown of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.gradebook_scores import gradebook_scores
from autograder.course.handing_in import Refusal, Rules, left, may_hand_in
from autograder.course.score import DECIMALS, Score
from autograder.server.attempts.attempt_view import AttemptView, views
from autograder.server.attempts.counting import attempts_of, extended_due, spent_by
from autograder.server.marking.regrade import ProblemMove
from autograder.server.pages.history import gains
from autograder.server.server import ServedCourse, Server
from autograder.server.tables import Attempt, Marking, State


@dataclass(frozen=True)
class SeenAttempt(AttemptView):
    """What somebody may see of an attempt, with its score.

    Attributes:
        score: Its score, less what lateness takes off; None where it is not marked, or not shown.
        gained: The problems whose points differ from those of the attempt before.
    """

    score: Score | None = None
    gained: list[ProblemMove] = field(default_factory=list)

    @property
    def off(self) -> float:
        """The points that lateness takes off."""
        return round(self.marking.score * self.late.penalty, DECIMALS) if self.marking else 0.0


@dataclass(frozen=True)
class Standing:
    """Where a student stands in an assignment.

    Attributes:
        name: The assignment's name.
        title: What people call it.
        rules: Its rules.
        extended: The due time that this student was given; None without an extension.
        now: The time at which this was so.
        attempts: The newest first.
        refusal: Why nothing is taken at the moment; None where an attempt is taken.
        left_today: How many attempts are left today; None without a limit.
        left_in_all: How many are left in all; None without a limit.
        most: The points of the whole assignment.
        score: That of the attempt that counts, with what people gave; None where there is none, or it is not shown.
    """

    name: str
    title: str
    rules: Rules
    extended: datetime | None
    now: datetime
    attempts: list[SeenAttempt]
    refusal: Refusal | None
    left_today: int | None
    left_in_all: int | None
    most: float
    score: Score | None = None

    @property
    def due(self) -> datetime | None:
        """When it is due for this student."""
        return self.rules.due_for(self.extended)

    @property
    def closes(self) -> datetime | None:
        """The last moment at which something is taken."""
        return self.rules.closes(self.extended)

    @property
    def seconds_to_due(self) -> float:
        """Seconds until it is due; 0 after that, and where it never is."""
        return max(0.0, (self.due - self.now).total_seconds()) if self.due is not None else 0.0

    @property
    def counted(self) -> SeenAttempt | None:
        """The attempt that counts."""
        return next((one for one in self.attempts if one.attempt.counts), None)


def standing(
    server: Server,
    session: Session,
    served: ServedCourse,
    assignment: Assignment,
    person_id: int,
    *,
    staff: bool = False,
    gradebook: bool = False,
) -> Standing:
    """Return where a student stands in an assignment.

    Args:
        server: The server.
        session: Reads attempts.
        served: The course.
        assignment: In the language of whoever asks.
        person_id: The student.
        staff: Whether all is shown, as it is to staff.
        gradebook: Whether nbgrader's gradebook is asked for what people gave.
    """
    now, rules = server.clock(), served.rules(assignment.name)
    extended = extended_due(session, served.id, assignment.name, person_id)
    rows = attempts_of(session, served.id, assignment.name, person_id)[::-1]
    spent = spent_by(rows)
    seen = [see(assignment, one) for one in views(server, session, rows, staff=staff, now=now)]
    seen = [_with_gains(one, seen[index + 1 :]) for index, one in enumerate(seen)]
    left_today, left_in_all = left(rules, now, spent)
    made = Standing(
        name=assignment.name,
        title=assignment.title,
        rules=rules,
        extended=extended,
        now=now,
        attempts=seen,
        refusal=may_hand_in(rules, now, spent, extended),
        left_today=left_today,
        left_in_all=left_in_all,
        most=sum(problem.points for problem in assignment.problems.values()),
    )
    counted = made.counted
    if counted is None or counted.score is None:
        return made
    entered = gradebook_score(assignment, counted.attempt) if gradebook else None
    return replace(made, score=entered or counted.score)


def see(assignment: Assignment, one: AttemptView) -> SeenAttempt:
    """Return an attempt with its score, as far as it may be seen."""
    seen = SeenAttempt(**vars(one))
    if one.marking is None or one.attempt.state is not State.MARKED:
        return seen
    return replace(seen, score=score_of(assignment, one.marking, one.late.penalty))


def score_of(assignment: Assignment, marking: Marking, penalty: float) -> Score:
    """Return a marking's score, less a share for being late; questions that a person marks wait."""
    waiting = sum(problem.points for problem in assignment.problems.values() if problem.manual)
    # Problems on which the grader failed have no points, and wait as well.
    given = [(score, most) for score, most in marking.problems.values() if score is not None]
    waiting += sum(most for score, most in marking.problems.values() if score is None)
    got, marked = (sum(values) for values in zip(*given, strict=True)) if given else (0.0, 0.0)
    return Score(round(got * (1 - penalty), DECIMALS), round(marked, DECIMALS), round(waiting, DECIMALS))


def gradebook_score(assignment: Assignment, attempt: Attempt) -> Score | None:
    """Return what nbgrader's gradebook says of an attempt that was entered there; None where it says nothing yet."""
    if attempt.entered_at is None:
        return None
    try:
        found = gradebook_scores(assignment, attempt.student)
    except CourseError:  # it is being restored, or locked for longer than anybody waits: the marking's own score stands
        return None
    return found[attempt.student].score if attempt.student in found else None


def _with_gains(one: SeenAttempt, earlier: Sequence[SeenAttempt]) -> SeenAttempt:
    before = next((other for other in earlier if other.score is not None), None)
    if one.score is None or before is None or one.marking is None or before.marking is None:
        return one
    return replace(one, gained=gains(before.marking.problems, one.marking.problems))
