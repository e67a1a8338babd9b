"""JUnit XML has the form that Jenkins' schema asks for, counts that agree, and the points of the record."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from msgspec.structs import replace

from autograder.course.results import Deduction, Status, Verdict
from autograder.feedback.junit import TEXT_MAX, junit_xml
from autograder.i18n.messages import Message
from tests.support.feedback import NOTHING_WRITTEN, RIGHT, WRONG, problem, record, verdict

# From junit-10.xsd of Jenkins' xUnit plugin: what may stand in an element, which attributes it may have, and must.
TOLD = ({"#text"}, {"message", "type"}, set())
COUNTS = {"tests", "failures", "errors"}
SCHEMA = {
    "testsuites": ({"testsuite"}, {"name", "time", *COUNTS}, set()),
    "testsuite": ({"properties", "testcase"}, {"name", "skipped", "time", *COUNTS}, {"name", *COUNTS}),
    "properties": ({"property"}, set(), set()),
    "property": (set(), {"name", "value"}, {"name", "value"}),
    "testcase": ({"failure", "error", "skipped"}, {"name", "classname", "time"}, {"name"}),
    **dict.fromkeys(("failure", "error", "skipped"), TOLD),
}
NOT_RUN = verdict("Takes none.", Verdict.NOT_RUN, "Not run: double raised.")
BROKEN = verdict("Takes all.", Verdict.GRADER_ERROR, "A person will look at it.")


def check(element: Element) -> None:
    """Hold an element against `SCHEMA`, and its counts against its test cases."""
    inside, may, must = SCHEMA[element.tag]
    assert {one.tag for one in element} <= inside
    assert must <= set(element.attrib) <= may
    if "tests" in element.attrib:
        cases = list(element.iter("testcase"))
        assert element.get("tests") == str(len(cases))
        for name, kind in (("failures", "failure"), ("errors", "error")):
            assert element.get(name) == str(sum(case.find(kind) is not None for case in cases))
    for one in element:
        check(one)


def read(text: str) -> Element:
    root = ElementTree.fromstring(text.encode())
    check(root)
    return root


def points_of(suite: Element) -> tuple[str, ...]:
    return tuple(one.attrib["value"] for one in suite.iter("property"))


def test_each_problem_is_a_suite_with_its_points_and_each_test_a_case(assignment):
    root = read(junit_xml(assignment, record(WRONG, RIGHT)))
    assert [(suite.get("name"), points_of(suite)) for suite in root] == [
        ("double", ("2", "4")),
        ("halve", ("6", "6")),
        ("why", ("", "3")),
    ]
    first = root[0].findall("testcase")
    assert [case.get("name") for case in first] == ["1. Doubles.", "2. Takes none."]
    failure = first[0].find("failure")
    assert failure is not None
    assert failure.get("message") == "y: 2 of 2 elements are off"
    assert "What your code does (test 1): Adds two." in (failure.text or "")
    assert list(first[1]) == []


def test_what_was_not_run_is_skipped_and_a_fault_of_the_graders_is_an_error(assignment):
    root = read(junit_xml(assignment, record(problem("double", NOT_RUN, BROKEN, most=4), RIGHT)))
    not_run, broken = root[0].findall("testcase")
    assert [one.tag for one in not_run] == ["skipped"]
    assert [one.tag for one in broken] == ["error"]
    assert points_of(root[0]) == ("", "4")


def test_points_that_are_taken_off_are_a_case_that_failed(assignment):
    made = replace(RIGHT, score=5, deductions=[Deduction(reason=Message("3 values returned, 2 asked"), points=1)])
    cases = read(junit_xml(assignment, record(WRONG, made)))[1].findall("testcase")
    assert cases[-1].get("name") == "3 values returned, 2 asked"
    assert cases[-1].find("failure") is not None


def test_what_nobody_has_written_yet_is_told_as_the_page_does(assignment):
    nothing = problem("double", verdict("Doubles.", Verdict.FAILED, "off"), most=4, diagnoses=[NOTHING_WRITTEN])
    text = junit_xml(assignment, record(nothing, RIGHT))
    assert "does no more yet" in text
    assert "off" not in text


def test_a_refused_hand_in_is_one_failure(assignment):
    refused = record(status=Status.REJECTED, notes=[Message("It holds a link.")], max_score=10, manual=[])
    (suite,) = read(junit_xml(assignment, refused))
    assert points_of(suite) == ("0", "13")
    assert suite.find("testcase/failure[@message='It holds a link.']") is not None


@pytest.mark.parametrize("nasty", ["\x00\x08\x1b[31m", "\ud800", "\ufffe", "]]><x>&amp;", "a\nb", "\u202e"])
def test_no_character_breaks_the_file(assignment, nasty):
    hostile = verdict("Doubles.", Verdict.FAILED, f"seen {nasty} here")
    root = read(junit_xml(assignment, record(problem("double", hostile, most=2), student=nasty)))
    failure = root.find(".//failure")
    assert failure is not None
    assert (failure.text or "").startswith("seen ")


def test_a_long_text_is_cut(assignment):
    hostile = verdict("Doubles.", Verdict.FAILED, "a" * 10 * TEXT_MAX)
    failure = read(junit_xml(assignment, record(problem("double", hostile, most=2)))).find(".//failure")
    assert failure is not None
    assert len(failure.text or "") == TEXT_MAX


def test_it_is_in_the_language_of_the_hand_in(bilingual):
    assert "这一题需要人工评分" in junit_xml(bilingual, record(WRONG, RIGHT, language="zh-CN"))
