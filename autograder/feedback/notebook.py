"""Shows the marked notebook on the page: the student's cells as they are, the course's folded, with verdicts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import nbformat
from markupsafe import Markup
from nbgrader import utils

from autograder.course.assignment import Assignment
from autograder.course.cells import grade_id
from autograder.course.results import Basis
from autograder.feedback.cards import Card, State
from autograder.feedback.excerpts import Excerpt, excerpts
from autograder.feedback.show import NOTHING, Output, Texts, outputs
from autograder.i18n.terminal import printable
from autograder.marking.execution.budget import OVER
from autograder.marking.notebook_runner import CHECK_LEFT_OUT, DOUBTED, LEFT_OUT, UNMET_LEFT_OUT

HEADING = re.compile(r"#{1,6} +(?=[^ ])")
TITLE_MAX = 80
# Mark schemes stand in marked notebooks, for those who mark. As nbgrader does, whatever else is in a delimiter's line.
FOR_STAFF = re.compile(
    r"^[^\n]*BEGIN (MARK SCHEME|HIDDEN TESTS)\b.*?(?:^[^\n]*END \1[^\n]*$|\Z)", re.MULTILINE | re.DOTALL
)
# What stands in the place of a cell's outputs where it was not run.
WHY_NOT_RUN = (LEFT_OUT, CHECK_LEFT_OUT, UNMET_LEFT_OUT, DOUBTED, OVER)


class Check(StrEnum):
    """How the visible part of a check came out."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not_run"


@dataclass(frozen=True)
class ShownCell:
    """One cell on the page, or neighbouring texts of the course's.

    Attributes:
        number: Its place in the notebook, counted from 1; of the first of them.
        last: The place of the last of them.
        given: Whether it is the course's, and so is folded.
        title: What one clicks on to see what is folded; empty for what is not.
        html: A text.
        code: Code.
        outputs: What it showed.
        check: How the checks in it came out; None for other cells.
        card: The problem whose tests stand behind it, or whose code or answer it holds; the one before it, where none
            stand behind it and it failed.
        marked: Whether tests of its problem stand behind it.
    """

    number: int
    last: int
    given: bool = False
    title: str = ""
    html: Markup = NOTHING
    code: tuple[Excerpt, ...] = ()
    outputs: tuple[Output, ...] = ()
    check: Check | None = None
    card: Card | None = None
    marked: bool = False

    @property
    def forgiven(self) -> bool:
        """Whether it failed though its problem is right, because of an earlier function that was forgiven there."""
        result = self.card.result if self.card and self.card.state is State.RIGHT else None
        if self.check is not Check.FAILED or result is None:
            return False
        return any(test.basis is Basis.FOLLOW_THROUGH for test in result.tests)


def shown_cells(
    assignment: Assignment, notebook: nbformat.NotebookNode, cards: Sequence[Card], texts: Texts
) -> list[ShownCell]:
    """Return the cells of a marked notebook as the page shows them.

    Args:
        assignment: In the submission's language.
        notebook: The marked notebook, `without_staff_parts`.
        cards: What came of its problems.
        texts: Shows its texts.
    """
    return list(_joined(_shown(assignment, notebook, cards, texts)))


def _shown(
    assignment: Assignment, notebook: nbformat.NotebookNode, cards: Sequence[Card], texts: Texts
) -> Iterator[ShownCell]:
    provided = {without_staff_parts(cell).source for cell in assignment.notebook.cells if cell.cell_type != "code"}
    checks = {card.problem.check: card for card in cards if not card.problem.manual}
    solved = {card.problem.stub or card.id: card for card in cards}
    before: Card | None = None
    # What had to be repaired stands at the top of the page, and is no cell of the student's.
    cells = [cell for cell in notebook.cells if cell.get("id") != "mended"]
    for number, cell in enumerate(cells, start=1):
        if not cell.source.strip():
            continue
        name = grade_id(cell)
        if cell.cell_type != "code":
            own = name in solved or cell.source not in provided
            html = texts.html(cell.source, cell.get("attachments"))
            title = "" if own else _title(cell.source)
            yield ShownCell(number, number, given=not own, title=title, html=html, card=solved.get(name))
            continue
        showed = tuple(outputs(_without_table(cell) if name in checks else cell, assignment.catalogue, texts.formulas))
        code = excerpts(cell.source, assignment.catalogue)
        if name in assignment.provided_code:
            marked, title = name in checks, printable(cell.source.lstrip().split("\n")[0])[:TITLE_MAX]
            before = checks.get(name, before)
            check: Check | None = _check(cell, assignment)
            # Of a cell of the course's behind which no tests stand there is nothing to say where nothing failed.
            if not marked and (before is None or check is not Check.FAILED):
                check = None
            card = before if check else None
            yield ShownCell(
                number, number, True, title, code=code, outputs=showed, check=check, card=card, marked=marked
            )
        else:
            yield ShownCell(number, number, code=code, outputs=showed, card=solved.get(name))


def without_staff_parts(cell: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a cell without mark schemes and hidden tests; one that its student wrote is the same cell."""
    if utils.is_solution(cell):
        return cell
    made: nbformat.NotebookNode = nbformat.from_dict({**cell, "source": FOR_STAFF.sub("", cell.source).rstrip("\n")})
    return made


def _joined(cells: Iterator[ShownCell]) -> Iterator[ShownCell]:
    """Yield cells, with neighbouring texts of the course's as one."""
    before: ShownCell | None = None
    for cell in cells:
        if before is not None and before.given and cell.given and not (before.code or cell.code):
            title = f"{before.title} · {cell.title}"[:TITLE_MAX]
            before = replace(before, last=cell.last, title=title, html=before.html + cell.html)
            continue
        if before is not None:
            yield before
        before = cell
    if before is not None:
        yield before


def _title(source: str) -> str:
    """Return what a text of the course's is called: its heading, or how it begins."""
    lines = source.strip().split("\n")
    headings = (line[found.end() :].rstrip().rstrip("#").rstrip() for line in lines if (found := HEADING.match(line)))
    title = next(headings, lines[0])
    # A title is no place for a formula.
    plain, formula, _ = re.sub(r"[*`]", "", title).partition("$")
    return f"{plain[:TITLE_MAX].rstrip()} …" if formula or len(plain) > TITLE_MAX else plain


def _without_table(cell: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a check cell without the table of its hidden tests, which comes first among its outputs."""
    first = cell.outputs[0] if cell.get("outputs") else None
    table = first is not None and first.output_type == "execute_result" and "text/html" in first.get("data", {})
    made: nbformat.NotebookNode = nbformat.from_dict({**cell, "outputs": cell.get("outputs", [])[1 if table else 0 :]})
    return made


def _check(cell: nbformat.NotebookNode, assignment: Assignment) -> Check:
    kinds = [output.output_type for output in cell.get("outputs", [])]
    if "error" in kinds:
        return Check.FAILED
    said = {assignment.catalogue.say(why) for why in WHY_NOT_RUN}
    told = {str(output.get("text", "")).strip() for output in cell.get("outputs", [])}
    return Check.NOT_RUN if said & told else Check.PASSED
