"""Prints an explanation on the terminal: values cleaned and cut, large arrays by shape, range and first elements."""

from __future__ import annotations

from typing import Any

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Table

from autograder.course.results import Basis, TestResult, Verdict
from autograder.course.score import points
from autograder.i18n.messages import Text
from autograder.i18n.terminal import printable, said
from autograder.marking.sanitise import clean_text
from autograder.reports.explain.evidence import Evidence, largest_difference
from autograder.reports.explain.explain import Explained, Explanation
from autograder.reports.explain.reply import same_message, same_question
from autograder.reports.explain.transcript import NO_REPLY

SHOWN_ELEMENTS = 12
SHOWN_CHARACTERS = 400
BASES = {
    Basis.OWN: "the student's code alone",
    Basis.FOLLOW_THROUGH: "what the student's earlier, wrong function returns",
    Basis.SHIFTED: "what follows <START>",
}


def print_explanation(explanation: Explanation, console: Console | None = None) -> None:
    """Print how this run differs from the marking, then each failed test, then the draft of a reply."""
    console = console or Console()
    record, result = explanation.record, explanation.result
    if explanation.differences:
        text = said("\n".join(cut(line) for line in explanation.differences))
        console.print(Panel(text, title="This run is not what was marked", title_align="left", style="yellow"))
    marked = f"{points(explanation.problem.score)} of {points(explanation.problem.max_score)} points"
    console.print(said(f"{record.assignment}, {record.student}, {result.id}: {marked} in the record", "bold"))
    for deduction in result.deductions:
        console.print(said(f"{points(deduction.points)} taken off: {cut(str(deduction.reason))}"))
    print_diagnoses(explanation, console)
    for verdict in (Verdict.NOT_RUN, Verdict.GRADER_ERROR):
        for group in same_message(test for test in result.tests if test.verdict is verdict):
            console.print(said(f"{verdict}: {', '.join(map(name_of, group))}", "bold"))
            console.print(said(cut(str(group[0].message))))
    by_id = {explained.test.id: explained for explained in explanation.tests}
    for group in same_question(explained.test for explained in explanation.tests):
        first = by_id[group[0].id]
        print_test(first, console)
        for test in group[1:]:
            print_test(by_id[test.id], console, above=first)
    if not explanation.tests:
        console.print("No test of this problem failed.")
    console.print(Rule("Draft of a reply", align="left"))
    # In whole lines and without a frame, so that it can be copied into a mail.
    console.print(said(explanation.reply.rstrip()), soft_wrap=True)


def name_of(test: TestResult) -> str:
    """Return a test's name without its file, which is the problem's."""
    return test.id.partition("::")[2]


def print_diagnoses(explanation: Explanation, console: Console) -> None:
    """Print what is behind the failed tests, with what helps to talk about it."""
    for one in explanation.result.diagnoses:
        table = Table.grid(padding=(0, 2))
        rows = {
            f"{one.confidence} {one.kind}": f"{one.title} ({one.name})",
            "believed": str(one.belief),
            "for you": explanation.notes.get(one.name, ""),
        }
        for title, text in rows.items():
            if text:
                table.add_row(said(title, "bold"), said(text))
        console.print(table)


def print_test(explained: Explained, console: Console, above: Explained | None = None) -> None:
    """Print one failed test: input, what was returned, what was expected, the basis, and the calls.

    Args:
        explained: The test.
        console: Where it is printed.
        above: A test that asks the same and has been printed; what the two share is not printed again.
    """
    test, found, made = explained.test, explained.found, explained.made
    console.print(Rule(f"✗ {escape(name_of(test))}: 0 of {points(test.max_score)} points", align="left"))
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")

    def row(title: str, text: Text) -> None:
        table.add_row(title, said(str(text)))

    row("test", test.title)
    if above is None:
        row("asks", test.asks)
    if above is None or above.test.basis is not test.basis:
        row("basis", BASES[test.basis])
    row("seen", cut(str(test.message)))
    if test.hint and above is None:
        row("hint", test.hint)
    before = above.made if above is not None else None
    if made is not None and before is not None and same_inputs(made.inputs, before.inputs):
        row("input", "as above")
    elif made is not None:
        for name, value in made.inputs.items():
            row("input", f"{name}: {value_text(value)}")
    if found is not None and made is not None:
        row("returned", returned_text(found))
        row("expected", expected_text(found))
        if difference := largest_difference(found):
            where = f" at {list(difference.place)}" if difference.place else ""
            off = f"{difference.count} of {found.expected.size} elements are off"
            row("furthest", f"{difference.returned:.6g}{where}, {difference.expected:.6g} is expected; {off}")
    console.print(table)
    if made is not None:
        again = before is not None and len(made.lines) > 1 and made.lines[:-1] == before.lines[:-1]
        lines = printable("\n".join(["# as above, then", made.lines[-1]] if again else made.lines))
        console.print(Syntax(lines, "python", background_color="default", word_wrap=True))


def same_inputs(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    """Return whether two tests pass the same values, to the bit."""
    bits = [
        {name: (array.dtype, array.shape, array.tobytes()) for name, array in each.items()} for each in (one, other)
    ]
    return bits[0] == bits[1]


def returned_text(found: Evidence) -> str:
    """Return what the student's code gave, as text."""
    reply = found.step.reply
    if reply.error is not None:
        return cut("\n".join([f"raised {reply.error}", *reply.error.lines]))
    if reply is NO_REPLY:
        return "nothing came back"
    shown = found.plain or found.returned is not None
    return value_text(found.returned) if shown else facts(reply.about)


def expected_text(found: Evidence) -> str:
    """Return what the test expects there, as text."""
    solution = found.step.solution
    if found.plain or found.expected is not None:
        return value_text(found.expected)
    if isinstance(solution.value, np.ndarray):
        return f"{value_text(solution.value)} (the solution)"
    if solution.error is not None:
        return cut(f"the solution raises {solution.error}")
    return f"{facts(solution.about)} (the solution)"


def facts(about: dict[str, Any]) -> str:
    """Return what is known of a value that was not looked at."""
    named = [f"{name} {about[name]}" for name in ("length", "shape", "dtype") if name in about]
    return cut(", ".join([f"a value of type {about.get('type', 'unknown')}", *named]))


def value_text(value: Any) -> str:
    """Return a value as text: an array whole when it is small, otherwise its shape, range and first elements."""
    if not isinstance(value, np.ndarray):
        return cut(repr(value))
    text = np.array2string(value.reshape(-1)[:SHOWN_ELEMENTS], precision=6, separator=", ", threshold=SHOWN_ELEMENTS)
    kind = f"{value.dtype} {value.shape}"
    if value.size <= SHOWN_ELEMENTS:
        whole = np.array2string(value, precision=6, separator=", ", threshold=SHOWN_ELEMENTS)
        return cut(f"{kind} {' '.join(whole.split())}")
    lost = int(value.size - np.isfinite(value).sum())
    kept = value[np.isfinite(value)] if lost else value
    span = f", from {kept.min():.6g} to {kept.max():.6g}" if kept.size and value.dtype.kind != "b" else ""
    odd = f", {lost} not finite" if lost else ""
    return cut(f"{kind}{span}{odd}, begins {' '.join(text.split())[:-1]}, ...]")


def cut(text: str) -> str:
    """Return text without what a terminal would obey, of a length that a person reads."""
    text = printable(clean_text(text).replace("\x1b", ""))
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]} ..."
