"""Makes JUnit XML of a record, which GitLab, Jenkins and most services that run tests show.

A problem is a test suite, a hidden test a test case; texts are those of the feedback page. This is what
the schema of Jenkins takes (junit-10.xsd of its xUnit plugin); there is no standard.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from autograder.course.assignment import Assignment
from autograder.course.results import ProblemResult, Record, Status, TestResult, Verdict
from autograder.course.score import points
from autograder.i18n.catalogue import Catalogue
from autograder.i18n.messages import Message, Text, say
from autograder.i18n.terminal import printable
from autograder.marking.feedback import what_code_does

# Of one text, in characters.
TEXT_MAX = 4_000
# By what a test case that did not pass is told to be.
KINDS = {Verdict.FAILED: "failure", Verdict.NOT_RUN: "skipped", Verdict.GRADER_ERROR: "error"}


def junit_xml(assignment: Assignment, record: Record) -> str:
    """Return a record as JUnit XML.

    Args:
        assignment: In any of its languages.
        record: What came of the submission.

    Raises:
        CourseError: The assignment's source is missing.
    """
    assignment = assignment.in_language(record.language)
    write = _Writer(assignment.catalogue, record.assignment)
    root = Element("testsuites", name=f"{record.assignment}: {printable(record.student)}")
    if record.status is Status.REJECTED:
        suite = write.suite(root, record.assignment, 0.0, record.max_score + record.manual_max_score)
        case = write.case(suite, say("This hand-in could not be marked"))
        write.outcome(case, Verdict.FAILED, *record.notes)
    for problem in record.problems:
        write.problem(root, problem)
    for name in record.manual:
        suite = write.suite(root, name, None, assignment.problems[name].points)
        write.outcome(write.case(suite, name), Verdict.NOT_RUN, say("A person marks this; nobody has yet."))
    for element in (*root, root):
        _count(element)
    root.set("time", f"{record.seconds:.3f}")
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _count(element: Element) -> None:
    """Say in an element's attributes how many of its test cases came out in which way."""
    cases = list(element.iter("testcase"))
    element.set("tests", str(len(cases)))
    for name, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        # The root has no count of those in all schemas.
        if name != "skipped" or element.tag == "testsuite":
            element.set(name, str(sum(case.find(kind) is not None for case in cases)))


class _Writer:
    def __init__(self, catalogue: Catalogue, assignment: str) -> None:
        self._catalogue, self._assignment = catalogue, assignment

    def _say(self, text: Text) -> str:
        return printable(self._catalogue.say(text))[:TEXT_MAX]

    def suite(self, root: Element, name: str, score: float | None, most: float) -> Element:
        made = SubElement(root, "testsuite", name=name)
        given = SubElement(made, "properties")
        SubElement(given, "property", name="score", value="" if score is None else points(score))
        SubElement(given, "property", name="max_score", value=points(most))
        return made

    def case(self, suite: Element, name: Text, number: int | None = None, seconds: float = 0.0) -> Element:
        title = self._say(name) if number is None else f"{number}. {self._say(name)}"
        where = f"{self._assignment}.{suite.get('name')}"
        return SubElement(suite, "testcase", classname=where, name=title, time=f"{seconds:.3f}")

    def outcome(self, case: Element, verdict: Verdict, *texts: Text, kind: str = "") -> None:
        """Say of a test case what was seen; one that passed has nothing."""
        if verdict is Verdict.PASSED:
            return
        said = "\n".join(filter(None, map(self._say, texts)))
        made = SubElement(case, KINDS[verdict], message=said.split("\n")[0])
        if verdict is not Verdict.NOT_RUN:
            made.set("type", kind or verdict.value)
        made.text = said

    def problem(self, root: Element, problem: ProblemResult) -> None:
        suite = self.suite(root, problem.id, None if problem.unresolved else problem.score, problem.max_score)
        for number, test in enumerate(problem.tests, start=1):
            case = self.case(suite, test.title, number, test.seconds)
            self.outcome(case, test.verdict, *_seen(problem, test), kind=test.misconception or test.pattern or "")
        for deduction in problem.deductions:
            self.outcome(self.case(suite, deduction.reason), Verdict.FAILED, deduction.reason, kind="taken_off")


def _seen(problem: ProblemResult, test: TestResult) -> list[Message]:
    if problem.not_attempted:
        return [say("What is here does no more yet than the cell that you got.")]
    causes = [what_code_does(problem, cause) for cause in problem.diagnoses if test.id in cause.tests]
    asked = [say("What is asked: {asks}", asks=test.asks)] if test.asks else []
    return [test.message, *causes, *asked]
