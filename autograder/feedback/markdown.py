"""Makes the feedback on one submission as GitHub-flavoured Markdown, for summaries of jobs and for other course sites.

It says what the feedback page says, in the same words, from the same `Content`; the notebook itself it leaves out. No
link, no picture and no HTML is in it but ``<details>``, in which the page folds something, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any

import nbformat

from autograder.course.assignment import Assignment
from autograder.course.results import Record, Status, TestResult, Verdict
from autograder.course.score import points
from autograder.feedback.cards import WORDS, Card, State
from autograder.feedback.content import Content, content_of
from autograder.feedback.entered import Entered
from autograder.feedback.escapes import escaped, listed
from autograder.i18n.messages import Message, Text, gettext_noop
from autograder.i18n.terminal import printable
from autograder.marking.feedback import BASES, VERDICTS, TableRow, kind_of_failure, shown_as, table_rows, what_code_does

# GitHub takes 1 MiB for the summary of a step, and nothing of one that is larger.
BYTES_MAX = 900_000
LEFT_OUT = gettext_noop("There is more feedback than fits in here. The points above are those of all problems.")
# Where points wait: the dash that the page has there.
NO_POINTS = "\u2013"
Blocks = Iterator[str]


def feedback_markdown(
    assignment: Assignment,
    record: Record,
    notebook: nbformat.NotebookNode | None,
    entered: Entered | None = None,
    *,
    hints_from: int | None = None,
    most: int = BYTES_MAX,
) -> str:
    """Return the feedback on a submission as Markdown, in its language.

    Args:
        assignment: In any of its languages.
        record: What came of the submission.
        notebook: The marked notebook; None where it was refused, or the grader failed on the whole of it.
        entered: What the gradebook says of it; None where there is no gradebook.
        hints_from: The attempt from which on hints are shown; None: as ``assignment.toml`` says.
        most: How many bytes of UTF-8 it may have. What does not fit is left out problem by problem, and it says so.

    Raises:
        CourseError: The assignment's source is missing.
    """
    content = content_of(assignment, record, notebook, entered, hints_from=hints_from)
    write = MarkdownWriter(content)
    made, left_out = [*write.top()], write.say(LEFT_OUT)
    room = most - sum(_size(block) for block in (*made, left_out))
    for card in content.cards:
        blocks = [*write.problem(card)]
        room -= sum(map(_size, blocks))
        if room < 0:
            made.append(left_out)
            break
        made += blocks
    return "\n\n".join(made) + "\n"


def _size(block: str) -> int:
    return len(f"{block}\n\n".encode())


class MarkdownWriter:
    """Writes what feedback says as blocks of Markdown: an empty line belongs between two of them.

    Args:
        content: What it says.
        github: Whether the reader knows tables and ``<details>``; others get lists, with nothing folded.
    """

    def __init__(self, content: Content, *, github: bool = True) -> None:
        self._content, self._github = content, github

    def say(self, text: Text, /, **values: Any) -> str:
        """Return a text in the language of the submission, in which nothing is markup."""
        return escaped(self._content.say(text, **values))

    def _first_line(self, text: Text, /, **values: Any) -> str:
        return escaped(self._content.say(text, **values).split("\n")[0])

    def _folded(self, title: str, blocks: Sequence[str]) -> Blocks:
        """Yield blocks below a title, on which one clicks to see them."""
        if not self._github:
            yield f"**{escaped(title)}**"
            yield from blocks
            return
        yield f"<details>\n<summary>{escape(title)}</summary>"
        yield from blocks
        yield "</details>"

    def _list(self, texts: Iterable[Text]) -> str:
        return "\n".join(listed(self.say(text)) for text in texts)

    def top(self) -> Blocks:
        """Yield what counts: the score, what to look at first, and each problem with its points."""
        content, say = self._content, self.say
        yield f"# {say('Feedback: {title}', title=content.assignment.title)}"
        yield say("Hand-in of {student}", student=content.record.student)
        if content.notebook is None:
            yield from self._unmarked()
            return
        yield from self.standing()
        yield from self.first()
        yield from self.repairs()
        yield self._overview()
        yield from self.notes()

    def standing(self) -> Blocks:
        """Yield the score, what lateness took off, and what waits because the grader failed."""
        yield f"**{self.say(self._content.score.sentence)}**"
        if self._content.penalty:
            yield self.say("Points taken off for being late: {points}", points=points(self._content.penalty))
        if failed := self._content.failed_grader:
            yield self.say(
                "The grader itself failed on {problems}. That is no fault of yours: a person will look at it, and its "
                "points wait until then.",
                problems=[card.id for card in failed],
            )

    def repairs(self) -> Blocks:
        """Yield what had to be repaired before it could be marked."""
        if mended := self._content.record.mended:
            yield self.say("Before it could be marked, this hand-in had to be mended:")
            yield self._list(mended)

    def notes(self) -> Blocks:
        """Yield what was seen besides and costs nothing."""
        if notes := self._content.record.notes:
            yield self._list(notes)

    def _overview(self) -> str:
        cards, say = self._content.cards, self.say
        if not self._github:
            return "\n".join(listed(f"`{card.id}` · {self._state(card)} · {_amount(card)}") for card in cards)
        rows = (f"| `{card.id}` | {self._state(card)} | {_amount(card)} |" for card in cards)
        return "\n".join([f"| {say('Problem')} | {say('Result')} | {say('Points')} |", "| --- | --- | ---: |", *rows])

    def _unmarked(self) -> Blocks:
        say = self.say
        if self._content.record.status is not Status.REJECTED:
            yield f"## {say('This hand-in has not been marked yet')}"
            yield say(
                "The grader itself failed on it. That is no fault of yours: a person will look at it, and its points "
                "wait until then."
            )
            return
        yield f"## {say('This hand-in could not be marked')}"
        yield from map(say, self._content.record.notes)
        again = say(
            "Hand in again, with what is said above put right. Until then this hand-in has 0 points, and nothing of it "
            "was run."
        )
        yield f"**{say('What to do:')}** {again}"
        yield say(
            "If you think that it should have been taken, show this page to your teaching assistant: the files are "
            "kept as they came."
        )

    def first(self) -> Blocks:
        """Yield what its student should look at first."""
        say, card = self.say, self._content.first
        if card is None:
            yield f"**{say('All that has been marked so far is right.')}**"
            return
        yield f"## {say('Look at this first')}"
        yield f"`{card.id}` · {self._state(card)}"
        if card.state is State.UNWRITTEN:
            if self._content.bears_others:
                yield say("What comes later is built on it.")
        elif card.told_first:
            yield self._first_line(card.told_first)
        for row in card.besides:
            yield self._first_line("Besides: {seen}", seen=row.test.message)
        if len(card.lines) == 1:
            yield say("Look at line {number} of your code.", number=card.lines[0])
        elif card.lines:
            yield say("Look at lines {numbers} of your code.", numbers=card.lines)

    def problem(self, card: Card) -> Blocks:
        """Yield what is said of one problem, with its name, folded where the page has it folded."""
        told = [cause.hint for cause in card.causes]
        inside = [*self._state_told(card), *self._asked(card), *self._by_hand(card)]
        inside += [*self._causes(card, told), *self._tests(card, told)]
        inside += self._noted(card)
        if card.opened or not self._github:
            yield f"## `{card.id}` · {self._state(card)} · {_amount(card)}"
            yield from inside
        else:
            state = self._content.say(WORDS[card.state], problem=card.needs)
            yield from self._folded(f"{card.id} · {state} · {_amount(card)}", inside)

    def about(self, card: Card) -> Blocks:
        """Yield what is said of one problem as a whole, without its name and its tests."""
        yield from self._state_told(card)
        yield from self._causes(card, [cause.hint for cause in card.causes])
        yield from self._noted(card)

    def by_test(self, card: Card) -> Iterator[list[str]]:
        """Yield what is said of each of a problem's tests, without its title and its points; nothing of most."""
        if card.result is None:
            return
        if card.state in (State.UNWRITTEN, State.SHARED):
            for test in card.result.tests:
                yield [self.say("What is asked: {asks}", asks=test.asks)] if test.asks else []
            return
        told, asked = [cause.hint for cause in card.causes], set[tuple[Message, str]]()
        for row in table_rows(card.result):
            for test in row.tests:
                yield [*self._seen(row, test, told, asked)]

    def deduction(self) -> str:
        """Return what to do about points that were taken off: only values that nobody asked for take them off."""
        only = self._content.say(
            "Return only what is asked. Functions of yours that call this one take as many values as it returns now: "
            "change them with it."
        )
        return self.say("What to look at: {hint}", hint=only)

    def _noted(self, card: Card) -> Blocks:
        if card.result and card.result.notes:
            yield self.say("Noted, at no cost:")
            yield self._list(card.result.notes)

    def _state(self, card: Card) -> str:
        return self.say(WORDS[card.state], problem=card.needs)

    def _state_told(self, card: Card) -> Blocks:
        say = self.say
        if card.state is State.GRADER_ERROR:
            yield say(
                "The grader itself failed here. That is no fault of yours: a person will look at it, and these points "
                "wait until then."
            )
        elif card.state is State.WAITING:
            yield say("A person marks this; nobody has yet.")
        elif card.state is State.UNWRITTEN:
            yield say("What is here does no more yet than the cell that you got.")
        elif card.state is State.SHARED and card.result:
            yield say(card.result.tests[0].message)
            yield f"{say('There is nothing to mend here. What counts is this problem:')} `{card.needs}`"

    def _asked(self, card: Card) -> Blocks:
        """Yield what the tests of a problem ask of which there is nothing else to say."""
        if card.state in (State.UNWRITTEN, State.SHARED) and card.result:
            yield self.say("Its tests:")
            yield self._asked_of(card.result.tests)

    def _by_hand(self, card: Card) -> Blocks:
        say = self.say
        if card.by_hand and card.result:
            tested = points(card.result.score)
            yield say("A person gave these points; the tests alone came to {points}.", points=tested)
        elif card.by_hand:
            yield say("A person gave these points.")
        if card.comment_source:
            yield say("A person wrote:")
            yield escaped(printable(card.comment_source))

    def _causes(self, card: Card, told: list[Message]) -> Blocks:
        say = self.say
        if card.result is None:
            return
        for cause in card.causes:
            yield f"**{say(what_code_does(card.result, cause))}**"
            if cause.belief:
                yield say(
                    "You may have thought: “{belief}” But what your code gave says otherwise.", belief=cause.belief
                )
            if cause.hint:
                yield from self._hint(cause.hint)
        for row in card.besides if card.causes else []:
            yield self._first_line("Besides (test {number}): {seen}", number=row.first, seen=row.test.message)
            yield from self._look_at(row.test.hint, told)

    def _hint(self, hint: Message) -> Blocks:
        content, say = self._content, self.say
        if content.hint == "shown":
            yield say("A hint: {hint}", hint=hint)
        elif content.hint == "folded":
            yield from self._folded(content.say("A hint"), [say(hint)])
        elif content.hints_from > content.record.attempt + 1:
            yield say(
                "There is a hint for this; it comes with the feedback on attempt {number}.", number=content.hints_from
            )
        else:
            yield say("There is a hint for this; it comes with the feedback on your next hand-in.")

    def _look_at(self, hint: Message, told: list[Message]) -> Blocks:
        if hint and hint not in told:
            told.append(hint)
            yield self.say("What to look at: {hint}", hint=hint)

    def _tests(self, card: Card, told: list[Message]) -> Blocks:
        say, asked = self.say, set[tuple[Message, str]]()
        lines = [listed(*self._row(row, told, asked)) for row in card.rows]
        for deduction in card.result.deductions if card.result else []:
            why = f"**{say('taken off')}** {say(deduction.reason)} · \u2212{points(deduction.points)}"
            lines.append(listed(why, self.deduction()))
        if lines:
            yield "\n".join(lines)
        if card.passed:
            title = self._content.say("Tests that passed: {number}", number=len(card.passed))
            got = (
                f"{points(sum(row.score for row in card.passed))} / {points(sum(row.max_score for row in card.passed))}"
            )
            items = "\n".join(listed(self._passed(row)) for row in card.passed)
            yield from self._folded(f"{title} · {got}", [items])

    def _row(self, row: TableRow, told: list[Message], asked: set[tuple[Message, str]]) -> Blocks:
        say, test = self.say, row.test
        got = f"{points(row.score)} / {points(row.max_score)}"
        if len(row.tests) > 1:
            why = say("{first} to {last}: {why}", first=row.first, last=row.last, why=test.message)
            yield f"**{say(VERDICTS[test.verdict])}** · {got}"
            yield why
            yield from self._folded(
                self._content.say("What these tests look at"), [self._asked_of(row.tests, row.first)]
            )
            return
        yield f"**{say(VERDICTS[shown_as(test)])}** {row.first}\\. {say(test.title)} · {got}"
        yield from self._seen(row, test, told, asked)

    def _seen(self, row: TableRow, test: TestResult, told: list[Message], asked: set[tuple[Message, str]]) -> Blocks:
        say = self.say
        if row.like:
            yield say("The same as in test {number}.", number=row.like)
        elif test.message:
            yield say(test.message)
        if test.message and test.asks and test.verdict is Verdict.FAILED:
            kind = (test.asks, kind_of_failure(test))
            if kind not in asked:
                asked.add(kind)
                yield say("What is asked: {asks}", asks=test.asks)
        yield from self._look_at(test.hint, told)
        if BASES[test.basis]:
            yield say(BASES[test.basis])
        if test.own:
            yield say("With your own functions: {seen}", seen=test.own)

    def _passed(self, row: TableRow) -> str:
        basis = f" · {self.say(BASES[row.test.basis])}" if BASES[row.test.basis] else ""
        return f"{row.first}\\. {self.say(row.test.title)} · {points(row.score)}{basis}"

    def _asked_of(self, tests: Sequence[TestResult], start: int = 1) -> str:
        def lines(number: int, test: TestResult) -> Blocks:
            yield f"{number}\\. {self.say(test.title)} · {points(test.max_score)}"
            if test.asks:
                yield self.say("What is asked: {asks}", asks=test.asks)

        return "\n".join(listed(*lines(number, test)) for number, test in enumerate(tests, start=start))


def _amount(card: Card) -> str:
    return f"{NO_POINTS if card.points is None else points(card.points)} / {points(card.max_score)}"
