"""Counts attempts anew when the rules of handing in have changed: they hold for what is there already."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from autograder.course.handing_in import Rules
from autograder.server.attempts.counting import recount
from autograder.server.database import Database
from autograder.server.server import Server
from autograder.server.tables import Attempt

log = logging.getLogger(__name__)


@dataclass
class RuleWatch:
    """Looks whether rules have changed.

    Attributes:
        server: The server.
    """

    server: Server
    _seen: dict[tuple[int, str], Rules] = field(default_factory=dict)

    def look(self, now: datetime) -> int:
        """Count anew where rules have changed since the last look, at first everywhere; return for how many people.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: The database is gone; the next look does it.
        """
        counted = 0
        for course in self.server.courses.values():
            for assignment in course.assignments:
                rules = course.rules(assignment)
                if self._seen.get((course.id, assignment)) == rules:
                    continue
                some = recount_all(self.server.database, rules, course.id, assignment, now)
                self._seen[course.id, assignment] = rules
                if some:
                    log.info("counted anew", extra={"course": course.slug, "assignment": assignment, "people": some})
                    self.server.wake(course.id, assignment)
                counted += some
        return counted


def recount_all(database: Database, rules: Rules, course_id: int, assignment: str, now: datetime) -> int:
    """Decide anew for everybody which attempt counts and how late it is, and return for how many people.

    What counts and is late is entered again: a late day may cost something else now.
    """
    mine = Attempt.course_id == course_id, Attempt.assignment == assignment
    with database.reading() as session:
        persons = session.scalars(select(Attempt.person_id).where(*mine).distinct()).all()
    for person_id in persons:
        # One by one: whoever hands in meanwhile waits for none of the others.
        with database.writing() as session:
            counting = recount(session, rules, course_id, assignment, person_id, now)
            if counting is not None and counting.late_seconds > 0:
                counting.entered_at = None
    return len(persons)
