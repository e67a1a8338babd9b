"""Makes what Gradescope shows of a submission, and writes it: ``results.json``."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import nbformat

from autograder.bundles.gradescope.boxes import boxes, joined, points_alone
from autograder.bundles.gradescope.form import Box, Results
from autograder.bundles.gradescope.handed import OWN, Handed, language_before
from autograder.bundles.isolation import WEAKER
from autograder.course.assignment import Assignment
from autograder.course.handing_in import Rules, Shows, said_time
from autograder.course.results import Record, Status, Verdict
from autograder.course.score import DECIMALS
from autograder.feedback.content import content_of
from autograder.feedback.escapes import escaped
from autograder.feedback.markdown import MarkdownWriter
from autograder.i18n.catalogue import Catalogue
from autograder.i18n.messages import Message, gettext_noop, say
from autograder.kernel.sandbox.levels import Level

VISIBILITY = {Shows.AT_ONCE: "visible", Shows.COUNTS_ONLY: "visible", Shows.AFTER_DUE: "after_due_date"}
NOT_YET = (
    gettext_noop("This hand-in has not been marked yet"),
    gettext_noop(
        "The grader itself failed on it. That is no fault of yours: a person will look at it, and its points wait "
        "until then."
    ),
)


def results_of(
    assignment: Assignment,
    record: Record,
    notebook: nbformat.NotebookNode | None,
    handed: Handed,
    level: Level,
) -> Results:
    """Return the results of a submission that was read and marked, or refused.

    Args:
        assignment: In any of its languages.
        record: What came of it.
        notebook: The marked notebook; None where it was refused.
        handed: How it was handed in.
        level: The level of the sandbox that its code ran in.
    """
    assignment = assignment.in_language(record.language)
    if record.status is Status.REJECTED:
        return _refused(assignment, record, handed)
    content = content_of(assignment, record, notebook, hints_from=handed.rules.hints)
    lost = round(content.score.points * handed.late.penalty, DECIMALS)
    score = dataclasses.replace(content.score, points=round(content.score.points - lost, DECIMALS))
    content = dataclasses.replace(content, score=score, penalty=lost)
    writer = MarkdownWriter(content, github=False)
    shows = handed.rules.shows
    output = [*_standing(writer, record, handed.rules), *_lateness(writer, handed)]
    if level is not Level.FULL:
        output.append(writer.say(WEAKER, level=level))
    if shows is Shows.AT_ONCE:
        output += [*writer.first(), *writer.repairs(), *writer.notes()]
    return Results(
        stdout_visibility="hidden",
        score=score.points,
        execution_time=round(record.seconds, 1),
        output=joined(output),
        output_format="md",
        test_output_format="md",
        test_name_format="text",
        visibility=VISIBILITY[shows],
        tests=points_alone(content) if shows is Shows.COUNTS_ONLY else boxes(content, writer),
        extra_data={OWN: _known(record, handed, level, lost)},
    )


def _standing(writer: MarkdownWriter, record: Record, rules: Rules) -> Iterable[str]:
    if rules.shows is Shows.AFTER_DUE:
        yield writer.say("It is marked. You see your points and feedback after the due time.")
        return
    yield from writer.standing()
    if rules.shows is Shows.COUNTS_ONLY:
        tests = [test for problem in record.problems for test in problem.tests]
        passed = sum(test.verdict is Verdict.PASSED for test in tests)
        yield writer.say("Tests passed: {number} of {most}.", number=passed, most=len(tests))


def _lateness(writer: MarkdownWriter, handed: Handed) -> Iterable[str]:
    if not handed.late.days or handed.rules.due is None:
        return
    due = _said_due(handed.rules, handed.rules.due)
    yield writer.say("It came late, on day {days} after it was due: {time}.", days=handed.late.days, time=due)


def _said_due(rules: Rules, due: datetime) -> str:
    """Return when it was due, where the course names no zone in that of Gradescope's course."""
    if rules.zone != Rules.zone or not due.utcoffset():
        return said_time(rules, due)
    offset = due.strftime("%z")
    return f"{due.strftime('%Y-%m-%d %H:%M')} (UTC{offset[:3]}:{offset[3:5]})"


def _known(record: Record, handed: Handed, level: Level, lost: float) -> dict[str, Any]:
    return {
        "assignment": record.assignment,
        "attempt": handed.number,
        "costless": list(handed.costless),
        "costs": record.status is Status.MARKED,
        "isolation": level,
        "kit_version": record.kit_version,
        "language": record.language,
        "late_days": handed.late.days,
        "late_penalty": lost,
        "status": record.status,
        "tests_sha256": record.tests_sha256,
    }


def _refused(assignment: Assignment, record: Record, handed: Handed) -> Results:
    why = [*record.notes, say("Hand in again, with what is said above put right. It has cost you no attempt.")]
    heading = gettext_noop("This hand-in could not be marked")
    known = {"costless": list(handed.costless), "costs": False, "language": record.language, "status": record.status}
    if handed.before is None:
        return _said(assignment, heading, why, Results("hidden", score=0.0, extra_data={OWN: known}), record.max_score)
    return _kept(assignment, heading, why, handed, known)


def not_taken(assignment: Assignment, handed: Handed) -> Results:
    """Return the results of a submission that the rules do not take: those of the one before it, and why.

    Args:
        assignment: In any of its languages.
        handed: How it was handed in; it has a refusal.

    Raises:
        ValueError: It is taken.
    """
    if handed.refusal is None:
        raise ValueError("this submission is taken: mark it")
    language = language_before(handed)
    assignment = assignment.in_language(language if language in assignment.languages else assignment.language)
    known = {"costless": list(handed.costless), "costs": True, "language": assignment.language, "status": "not_taken"}
    return _kept(assignment, gettext_noop("This hand-in was not marked"), [handed.refusal.text], handed, known)


def _kept(
    assignment: Assignment, heading: str, why: Iterable[Message], handed: Handed, known: dict[str, Any]
) -> Results:
    before = handed.before or {}
    tests = before.get("tests")
    kept = Results(
        "hidden",
        score=before.get("score", 0.0),
        visibility=VISIBILITY[handed.rules.shows],
        tests=tests if isinstance(tests, list) else [],
        extra_data={OWN: known},
    )
    return _said(assignment, heading, [*why, say("The points are those of what you handed in before.")], kept)


def _said(
    assignment: Assignment, heading: str, texts: Iterable[Message], results: Results, most: float | None = None
) -> Results:
    """Return results with something said above them; where ``most`` is given, in a box as well, so that it adds up."""
    say_in = assignment.catalogue.say
    output = joined([f"**{escaped(say_in(heading))}**", *(escaped(say_in(text)) for text in texts)])
    tests = results.tests
    if most is not None:
        tests = [Box(say_in(heading), "1", score=0.0, max_score=most, status="failed")]
    return msgspec.structs.replace(
        results, output=output, output_format="md", test_output_format="md", test_name_format="text", tests=tests
    )


def unmarked(assignment: Assignment) -> Results:
    """Return what is there until something is marked, and where the grader fails: no score, which would be a zero.

    Its language is not known yet, so it is said in each.
    """
    texts = [f"**{escaped(heading)}**\n\n{escaped(text)}" for heading, text in _in_each_language(assignment)]
    return Results("hidden", output="\n\n".join(texts), output_format="md")


def _in_each_language(assignment: Assignment) -> Iterable[tuple[str, str]]:
    for language in assignment.languages:
        catalogue: Catalogue = assignment.in_language(language).catalogue
        heading, text = map(catalogue.say, NOT_YET)
        yield heading, text


def write_results(results: Results, file: Path) -> None:
    """Write results so that whoever reads sees the old file or the new one, never half of one."""
    draft = file.with_name(f".{file.name}.draft")
    with draft.open("wb") as stream:
        stream.write(msgspec.json.format(msgspec.json.encode(results), indent=1))
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
