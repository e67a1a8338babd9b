"""What one mistake costs: ``python -m tests.assignments.rnn_captioning.one_mistake [STYLE] [--in notebook|files]``.

Into each right submission wrong versions of its functions are put, one at a time; what other problems lose is printed.
The submissions are those in styles/, which look into caches, and the right solutions of the assignment's own. They are
marked in this process, or with ``--in`` as a notebook or as module files in kernels, which takes some seconds each.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
from rich.console import Console
from rich.table import Table

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import ASSIGNMENTS, KIT_ROOT
from autograder.course.results import ProblemResult
from autograder.marking.problem import mark_problem
from autograder.testing.variants import VariantAccess
from tests.assignments.rnn_captioning.modules.hand_in import LAYERS, SOLUTION, Case, in_files, lost_by, mark, varied
from tests.support.course import cell_named

STYLES = {file.stem: file for file in sorted(Path(__file__).with_name("styles").glob("*.py"))}
OTHERS = {file.stem: file for file in sorted((ASSIGNMENTS / "rnn_captioning" / "right").glob("*.py"))}
# The style's own function is called ``right`` in each.
MISTAKES = {
    "rnn_step_forward: no bias": "lambda x, prev_h, Wx, Wh, b: right(x, prev_h, Wx, Wh, 0 * b)",
    "rnn_step_forward: halved": "lambda x, prev_h, Wx, Wh, b: halved(right(x, prev_h, Wx, Wh, b))",
    "rnn_step_forward: state ignored": (
        "lambda x, prev_h, Wx, Wh, b: (right(x, 0 * prev_h, Wx, Wh, b)[0], right(x, prev_h, Wx, Wh, b)[1])"
    ),
    "rnn_step_backward: dprev_h": "lambda dnext_h, cache: changed(right(dnext_h, cache), 1)",
    "rnn_step_backward: dWx and db": "lambda dnext_h, cache: changed(right(dnext_h, cache), 2, 4)",
    "rnn_step_backward: all": "lambda dnext_h, cache: changed(right(dnext_h, cache), 0, 1, 2, 3, 4)",
    "rnn_step_backward: raises": "lambda dnext_h, cache: not_there",
    "rnn_forward: h0 ignored": "lambda x, h0, *weights: right(x, 0 * h0, *weights)",
    "rnn_forward: halved": "lambda x, h0, Wx, Wh, b: halved(right(x, h0, Wx, Wh, b))",
    "rnn_backward: dh0": "lambda dh, cache: changed(right(dh, cache), 1)",
    "rnn_backward: all": "lambda dh, cache: changed(right(dh, cache), 0, 1, 2, 3, 4)",
    "word_embedding_forward: off by one": "lambda x, W: (right((x + 1) % len(W), W)[0], right(x, W)[1])",
    "word_embedding_backward: halved": "lambda dout, cache: np.asarray(right(dout, cache)) / 2",
}
TOOLS = """
import numpy as np


def halved(result):
    return (np.asarray(result[0]) / 2, *result[1:])


def changed(gradients, *places):
    values = [np.asarray(one) * -3 if place in places else one for place, one in enumerate(gradients)]
    return gradients._make(values) if hasattr(gradients, "_make") else tuple(values)
"""


def mistaken(name: str, mistake: str) -> str:
    """Return code that comes after a style's, and makes one function of it wrong."""
    return f"""{TOOLS}

def mistaken(right):
    return {mistake}


{name} = mistaken({name})
"""


def lost_elsewhere(assignment: Assignment, style: Path, mistake: str, place: str | None = None) -> dict[str, float]:
    """Return the points that a style loses for a mistake, but for those of the problem that it is made in.

    Args:
        assignment: The assignment.
        style: The file of a right submission.
        mistake: One of `MISTAKES`; empty for none.
        place: ``notebook`` or ``files``; None to mark it in this process.
    """
    problem = mistake.partition(":")[0]
    source = mistaken(problem, MISTAKES[mistake]) if mistake else ""
    if place is None:
        lost = lost_in_process(assignment, style, source)
    else:
        with tempfile.TemporaryDirectory() as folder:
            lost = lost_by(mark(handed_in(style, source, place), Path(folder)))
    return {name: points for name, points in lost.items() if name != problem}


def lost_in_process(assignment: Assignment, style: Path, source: str) -> dict[str, float]:
    """Return the points that a style loses with some code behind it, by problem."""
    access, results = VariantAccess(assignment, style, source), dict[str, ProblemResult]()
    for problem in assignment.problems.values():
        if not problem.manual:
            results[problem.id] = mark_problem(assignment, problem, access, results)
    lost = {name: round(result.max_score - result.score, 4) for name, result in results.items()}
    return {name: points for name, points in lost.items() if points}


def handed_in(style: Path, source: str, place: str) -> Case:
    """Return a submission in which the style's functions, and what makes one of them wrong, replace the solution's."""
    text = style.read_text(encoding="utf-8")
    if place == "files":
        files = varied(text) if style.stem in STYLES else in_files(text)
        return Case(style.stem, {**files, LAYERS: files[LAYERS] + source})
    notebook = nbformat.read(SOLUTION / "rnn_captioning.ipynb", as_version=4)
    cell_named(notebook, "word_embedding_backward").source = text.partition("\n\n\ndef loss(")[0] + source
    if "\ndef loss(" in text:
        cell_named(notebook, "captioning_loss").source = f"{text}{source}\nCaptioningRNN.loss = loss\n"
    return Case(style.stem, {"rnn_captioning.ipynb": nbformat.writes(notebook)})


def tried(pattern: str) -> Iterator[tuple[Path, str]]:
    """Yield the styles whose names hold a text, with each mistake."""
    for style in (*STYLES.values(), *OTHERS.values()):
        if pattern in style.stem:
            for mistake in MISTAKES:
                yield style, mistake


def main(pattern: str, place: str | None) -> int:
    """Mark all, print a table of those that lose something elsewhere, and return how many do."""
    logging.disable(logging.CRITICAL)
    assignment, table, count = Assignment(Course(KIT_ROOT), "rnn_captioning"), Table("style", "mistake", "lost"), 0
    for style, mistake in tried(pattern):
        count += 1
        if lost := lost_elsewhere(assignment, style, mistake, place):
            points = ", ".join(f"{name} {value:g}" for name, value in lost.items())
            table.add_row(style.parent.name + "/" + style.stem, mistake, points)
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(table)
    console.print(f"{table.row_count} of {count} lose something elsewhere")
    return table.row_count


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pattern", nargs="?", default="")
    parser.add_argument("--in", dest="place", choices=("notebook", "files"))
    given = parser.parse_args()
    sys.exit(min(1, main(given.pattern, given.place)))
