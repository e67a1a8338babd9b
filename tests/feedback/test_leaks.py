"""Nothing of a solution, a hidden test or a mark scheme is in feedback, whatever is said of a hand-in."""

from __future__ import annotations

import nbformat

from autograder.course.assignment import Assignment
from autograder.course.cells import grade_id
from autograder.course.misconceptions import misconceptions
from autograder.course.problem import Problem
from autograder.course.results import Confidence, Diagnosis, Kind, ProblemResult, Record, Status
from autograder.feedback.markdown import feedback_markdown
from autograder.feedback.page import feedback_page
from autograder.i18n.messages import Message
from autograder.release.leaks import check_published

NAME = "rnn_captioning"


def test_feedback_that_names_every_known_mistake_holds_no_leak(tmp_path):
    assignment = Assignment.here(NAME)
    problems = [
        ProblemResult(
            id=problem,
            score=0,
            max_score=1,
            diagnoses=[
                Diagnosis(
                    name=one.name,
                    kind=Kind.MISCONCEPTION,
                    confidence=Confidence.CERTAIN,
                    title=Message(one.title),
                    belief=Message(one.belief),
                    hint=Message(one.hint),
                )
                for one in known
            ],
        )
        for problem, known in misconceptions(assignment).items()
    ]
    record = Record(
        assignment=NAME,
        student="ben",
        sha256="0",
        status=Status.MARKED,
        score=0,
        max_score=92,
        problems=problems,
        kit_version="0",
        tests_sha256="0",
        environment={},
        seconds=0.1,
    )
    notebook = nbformat.read(assignment.course.release(NAME) / f"{NAME}.ipynb", as_version=4)
    # Nothing is said of mistakes where nothing was written.
    for cell in notebook.cells:
        if grade_id(cell) in assignment.problems:
            cell.source += "\n# mine"
    # As marking leaves it: with the mark scheme beside the question.
    notebook.cells += [cell for cell in assignment.notebook.cells if "MARK SCHEME" in cell.source]
    # A task is no solution cell: its scheme stands in the cell itself.
    task = next(cell for cell in assignment.notebook.cells if "MARK SCHEME" in cell.source).copy()
    settings = {"grade_id": "task", "grade": False, "solution": False, "task": True, "locked": True, "points": 5}
    task.metadata = nbformat.NotebookNode(nbgrader={**settings, "schema_version": 3, "cell_type": "markdown"})
    notebook.cells.append(task)
    assignment.problems["task"] = Problem("task", 5.0, "task", (), manual=True)
    for name, make in (("page.html", feedback_page), ("summary.md", feedback_markdown)):
        made = make(assignment, record, notebook)
        assert "You may have thought" in made
        (tmp_path / name).write_text(made, encoding="utf-8")
    assert check_published([assignment], tmp_path).leaks == []
