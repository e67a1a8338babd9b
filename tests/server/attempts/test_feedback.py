"""What people give and write in formgrader is on the feedback page, and in the score, of the attempt that counts."""

from __future__ import annotations

import pytest
from nbgrader.api import Gradebook

from autograder.server.attempts.feedback import page_of
from autograder.server.pages.standing import standing
from autograder.server.tables import Attempt, Marking
from tests.support.seeded import NAME

QUESTION = "inline_question_masking"


@pytest.fixture
def gradebook(seeded):
    """The course's gradebook, in which the attempt that counts is entered."""
    file = seeded.course.course.classroom / "gradebook.db"
    file.parent.mkdir()
    with Gradebook(f"sqlite:///{file}") as made:
        made.add_assignment(NAME)
        made.add_notebook(NAME, NAME)
        for problem in seeded.assignment.problems.values():
            made.add_grade_cell(problem.check, NAME, NAME, max_score=problem.points, cell_type="code")
            if problem.manual:
                made.add_solution_cell(problem.id, NAME, NAME)
        made.add_student("ada")
        made.add_submission(NAME, "ada")
        made.db.commit()
        yield made


def third(seeded, **fields: object) -> tuple[Attempt, Marking]:
    with seeded.school.database.writing() as session:
        row = session.get_one(Attempt, seeded.attempts["third"])
        for name, value in fields.items():
            setattr(row, name, value)
        return row, session.get_one(Marking, row.marking_id)


def page(seeded, **fields: object) -> str:
    return page_of(seeded.server.storage, seeded.assignment, *third(seeded, **fields)).decode()


def by_hand(gradebook) -> None:
    submission = gradebook.find_submission_notebook(NAME, NAME, "ada")
    for grade in submission.grades:
        grade.auto_score = 0.0 if grade.name == QUESTION else grade.max_score
        grade.manual_score = 5.0 if grade.name == QUESTION else None
        grade.needs_manual_grade = False
    gradebook.find_comment(QUESTION, NAME, NAME, "ada").manual_comment = "Think of padding."
    gradebook.db.commit()


def test_the_page_is_that_of_the_marking_until_a_person_has_given_something(seeded, gradebook):
    assert page(seeded) == "<!doctype html><title>Feedback</title>"
    by_hand(gradebook)
    assert page(seeded) == "<!doctype html><title>Feedback</title>"  # it is not entered yet
    made = page(seeded, entered_at=seeded.school.clock())
    assert "Think of padding." in made
    assert "A person gave these points." in made
    assert page(seeded, counts=False) == "<!doctype html><title>Feedback</title>"


def test_the_score_is_that_of_the_gradebook_once_it_is_entered(seeded, gradebook):
    by_hand(gradebook)
    third(seeded, entered_at=seeded.school.clock())
    with seeded.school.database.reading() as session:
        ada = seeded.school.person("ada", session)
        one = standing(seeded.server, session, seeded.course, seeded.assignment, ada.id, gradebook=True)
    assert one.score.points == 97
    assert one.score.waiting == 0


def test_a_gradebook_that_cannot_be_read_takes_no_page_away(seeded):
    file = seeded.course.course.classroom / "gradebook.db"
    file.parent.mkdir()
    file.write_bytes(b"no database")
    assert page(seeded, entered_at=seeded.school.clock()) == "<!doctype html><title>Feedback</title>"
