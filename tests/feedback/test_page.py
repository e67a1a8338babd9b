"""What a student reads: what counts first, wrong problems open, hints folded, and nothing that is hidden."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from msgspec.structs import replace

from autograder.course.assignment import Assignment
from autograder.course.assignment_settings import Hints
from autograder.course.gradebook_scores import CellGrade
from autograder.course.results import (
    Basis,
    Deduction,
    Status,
    Verdict,
)
from autograder.feedback.cards import State
from autograder.feedback.entered import Entered
from autograder.feedback.markdown import feedback_markdown
from autograder.feedback.page import feedback_page, segments
from autograder.i18n.messages import Message, say
from autograder.marking.feedback import problem_output
from autograder.marking.figures import Figures
from autograder.marking.notebook_runner import CELL_STOPPED
from autograder.server.attempts.hints import SHOWS_HINTS
from autograder.testing.case import NO_KEY
from autograder.testing.runner import ENDED, RAISED, STILL_RUNNING
from autograder.testing.scoring import GATE_CLOSED, share_of, why_not_run
from tests.support.course import cell_named
from tests.support.feedback import KNOWN, NOTHING_WRITTEN, RIGHT, WRONG, problem, record, verdict, worked_on


@pytest.fixture
def notebook(assignment: Assignment) -> nbformat.NotebookNode:
    return worked_on(assignment)


class Outline(HTMLParser):
    """Takes down headings, open cards, what has a style or a script, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.cards: dict[str, bool] = {}
        self.alive: list[str] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "details" and known.get("class") == "card":
            self.cards[known["id"] or ""] = "open" in known
        if tag == "script" or "style" in known or any(name.startswith("on") for name in known):
            self.alive.append(tag)

    def handle_data(self, data: str) -> None:
        if not self.cdata_elem:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words)).replace("\u200b", "")


def test_the_top_says_the_score_what_waits_and_what_to_look_at_first(assignment, notebook):
    top = Outline(feedback_page(assignment, record(WRONG, RIGHT), notebook)).text.partition("Problem by problem")[0]
    assert "8 of 10 so far, 3 wait for a person" in top
    assert "Look at this first double partly right Adds two." in top
    for line in ("double partly right 2 / 4", "halve right 6 / 6", "why waits for a person \u2013 / 3"):
        assert line in top


def test_right_everywhere_is_seen_at_once(assignment, notebook):
    all_right = record(problem("double", verdict("Doubles."), verdict("Takes none."), most=4), RIGHT)
    made = Outline(feedback_page(assignment, all_right, notebook))
    assert "All that has been marked so far is right." in made.text
    assert "Look at this first" not in made.text
    assert not any(made.cards.values())


def test_problems_with_something_wrong_are_open_and_the_others_are_not(assignment, notebook):
    made = Outline(feedback_page(assignment, record(WRONG, RIGHT), notebook))
    assert made.cards == {"double": True, "halve": False, "why": False}


def test_headings_come_in_order_and_nothing_in_the_page_is_alive(assignment, notebook):
    notebook.cells = [cell for cell in notebook.cells if cell.id != "scheme"]  # whose heading is of the third level
    notebook.cells.append(nbformat.v4.new_markdown_cell("# Mine\n\n## Below\n\n|a|\n|-:|\n|1|"))
    page = feedback_page(assignment, record(WRONG, RIGHT), notebook)
    made = Outline(page)
    assert made.levels[0] == 1
    assert made.levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(made.levels, made.levels[1:], strict=False))
    assert made.alive == []
    assert '<td align="right">1</td>' in page


def test_a_belief_is_a_thought_and_its_hint_is_folded(assignment, notebook):
    page = feedback_page(assignment, record(WRONG, RIGHT), notebook)
    text = Outline(page).text
    assert "What your code does (test 1): Adds two." in text
    assert "You may have thought: “Twice is two more.” But" in text
    assert '<details class="hint"><summary>A hint</summary><p>Try 5.</p></details>' in page


@pytest.mark.parametrize(
    ("hints", "attempt", "there", "folded"),
    [
        (Hints.SHOWN, 1, True, False),
        (Hints.FOLDED, 2, True, True),
        (Hints.SECOND_ATTEMPT, 1, False, False),
        (Hints.SECOND_ATTEMPT, 2, True, True),
    ],
)
def test_a_hint_is_there_when_the_instructor_wants_it(assignment, notebook, hints, attempt, there, folded):
    assignment.hints = hints
    page = feedback_page(assignment, record(WRONG, RIGHT, attempt=attempt), notebook)
    assert ("Try 5." in page) is there
    assert ("<summary>A hint</summary>" in page) is folded
    assert ("it comes with the feedback on your next hand-in" in page) is not there


@pytest.mark.parametrize(("attempt", "said"), [(1, "on attempt 3."), (2, "on your next hand-in."), (3, ""), (4, "")])
def test_the_rules_of_a_course_say_from_which_attempt_on_hints_are_shown(assignment, notebook, attempt, said):
    page = feedback_page(assignment, record(WRONG, RIGHT, attempt=attempt), notebook, hints_from=3)
    assert ("Try 5." in page) is not bool(said)
    assert said in page
    # What the server keeps of its being opened.
    assert bool(SHOWS_HINTS.search(page.encode())) is not bool(said)


def test_the_line_at_which_a_test_ended_is_pointed_at_in_the_students_code(assignment, notebook):
    raised = say("Your code raised {fault}{lines}", fault="ValueError", lines="\ndouble, line 2: y = x + 2")
    made = feedback_page(assignment, record(problem("double", verdict("D.", Verdict.FAILED, raised), most=4)), notebook)
    assert re.findall(r'<li value="(\d+)" class="here">', made)[0] == "2"
    other = say("Your code raised {fault}{lines}", fault="ValueError", lines="\ndouble, line 2: y = x + 3")
    made = feedback_page(assignment, record(problem("double", verdict("D.", Verdict.FAILED, other), most=4)), notebook)
    assert 'class="here"' not in made


def test_code_of_a_module_file_has_the_files_name_and_numbers(assignment, notebook):
    cell_named(notebook, "double").source = "# cs231n/rnn_layers.py, line 41\ndef double(x):\n    return x"
    made = feedback_page(assignment, record(WRONG, RIGHT), notebook)
    assert "<figcaption><code>cs231n/rnn_layers.py</code></figcaption>" in made
    assert '<li value="41"><code><span class="k">def</span>' in made


def test_the_name_of_a_file_turns_no_direction_of_writing(assignment, notebook):
    cell_named(notebook, "double").source = "# a\u202eyp.b, line 41\ndef double(x):\n    return x"
    made = feedback_page(assignment, record(WRONG, RIGHT), notebook)
    assert "<figcaption><code>a\\u202eyp.b</code></figcaption>" in made
    assert "\u202e" not in made


def test_what_nobody_has_written_is_told_in_one_sentence(assignment, notebook):
    released = nbformat.read(assignment.course.release("arithmetic") / "arithmetic.ipynb", as_version=4)
    cell_named(notebook, "double").source = cell_named(released, "double").source
    failed = problem("double", *(verdict(f"t{n}.", Verdict.FAILED, "raised") for n in (1, 2)), most=4)
    made = Outline(feedback_page(assignment, record(failed, RIGHT), notebook))
    assert "double not written yet 0 / 4" in made.text
    assert "What is here does no more yet than the cell that you got." in made.text
    assert "raised" not in made.text
    assert made.cards["double"] is False


def test_code_that_only_gives_back_what_it_began_with_counts_as_not_written(assignment, notebook):
    failed = problem("double", verdict("t1.", Verdict.FAILED, "y is None"), most=4, diagnoses=[NOTHING_WRITTEN])
    made = Outline(feedback_page(assignment, record(failed, RIGHT), notebook))
    assert "double not written yet 0 / 4" in made.text
    assert "y is None" not in made.text
    assert "What your code does" not in made.text


def test_tests_that_were_not_run_are_one_line(assignment, notebook):
    skipped = (verdict(f"t{n}.", Verdict.NOT_RUN, "Not run: earlier tests ended.") for n in (2, 3))
    made = problem("double", verdict("t1.", Verdict.FAILED, ENDED), *skipped, most=6)
    text = Outline(feedback_page(assignment, record(made, RIGHT), notebook)).text
    assert text.count("Not run: earlier tests ended.") == 1
    assert "2 to 3: Not run" in text


def test_what_a_mark_rests_on_deductions_and_notes_are_told(assignment, notebook):
    made = problem(
        "double",
        verdict("D.", Verdict.PASSED, "", basis=Basis.FOLLOW_THROUGH, own=Message("with yours: off")),
        most=4,
        deductions=[Deduction(reason=Message("3 returned, 2 asked"), points=1)],
        notes=[Message("It prints.")],
    )
    text = Outline(feedback_page(assignment, record(made, RIGHT), notebook)).text
    for part in (
        "is not counted again here",
        "With your own functions: with yours: off",
        "taken off 3 returned, 2 asked What to look at: Return only what is asked. Functions of yours that",
        "\u22121 Together 2 / 4",
        "Noted, at no cost: It prints.",
    ):
        assert part in text


def first_of(page: str) -> str:
    return Outline(page).text.partition("Look at this first ")[2].partition(" Points by problem")[0]


def test_the_problem_that_lost_most_is_to_be_looked_at_first(assignment, notebook):
    slight = problem("double", verdict("D."), verdict("D.", Verdict.FAILED, "off"), most=4)
    worse = problem("halve", *(verdict("H.", Verdict.FAILED, "wrong") for _ in range(3)), most=6)
    assert first_of(feedback_page(assignment, record(slight, worse), notebook)).startswith("halve")
    equal = problem("halve", verdict("H."), verdict("H."), verdict("H.", Verdict.FAILED, "wrong"), most=6)
    assert first_of(feedback_page(assignment, record(slight, equal), notebook)).startswith("double")


def test_a_problem_that_only_waits_for_an_earlier_one_is_not_the_first_to_look_at(assignment, notebook):
    slight = problem("double", verdict("D."), verdict("D.", Verdict.FAILED, "off"), most=4)
    waits = problem("halve", *(verdict("H.", Verdict.NOT_RUN, "no cache") for _ in range(3)), most=6)
    assert first_of(feedback_page(assignment, record(slight, waits), notebook)).startswith("double")


def test_what_is_not_written_yet_begins_with_its_first_problem(assignment, notebook):
    released = nbformat.read(assignment.course.release("arithmetic") / "arithmetic.ipynb", as_version=4)
    nothing = problem("double", verdict("D.", Verdict.FAILED, "raised"), most=4)
    also = problem("halve", verdict("H.", Verdict.FAILED, "raised"), most=6)
    assert first_of(feedback_page(assignment, record(nothing, also), released)).startswith("double not written yet")


@pytest.mark.parametrize(
    ("stand_ins", "needs", "said"),
    [
        ((), {}, False),
        ((), {"halve": "double"}, True),
        ((SimpleNamespace(forward="double", backward=None, used_by=("halve",)),), {}, True),
        ((SimpleNamespace(forward="halve", backward=None, used_by=("double",)),), {}, False),
    ],
    ids=["nothing", "needs", "stand-in", "of another"],
)
def test_that_others_are_built_on_what_is_not_written_is_said_where_it_is_declared(assignment, stand_ins, needs, said):
    released = nbformat.read(assignment.course.release("arithmetic") / "arithmetic.ipynb", as_version=4)
    nothing = record(problem("double", verdict("D.", Verdict.FAILED, "raised"), most=4))
    assignment.__dict__["stand_ins"], assignment.needs = stand_ins, needs
    sentence = "What comes later is built on it."
    assert (sentence in feedback_page(assignment, nothing, released)) is said
    assert (sentence in feedback_markdown(assignment, nothing, released)) is said


def test_a_failure_of_another_kind_is_named_beside_the_diagnosis(assignment, notebook):
    asks = Message("Return a key for each.")
    made = problem(
        "double",
        verdict("Doubles.", Verdict.FAILED, "y: 2 of 2 elements are off", asks=asks),
        verdict(
            "Has b.", Verdict.FAILED, say(NO_KEY, dictionary="grads", key="b"), asks=asks, hint=Message("Who fills it?")
        ),
        verdict("Is 0.", Verdict.FAILED, "is not 0"),
        most=6,
        diagnoses=[KNOWN],
    )
    page = feedback_page(assignment, record(made, RIGHT), notebook)
    assert "Adds two. Besides: grads has no key 'b'" in first_of(page)
    text = Outline(page).text
    assert "Besides (test 2): grads has no key 'b' What to look at: Who fills it?" in text
    assert text.count("Besides") == 2
    assert text.count("What is asked: Return a key for each.") == 2


def test_without_a_diagnosis_the_second_kind_of_failure_is_named_too(assignment, notebook):
    raised = say(RAISED, fault="ValueError", lines="\ndouble, line 2: y = x + 2")
    made = problem("double", verdict("D.", Verdict.FAILED, "off"), verdict("E.", Verdict.FAILED, raised), most=4)
    first = first_of(feedback_page(assignment, record(made, RIGHT), notebook))
    assert first == "double not right yet off Besides: Your code raised ValueError Look at line 2 of your code."


def test_a_problem_that_takes_the_share_of_another_is_told_as_not_run(assignment, notebook):
    assignment._needs = {"halve": "double"}
    tests = [replace(test, verdict=Verdict.NOT_RUN, message=why_not_run(WRONG)) for test in RIGHT.tests]
    shared = share_of(WRONG, assignment.problems["halve"], tests)
    page = feedback_page(assignment, record(WRONG, shared), notebook)
    made = Outline(page)
    assert first_of(page).startswith("double")
    assert made.cards["halve"] is False
    assert '<a class="state shared" href="#double">not run: takes the share of double</a>' in page
    assert "There is nothing to mend here. What counts is this problem: double" in made.text
    assert made.text.count("halve not run: takes the share of double 3 / 6") == 4, "table, card, stub, check"
    assert "halve partly right" not in made.text


def test_what_the_gate_keeps_from_counting_is_not_called_failed(assignment, notebook):
    made = problem("double", verdict("D.", Verdict.FAILED, "off"), verdict("S.", Verdict.FAILED, GATE_CLOSED), most=4)
    text = Outline(feedback_page(assignment, record(made, RIGHT), notebook)).text
    assert "does not count yet 2. S. Counts only once" in text
    assert text.count(" failed ") == 1


def test_what_tests_look_at_that_were_not_run_is_there_folded(assignment, notebook):
    skipped = (verdict(f"t{n}.", Verdict.NOT_RUN, "Not run.", asks=Message(f"Asked {n}.")) for n in (2, 3))
    made = problem("double", verdict("t1.", Verdict.FAILED, ENDED), *skipped, most=6)
    text = Outline(feedback_page(assignment, record(made, RIGHT), notebook)).text
    assert "What these tests look at 2. t2. (2) What is asked: Asked 2. 3. t3. (2) What is asked: Asked 3." in text


def stopped_cell(cell: nbformat.NotebookNode, trace: str) -> None:
    said = "Stopped: this cell ran for more than 3 s."
    cell.outputs = [
        nbformat.v4.new_output("error", ename="KeyboardInterrupt", evalue="", traceback=trace.split("\n")),
        nbformat.v4.new_output("error", ename="Stopped", evalue=said, traceback=[said]),
    ]


def test_where_code_was_stopped_is_pointed_at_and_the_note_leads_to_the_cell(assignment, notebook):
    hung = problem("double", verdict("D.", Verdict.FAILED, say(STILL_RUNNING, seconds=1.0)), most=4)
    check = cell_named(notebook, "test_double")
    stopped_cell(
        check,
        "Cell In[3], line 2, in double\n\x1b[32m----> \x1b[0m\x1b[32m2\x1b[0m     y = x + 2\n\nKeyboardInterrupt: ",
    )
    number = notebook.cells.index(check) + 1
    notes = [say(CELL_STOPPED, number=number, text=Message("Stopped."))]
    page = feedback_page(assignment, record(hung, RIGHT, notes=notes), notebook)
    assert "still running after 1 s. Look at line 2 of your code." in first_of(page)
    assert '<li value="2" class="here">' in page
    assert f'<a href="#cell-{number}">Cell {number}: Stopped.</a>' in page
    assert f'id="cell-{number}"' in page
    text = Outline(page).text
    assert "Stopped: this cell ran for more than 3 s. Where it happened Cell In[3], line 2, in double" in text
    assert "Stopped: Stopped" not in text


def test_a_traceback_points_at_no_line_that_is_not_in_the_code(assignment, notebook):
    hung = problem("double", verdict("D.", Verdict.FAILED, say(STILL_RUNNING, seconds=1.0)), most=4)
    stopped_cell(cell_named(notebook, "test_double"), "----> 2 y = x + 3\n----> 99 y = x + 2\nKeyboardInterrupt: ")
    assert 'class="here"' not in feedback_page(assignment, record(hung, RIGHT), notebook)


def test_numbers_of_cells_are_those_of_the_notebook_that_was_marked(assignment, notebook):
    def numbers() -> list[str]:
        return re.findall(r'id="cell-(\d+)"', feedback_page(assignment, record(WRONG, RIGHT), notebook))

    before = numbers()
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell("mended", id="mended"))
    assert numbers() == before


def test_a_check_behind_which_no_tests_stand_says_so_where_it_failed(assignment, notebook):
    fault = nbformat.v4.new_output("error", ename="CheckFailed", evalue="off", traceback=["\u2717 off"])
    page = feedback_page(assignment, record(WRONG, RIGHT), notebook)
    assert "This check is not marked" not in page
    provided = next(cell for cell in notebook.cells if cell.source.startswith("import"))
    notebook.cells.insert(len(notebook.cells), nbformat.from_dict({**provided, "id": "again", "outputs": [fault]}))
    page = feedback_page(assignment, record(WRONG, RIGHT), notebook)
    text = Outline(page).text
    assert "Check in the notebook: failed This check is not marked; it looks at this problem: halve right 6 / 6" in text
    assert "Where it happened" not in text, "the text names no place"


def test_a_check_that_fails_beside_a_right_problem_says_why(assignment, notebook):
    fault = nbformat.v4.new_output("error", ename="CheckFailed", evalue="off", traceback=["off"])
    cell_named(notebook, "test_halve").outputs = [fault]
    assert "used your own earlier functions" not in feedback_page(assignment, record(WRONG, RIGHT), notebook)
    forgiven = replace(RIGHT, tests=[replace(test, basis=Basis.FOLLOW_THROUGH) for test in RIGHT.tests])
    assert "used your own earlier functions" in feedback_page(assignment, record(WRONG, forgiven), notebook)


def test_dollars_without_end_are_text_and_take_no_time(assignment, notebook):
    shown = nbformat.v4.new_output("display_data", data={"text/latex": "$" * 100_000 + "x"})
    formula = nbformat.v4.new_output("display_data", data={"text/latex": "$$x^2$$"})
    notebook.cells.append(nbformat.v4.new_code_cell("f", outputs=[shown, formula]))
    page = feedback_page(assignment, record(WRONG, RIGHT), notebook)
    assert "more characters</summary>" in page
    assert page.count("<msup>") == 1


def test_a_heading_of_blanks_takes_no_time(assignment, notebook):
    notebook.cells.append(nbformat.v4.new_markdown_cell("# a" + " " * 200_000 + "b"))
    assert "Your notebook" in feedback_page(assignment, record(WRONG, RIGHT), notebook)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Before\n## The *loss* ##  \nAfter", "The loss"),
        ("First line\nsecond", "First line"),
    ],
)
def test_a_text_of_the_courses_is_called_by_its_heading_or_its_first_line(assignment, notebook, text, title):
    for one in (notebook, source := nbformat.read(assignment.notebook_file, as_version=4)):
        one.cells.insert(0, nbformat.v4.new_markdown_cell(text, id="titled"))
    nbformat.write(source, assignment.notebook_file)
    page = feedback_page(Assignment(assignment.course, assignment.name), record(WRONG, RIGHT), notebook)
    assert re.search(f"<summary>{re.escape(title)}( ·[^<]*)?</summary>", page)


def test_a_formula_that_is_too_long_is_folded_as_text(assignment, notebook):
    tex = "$" + "x+" * 4000 + "y$"
    shown = nbformat.v4.new_output("execute_result", data={"text/latex": tex})
    notebook.cells.append(nbformat.v4.new_code_cell("f", outputs=[shown]))
    page = feedback_page(assignment, record(WRONG, RIGHT), notebook)
    assert "<summary>5003 more characters</summary>" in page


def test_a_fault_of_the_graders_is_said_not_to_be_the_students(assignment, notebook):
    failed = problem("double", verdict("D.", Verdict.GRADER_ERROR, "This test itself failed."), most=4)
    text = Outline(feedback_page(assignment, record(failed, RIGHT, status=Status.GRADER_ERROR), notebook)).text
    assert "The grader itself failed on double. That is no fault of yours" in text
    assert "double waits for a person \u2013 / 4" in text
    assert "6 of 6 so far, 7 wait" in text


def test_a_refused_hand_in_is_told_why_and_what_to_do(assignment):
    why = say("{file} is a link: hand in the file itself", file="a\u202eb<b>")
    page = feedback_page(assignment, record(status=Status.REJECTED, notes=[why]), None)
    assert "This hand-in could not be marked" in page
    assert "a\\u202eb&lt;b&gt; is a link: hand in the file itself" in page
    assert "Hand in again" in page


def test_a_refused_hand_in_with_a_notebook_is_refused_all_the_same(assignment, notebook):
    assert "could not be marked" in feedback_page(assignment, record(status=Status.REJECTED), notebook)


def test_where_the_grader_failed_on_the_whole_of_it_its_student_has_nothing_to_do(assignment):
    failed = problem("double", verdict("D.", Verdict.GRADER_ERROR, "Not reached."), most=4)
    text = Outline(feedback_page(assignment, record(failed, status=Status.GRADER_ERROR), None)).text
    assert "This hand-in has not been marked yet" in text
    assert "That is no fault of yours" in text
    assert "Hand in again" not in text


def test_a_notebook_beside_the_assignments_own_shows_its_cells_and_no_problem(assignment, notebook):
    other = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("mine = 1")])
    page = feedback_page(assignment, record(WRONG, RIGHT, notes=[Message("Cell 1 was stopped")]), other, beside=True)
    text = Outline(page).text
    assert "mine = 1" in text
    for absent in (
        "Problem by problem",
        "double",
        "Points by problem",
        "All that has been marked",
        "stopped",
        "folded",
    ):
        assert absent not in text


def entered(**more: Any) -> Entered:
    points = {
        "test_double": CellGrade(2, 3, None, 4),
        "test_halve": CellGrade(6, None, None, 6),
        "why": CellGrade(None, 2, None, 3),
    }
    return Entered(points, **more)


def test_what_people_gave_and_wrote_stands_at_its_problem(assignment, notebook):
    made = feedback_page(
        assignment, record(WRONG, RIGHT), notebook, entered(comments={"why": "*Nice*"}, penalties={"1": 2})
    )
    text = Outline(made).text
    assert "9 of 13" in text
    assert "Points taken off for being late: 2" in text
    assert "double partly right 3 / 4" in text
    assert "A person gave these points; the tests alone came to 2." in text
    assert "why partly right 2 / 3" in text
    assert "<em>Nice</em>" in made
    assert Outline(made).cards["why"] is True


def test_the_page_is_in_the_language_of_the_hand_in(bilingual):
    chinese = bilingual.in_language("zh-CN")
    made = nbformat.read(bilingual.course.release("arithmetic", "zh-CN") / "arithmetic.ipynb", as_version=4)
    cell_named(made, "double").source = "def double(x):\n    return x + 2"
    page = feedback_page(bilingual, record(WRONG, RIGHT, language="zh-CN"), made)
    assert '<html lang="zh-CN">' in page
    for text in (
        chinese.title,
        "已评 10 分中得 <strong>8</strong> 分",
        "请先看这里",
        "逐题反馈",
        "题目要求：返回 x 的两倍。",
    ):
        assert text in page
    assert "wait" not in Outline(page).text


def test_a_check_says_how_it_came_out_beside_what_it_showed(assignment, notebook):
    fault = nbformat.v4.new_output(
        "error", ename="AssertionError", evalue="too large", traceback=["frame 1", "frame 2"]
    )
    shown = nbformat.v4.new_output("stream", text="double error: 1e-9\n")
    cell_named(notebook, "test_double").outputs = [problem_output(WRONG), shown]
    cell_named(notebook, "test_halve").outputs = [problem_output(RIGHT), fault]
    page = feedback_page(assignment, record(WRONG, RIGHT), notebook)
    text = Outline(page).text
    assert "Check in the notebook: passed double partly right 2 / 4" in text
    assert "double error: 1e-9" in text
    assert "Check in the notebook: failed halve right 6 / 6" in text
    assert "AssertionError: too large Where it happened frame 1 frame 2" in text
    assert "border-collapse:collapse" not in page, "the table for formgrader"


def test_the_courses_own_cells_are_folded_and_the_students_are_not(assignment, notebook):
    notebook.cells.append(nbformat.v4.new_code_cell("mine = 1"))
    page = feedback_page(assignment, record(WRONG, RIGHT), notebook)
    cells = page.split('<div class="cell')[1:]
    folded = '<details class="course">'
    assert [folded in cell for cell in cells if "import" in cell] == [True]
    assert ["<details" in cell for cell in cells if "mine" in cell] == [False]
    # On paper everything else that is folded can be read.
    assert "details:not(.course)::details-content { content-visibility: visible" in page


def add_task(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Add a task as a marked notebook has it: with the mark scheme that marking puts back."""
    text = "Draw the curve.\n\n=== BEGIN MARK SCHEME ===\nthe secret curve is blue\n=== END MARK SCHEME ==="
    task = nbformat.v4.new_markdown_cell(text, id="draw")
    task.metadata.nbgrader = {
        "grade_id": "draw", "grade": False, "solution": False, "task": True, "locked": True, "points": 5,
        "schema_version": 3, "cell_type": "markdown",
    }  # fmt: skip
    notebook.cells.append(task)
    return notebook


@pytest.mark.parametrize("score", [None, 0])
def test_a_task_shows_what_is_asked_and_nothing_for_staff(assignment, notebook, score):
    nbformat.write(add_task(nbformat.read(assignment.notebook_file, as_version=4)), assignment.notebook_file)
    made = Assignment(assignment.course, assignment.name)
    points = {"draw": CellGrade(None, score, None, 5)}
    page = feedback_page(made, record(WRONG, RIGHT), add_task(notebook), Entered(points))
    assert "secret" not in page
    assert "MARK SCHEME" not in page
    text = Outline(page).text
    assert text.count("Draw the curve.") == 1, "what the course wrote is no answer"
    assert ("draw waits for a person" if score is None else "draw not right yet") in text


def test_nothing_for_staff_is_in_the_page(assignment, notebook):
    source = assignment.source_notebook
    notebook.cells[:] = [*notebook.cells, *(cell for cell in source.cells if cell.id in ("scheme", "test-double"))]
    notebook.cells.append(nbformat.v4.new_markdown_cell("### BEGIN MARK SCHEME\nnever ended: the secret reason"))
    page = feedback_page(assignment, record(WRONG, RIGHT), notebook)
    for secret in ("secret reason", "MARK SCHEME", "HIDDEN TESTS", "hidden_tests"):
        assert secret not in page


def test_what_cannot_be_seen_in_a_students_text_is_shown(assignment, notebook):
    cell_named(notebook, "double").source = "def double(x):  # \u202e\n    return x  \x1b[2J"
    shown = nbformat.v4.new_output("stream", text="\x1b[31mred\x1b[0m \u202e \x07 \ud800")
    notebook.cells.append(nbformat.v4.new_code_cell("1", outputs=[shown]))
    failed = problem("double", verdict("D.", Verdict.FAILED, "raised \u202eabc\x1b[2J"), most=4)
    page = feedback_page(assignment, record(failed, RIGHT), notebook)
    page.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", page)
    assert "raised \\u202eabc\\u001b[2J" in page
    assert "<pre>red \\u202e \\u0007 ?</pre>" in page


def test_long_output_is_folded_and_long_code_is_shown_without_colours(assignment, notebook):
    shown = nbformat.v4.new_output("stream", text="\n".join(f"line {n}" for n in range(100)))
    notebook.cells.append(nbformat.v4.new_code_cell("x = 1\n" * 5000, outputs=[shown]))
    page = feedback_page(assignment, record(WRONG, RIGHT), notebook)
    assert "<summary>70 more lines</summary>" in page
    assert page.count("<code>x = 1</code>") == 1500


def test_pictures_stay_and_tables_scroll(assignment, notebook):
    picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
    outputs = [
        nbformat.v4.new_output("display_data", data={"image/png": picture, "text/plain": "<Figure>"}),
        nbformat.v4.new_output("execute_result", data={"text/html": '<table><td style="color:red">1</td></table>'}),
        nbformat.v4.new_output("execute_result", data={"text/latex": "$x^2$"}),
    ]
    notebook.cells.append(nbformat.v4.new_code_cell("plot()", outputs=outputs))
    page = feedback_page(assignment, record(WRONG, RIGHT), notebook)
    assert f'<img src="data:image/png;base64,{picture}" alt="Picture that this cell shows">' in page
    assert '<div class="wide" tabindex="0" role="group" aria-label="Output"><table><tbody><tr><td>1</td>' in page
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in page
    assert "Figure" not in page


def test_the_courses_own_figures_are_in_the_page(assignment, notebook):
    folder = assignment.course.source(assignment.name) / "figures"
    folder.mkdir()
    (folder / "own.svg").write_text("<svg>own</svg>")
    notebook.cells.append(nbformat.v4.new_markdown_cell("![a plus](figures/own.svg) ![x](figures/other.svg)"))
    page = feedback_page(assignment, record(WRONG), notebook)
    svg = base64.b64encode(b"<svg>own</svg>").decode()
    assert f'<img src="data:image/svg+xml;base64,{svg}" alt="a plus"> [picture: x]' in page


def test_the_bar_has_a_place_for_each_problem_by_its_points(assignment, notebook):
    from autograder.feedback.cards import cards_of
    from autograder.feedback.show import Texts

    cards = cards_of(
        assignment,
        record(WRONG, RIGHT),
        notebook,
        None,
        Texts(assignment.catalogue, Figures(assignment.course, assignment.name)),
    )
    assert [card.state for card in cards] == [State.PARTLY, State.RIGHT, State.WAITING]
    shares = [(one.start, one.width, one.got, one.waits) for one in segments(cards)]
    assert shares == [(0, 307.7, 153.8, False), (307.7, 461.5, 461.5, False), (769.2, 230.8, 0, True)]


def test_nothing_of_the_records_numbers_is_lost_where_a_problem_is_missing(assignment, notebook):
    text = Outline(feedback_page(assignment, replace(record(WRONG), max_score=10.0), notebook)).text
    assert "halve waits for a person \u2013 / 6" in text


def test_what_could_be_wider_than_the_page_scrolls_and_pictures_that_were_not_kept_leave_nothing(assignment, notebook):
    text = "$" + "+".join("x" * 60) + "$ and $y$ <img src=http://there.test/p.png><img src='data:,'>"
    notebook.cells.append(nbformat.v4.new_markdown_cell(text))
    page = feedback_page(assignment, record(WRONG, RIGHT), notebook)
    assert '<span class="wide" tabindex="0" role="group" aria-label="Formula"><math><mi>x</mi>' in page
    assert "and <math><mi>y</mi></math>" in page
    assert "<img" not in page


@pytest.mark.parametrize(
    "value",
    [
        "<img onmouseover=alert(1) x",
        "<math>" + "x" * 900 + "</math>",
        "<td onmouseover=alert(1) style=",
        "<h1 onmouseover=alert(1)>",
    ],
)
def test_what_looks_like_a_tag_in_an_attribute_stays_in_it(assignment, notebook, value):
    notebook.cells.append(
        nbformat.v4.new_markdown_cell(f"<q title='{value}'>y</q> <table><td title='{value}'>z</table>")
    )
    page = feedback_page(assignment, record(WRONG, RIGHT), notebook)
    assert Outline(page).alive == []
    assert "y" in Outline(page).text
    assert '<span class="wide"' not in page
