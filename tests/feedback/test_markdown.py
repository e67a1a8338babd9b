"""The Markdown says what the page says, and holds no more of what a student wrote than its characters."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import nbformat
import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace

from autograder.course.assignment import Assignment
from autograder.course.assignment_settings import Hints
from autograder.course.gradebook_scores import CellGrade
from autograder.course.results import Basis, Deduction, Status, Verdict
from autograder.feedback import markdown
from autograder.feedback.content import content_of
from autograder.feedback.entered import Entered
from autograder.feedback.markdown import LEFT_OUT, MarkdownWriter, feedback_markdown
from autograder.feedback.page import TEMPLATES, feedback_page
from autograder.i18n.messages import Message, say
from autograder.release.extract_messages import texts_of_file
from tests.support.feedback import KNOWN, NOTHING_WRITTEN, RIGHT, WRONG, problem, record, verdict, worked_on

READER = MarkdownIt("commonmark", {"html": True}).enable("table")
HOSTILE = "</details><img src=x onerror=alert(1)>\n```\n# [me](https://evil.example) @everyone"
FAULT = say("Raised {fault}", fault=HOSTILE)


@pytest.fixture
def notebook(assignment: Assignment) -> nbformat.NotebookNode:
    return worked_on(assignment)


def words(html: str) -> str:
    """Return the words of a page, without tags and without what parts long names."""
    text = unescape(re.sub(r"<(style|svg)\b.*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL)).replace("\u200b", "")
    return re.sub(r"\s+", " ", text)


def test_every_text_is_one_of_the_page():
    page = {text for file in TEMPLATES.glob("*.j2") for _, text in texts_of_file(file, "")}
    own = {text for _, text in texts_of_file(Path(markdown.__file__), "")}
    assert own - page == {LEFT_OUT}


def test_it_says_all_that_the_page_says_of_problems(assignment, notebook):
    """Lists of what was asked, causes, stand-ins, notes and points taken off are all in it."""
    tests = [
        verdict("Doubles.", Verdict.FAILED, FAULT, asks=Message("Return x times two."), hint=Message("Look at x.")),
        verdict("Doubles two.", Verdict.FAILED, FAULT),
        verdict("Takes none.", basis=Basis.FOLLOW_THROUGH, own=Message("off by two")),
        *(verdict(title, Verdict.NOT_RUN, "no cache") for title in ("Third.", "Fourth.")),
    ]
    more = {"deductions": [Deduction(reason=Message("3 returned"), points=1)], "notes": [Message("x was changed")]}
    made = record(problem("double", *tests, most=8, diagnoses=[KNOWN], **more), RIGHT, mended=[Message("a name")])
    shown = words(READER.render(feedback_markdown(assignment, made, notebook)))
    page = feedback_page(assignment, made, notebook)
    told = words(page[page.index("<header") : page.index("<h2>Your notebook")])
    assert "4 to 5: " in shown
    assert "Look at x." in shown
    missing = set(re.findall(r"[^\W\d]{2,}", told)) - set(re.findall(r"[^\W\d]{2,}", shown))
    # Headings of the page's parts, its sum below a table, and the code and the answer, which stand in the notebook.
    headings = {"To", "the", "problems", "Problem", "problem", "by", "Your", "Test", "Together"}
    assert missing <= headings | {"code", "def", "return", "None", "answer", "Because"}


def test_a_problem_is_folded_where_the_page_has_it_folded(assignment, notebook):
    made = feedback_markdown(assignment, record(WRONG, RIGHT), notebook)
    assert "## `double` · partly right · 2 / 4" in made
    assert "<summary>halve · right · 6 / 6</summary>" in made
    assert made.count("<details>") == made.count("</details>")


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_it_is_in_the_language_of_the_hand_in(bilingual, language):
    notebook = worked_on(bilingual)
    made = feedback_markdown(bilingual, record(WRONG, RIGHT, language=language), notebook)
    assert ("请先看这里" in made) is (language == "zh-CN")


def test_what_students_wrote_stays_text(assignment, notebook):
    failed = verdict("Doubles.", Verdict.FAILED, FAULT, own=FAULT)
    made = record(problem("double", failed, most=4), RIGHT, student=HOSTILE, notes=[FAULT], mended=[FAULT])
    for status in (Status.MARKED, Status.REJECTED):
        html = READER.render(feedback_markdown(assignment, replace(made, status=status), notebook))
        assert not re.search(r"<(?:img|a)\b", html)
        outside = re.sub(r"<code.*?</code>", "", html, flags=re.DOTALL)
        assert "evil" not in outside
        assert "@" not in outside
        assert html.count("<details>") == html.count("</details>")


def test_it_has_no_more_bytes_than_may_be(assignment, notebook):
    tests = [verdict(f"Test {number}.", Verdict.FAILED, f"梯度{number}" * 900) for number in range(100)]
    made = record(problem("double", *tests, most=200), RIGHT)
    for most in (20_000, 900_000):
        short = feedback_markdown(assignment, made, notebook, most=most)
        assert len(short.encode()) <= most
        assert ("more feedback than fits" in short) is (most == 20_000)
        assert "| `halve` | right | 6 / 6 |" in short


def test_a_hint_comes_when_the_page_has_it(assignment, notebook):
    assignment.hints = Hints.SECOND_ATTEMPT
    first, second = (feedback_markdown(assignment, record(WRONG, attempt=attempt), notebook) for attempt in (1, 2))
    assert "Try 5." not in first
    assert "on your next hand-in" in first
    assert "<summary>A hint</summary>\n\nTry 5." in second


def test_what_is_not_written_lists_its_tests(assignment, notebook):
    nothing = problem("double", verdict("Doubles.", Verdict.FAILED, "off"), most=4, diagnoses=[NOTHING_WRITTEN])
    made = feedback_markdown(assignment, record(nothing, RIGHT), notebook)
    assert "does no more yet" in made
    assert "- 1\\. Doubles. · 2" in made
    assert "off" not in made


def test_a_refused_hand_in_says_why_and_what_to_do(assignment):
    refused = record(status=Status.REJECTED, notes=[Message("It holds a link.")])
    made = feedback_markdown(assignment, refused, None)
    assert "It holds a link." in made
    assert "**What to do:** Hand in again" in made


def test_a_hand_in_on_which_the_grader_failed_waits(assignment):
    made = feedback_markdown(assignment, record(WRONG, status=Status.GRADER_ERROR), None)
    assert "has not been marked yet" in made
    assert "double" not in made


def test_what_people_entered_is_in_it(assignment, notebook):
    given = {
        "test_double": CellGrade(auto_score=2, manual_score=3.5, extra_credit=None, max_score=4),
        "test_halve": CellGrade(auto_score=6, manual_score=None, extra_credit=None, max_score=6),
        "why": CellGrade(auto_score=None, manual_score=2, extra_credit=None, max_score=3),
    }
    entered = Entered(cells=given, penalties={"n": 1.5}, comments={"double": "Well, *nearly*.\nSee </details>"})
    made = feedback_markdown(assignment, record(WRONG, RIGHT), notebook, entered)
    assert "**10 of 13**" in made
    assert "Points taken off for being late: 1.5" in made
    assert "A person gave these points; the tests alone came to 2." in made
    assert "A person wrote:\n\n```text\nWell, *nearly*.\nSee </details>\n```" in made


def test_readers_that_know_less_get_no_html_and_no_table(assignment, notebook):
    content = content_of(assignment, record(WRONG, RIGHT), notebook)
    writer = MarkdownWriter(content, github=False)
    made = "\n\n".join([*writer.top(), *(block for card in content.cards for block in writer.problem(card))])
    assert not re.search(r"<\w|^\|", made, re.MULTILINE)
    assert "- `halve` · right · 6 / 6" in made
    assert "## `halve` · right · 6 / 6" in made
