"""Makes a box for each hidden test, and one above them for what is said of its problem as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from autograder.bundles.gradescope.form import Box
from autograder.course.results import ProblemResult, TestResult, Verdict
from autograder.course.score import DECIMALS, points
from autograder.feedback.cards import WORDS, Card, State
from autograder.feedback.content import Content
from autograder.feedback.markdown import MarkdownWriter
from autograder.i18n.messages import Text
from autograder.marking.execution.outputs import storable

# Of one box, in characters. No limit is documented; feedback needs far less unless somebody makes it long.
OUTPUT_MAX = 20_000


def joined(blocks: Iterable[str]) -> str:
    """Return blocks of Markdown as one text, of which what does not fit is left out block by block."""
    kept, room = [], OUTPUT_MAX
    for block in blocks:
        room -= len(block) + 2
        if room < 0:
            kept.append("…")
            break
        kept.append(block)
    return storable("\n\n".join(kept))


def boxes(content: Content, writer: MarkdownWriter) -> list[Box]:
    """Return the boxes of a submission.

    Those of problem 2 have the numbers 2.1, 2.2 and so on: the second part is the test's number in all feedback. A
    problem that a person marks has no box; Gradescope has questions of its own for these.

    Args:
        content: What the feedback says.
        writer: Says it.
    """
    return [box for number, card in _numbered(content) for box in _of_problem(number, card, content, writer)]


def points_alone(content: Content) -> list[Box]:
    """Return a box for each problem, which tells its points and nothing of how they came about."""
    return [
        Box(card.id, f"{number}", score=None if card.result.unresolved else card.result.score, max_score=card.max_score)
        for number, card in _numbered(content)
        if card.result
    ]


def _numbered(content: Content) -> Iterator[tuple[int, Card]]:
    yield from enumerate(content.cards, start=1)


def _of_problem(number: int, card: Card, content: Content, writer: MarkdownWriter) -> Iterator[Box]:
    result = card.result
    if result is None:
        return
    about = joined(writer.about(card))
    state = content.say(WORDS[card.state], problem=card.needs)
    if result.unresolved:
        # Without points, which are a person's to give, but with its maximum, so that the sum stays what it is.
        yield _box(card, f"{number}", f"{card.id}: {state}", about, max_score=card.max_score, status="failed")
        return
    if about:
        status = "passed" if card.state is State.RIGHT else "failed"
        got = f"{points(result.score)} / {points(result.max_score)}"
        yield _box(card, f"{number}", f"{card.id}: {state}, {got}", about, status=status)
    yield from _of_tests(number, card, result, content, writer)
    for index, deduction in enumerate(result.deductions, start=len(result.tests) + 1):
        said = writer.deduction()
        title = f"{card.id}: {content.say(deduction.reason)}"
        yield _box(card, f"{number}.{index}", title, said, score=-deduction.points, max_score=0.0, status="failed")


def _of_tests(
    number: int, card: Card, result: ProblemResult, content: Content, writer: MarkdownWriter
) -> Iterator[Box]:
    most = rounded([test.max_score for test in result.tests])
    for index, (test, blocks) in enumerate(zip(result.tests, writer.by_test(card), strict=True)):
        whole = test.score >= test.max_score
        yield _box(
            card,
            f"{number}.{index + 1}",
            f"{card.id}: {content.say(test.title)}",
            joined(blocks),
            score=most[index] if whole else round(test.score, DECIMALS),
            max_score=most[index],
            status="passed" if whole and test.verdict is Verdict.PASSED else "failed",
            extra_data=_kept(test),
        )


def _kept(test: TestResult) -> dict[str, str]:
    named = test.misconception or test.pattern
    return {"verdict": test.verdict, "basis": test.basis, **({"mistake": named} if named else {})}


def _box(
    card: Card,
    number: str,
    name: Text,
    output: str,
    *,
    score: float | None = None,
    max_score: float | None = None,
    status: str,
    extra_data: dict[str, str] | None = None,
) -> Box:
    return Box(
        name=storable(str(name)),
        number=number,
        score=score,
        max_score=max_score,
        status=status,
        output=output,
        output_format="md" if output else "",
        tags=[card.id],
        extra_data={"problem": card.id, **(extra_data or {})},
    )


def rounded(parts: Sequence[float]) -> list[float]:
    """Return points rounded so that they still add up to what all of them come to."""
    made, before, total = [], 0.0, 0.0
    for part in parts:
        total += part
        made.append(round(round(total, DECIMALS) - before, DECIMALS))
        before = round(total, DECIMALS)
    return made
