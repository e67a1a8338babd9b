"""The class that graders are compared on: 40 mixed hand-ins, from the assignment's own examples and some more.

A hand-in is the solved notebook, or the release, in which some functions are replaced. A file of ``examples`` beside
this one, or of the assignment's folders ``demo_class``, ``right`` and ``misconceptions``, is such a replacement; what
the file defines besides, helpers and imports, goes into a cell of its own.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import nbformat

from autograder.course.assignment import Assignment
from autograder.demo import replace_function

LEFT_OUT = ("train_full", "caption_unseen")
"""Cells that no grader runs in the comparison: the training on the whole data set, and what is written with it."""

HELPERS_BEFORE = "rnn_step_forward"
OUR_TEXTS = {"BELIEF", "HINT", "NOTE", "LOSES", "EQUIVALENT"}
OUR_PACKAGE = "autograder"


class Kind(StrEnum):
    """What becomes of a hand-in."""

    RIGHT = "right"
    WRONG = "wrong"
    UNFINISHED = "unfinished"
    CRASHING = "crashing"
    SLOW = "slow"
    ENDLESS = "endless"


@dataclass(frozen=True)
class HandIn:
    """One hand-in.

    Attributes:
        name: What it is.
        kind: What becomes of it.
        functions: Texts that take the place of the solution's functions, by name.
        helpers: Code that these need.
        untouched: Whether it is made from the release, not from the solution.
    """

    name: str
    kind: Kind
    functions: dict[str, str] = field(default_factory=dict)
    helpers: str = ""
    untouched: bool = False

    def notebook(self, release: nbformat.NotebookNode, solved: nbformat.NotebookNode) -> nbformat.NotebookNode:
        """Return it as a notebook, made from copies of the release or the solution."""
        made = copy.deepcopy(release if self.untouched else solved)
        for function, text in self.functions.items():
            replace_function(made, function, text)
        if self.helpers:
            cell = nbformat.v4.new_code_cell(self.helpers, id="helpers")
            made.cells.insert(index_of(made, HELPERS_BEFORE), cell)
        return made


def index_of(notebook: nbformat.NotebookNode, grade_id: str) -> int:
    """Return the place of the cell with a ``grade_id``."""
    return next(
        place
        for place, cell in enumerate(notebook.cells)
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


def without_long_training(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a copy without the cells of `LEFT_OUT`."""
    shorter = copy.deepcopy(notebook)
    shorter.cells = [
        cell for cell in shorter.cells if cell.metadata.get("nbgrader", {}).get("grade_id") not in LEFT_OUT
    ]
    return shorter


def read_hand_in(file: Path, kind: Kind, asked: set[str]) -> HandIn:
    """Return the hand-in that a file describes; its code is not run.

    Args:
        file: Of one of the assignment's folders of examples.
        kind: What becomes of it.
        asked: The functions that the assignment asks for; all else is helpers.
    """
    text = file.read_text(encoding="utf-8")
    functions, helpers = {}, []
    for node in ast.parse(text).body:
        part = ast.get_source_segment(text, node) or ""
        if isinstance(node, ast.FunctionDef) and node.name in asked:
            functions[node.name] = part
        elif not is_ours(node):
            helpers.append(part)
    return HandIn(f"{file.parent.name}/{file.stem}", kind, functions, "\n\n".join(helpers))


def is_ours(node: ast.stmt) -> bool:
    """Return whether a statement of an example is the kit's word on it, which no student would write."""
    match node:
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.ImportFrom(module=str(module)):
            return module.split(".")[0] == OUR_PACKAGE
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name in OUR_TEXTS
    return False


WRONG_IN_DEMO = ("chen", "dana", "emeka", "fatima")
MISCONCEPTIONS = (
    "rnn_step_forward/no_bias", "rnn_step_backward/transpose_forgotten", "rnn_forward/state_not_carried",
    "rnn_backward/recurrence_lost", "word_embedding_forward/off_by_one", "word_embedding_backward/repeated_words_lost",
    "captioning_loss/no_mask", "captioning_loss/not_shifted", "captioning_sample/state_reset",
    "captioning_sample/start_not_read",
)  # fmt: skip
RIGHT = (
    "changes_arguments", "dict_caches", "matrices", "object_caches", "one_hot", "one_liners", "plain_lists",
    "recursion", "single_precision", "stops_at_end", "time_major",
)  # fmt: skip
SLOW_BUT_RIGHT = ("einsum",)
"""``right/row_by_row``, the slowest, trains for more than a minute: its cell would be stopped by every grader."""

EXAMPLES = Path(__file__).with_name("examples")
CRASHING = ("ends_its_process", "reads_at_address_0", "shapes_do_not_fit", "calls_itself")
SLOW = ("word_by_word", "row_by_row", "caption_by_caption", "begins_anew")

NO_PYTHON = HandIn(
    "no Python",
    Kind.CRASHING,
    {"word_embedding_backward": "def word_embedding_backward(dout, cache)\n    x, W = cache\n    return W[x"},
)
NEVER_ENDS = HandIn("a cell that never ends", Kind.ENDLESS, helpers="steps = 0\nwhile True:\n    steps += 1")
"""Comparable where cells have a limit: each grader stops it after the same seconds; no hidden test waits for it."""


def mixed_class(assignment: Assignment) -> list[HandIn]:
    """Return the class of 40: 14 right, 14 wrong, 2 unfinished, 5 crashing and 5 slow."""
    asked = {name for problem in assignment.problems.values() for name in problem.functions}

    def read(folder: Path, names: Iterable[str], kind: Kind) -> Iterator[HandIn]:
        for name in names:
            yield read_hand_in(folder / f"{name}.py", kind, asked)

    theirs = assignment.folder
    return interleaved([
        *(HandIn(f"the solution ({number})", Kind.RIGHT) for number in (1, 2, 3)),
        *read(theirs / "right", RIGHT, Kind.RIGHT),
        *read(theirs / "demo_class", WRONG_IN_DEMO, Kind.WRONG),
        *read(theirs / "misconceptions", MISCONCEPTIONS, Kind.WRONG),
        *(HandIn(f"the release ({number})", Kind.UNFINISHED, untouched=True) for number in (1, 2)),
        *read(EXAMPLES / "crashing", CRASHING, Kind.CRASHING),
        NO_PYTHON,
        *read(theirs / "right", SLOW_BUT_RIGHT, Kind.SLOW),
        *read(EXAMPLES / "slow", SLOW, Kind.SLOW),
    ])  # fmt: skip


def interleaved(hand_ins: list[HandIn]) -> list[HandIn]:
    """Return hand-ins in an order in which each stretch holds all kinds: a sample of it is as mixed as the whole."""
    places: list[tuple[float, int]] = []
    for kind in Kind:
        members = [number for number, one in enumerate(hand_ins) if one.kind is kind]
        places += [((place + 0.5) / len(members), number) for place, number in enumerate(members)]
    return [hand_ins[number] for _, number in sorted(places)]


def quick_class(assignment: Assignment) -> list[HandIn]:
    """Return ten hand-ins that are quick to mark, for classes of any size: half of them right, half wrong."""
    hand_ins = mixed_class(assignment)
    right, wrong = ([one for one in hand_ins if one.kind is kind][:5] for kind in (Kind.RIGHT, Kind.WRONG))
    return interleaved([*right, *wrong])


def write_class(
    hand_ins: list[HandIn],
    submitted: Path,
    assignment: str,
    notebooks: tuple[nbformat.NotebookNode, nbformat.NotebookNode],
    edit: Callable[[nbformat.NotebookNode], object] = lambda _notebook: None,
    size: int | None = None,
) -> list[Path]:
    """Write hand-ins into a folder, as nbgrader wants them, and return their files.

    Args:
        hand_ins: They are repeated under other ids until there are enough.
        submitted: The folder.
        assignment: The assignment's name.
        notebooks: The release and the solution.
        edit: What is done to each before it is written.
        size: How many; as many as there are when None.
    """
    texts = []
    for one in hand_ins:
        notebook = one.notebook(*notebooks)
        edit(notebook)
        texts.append(nbformat.writes(notebook))
    files = []
    for number in range(size or len(hand_ins)):
        file = submitted / f"student{number:04d}" / assignment / f"{assignment}.ipynb"
        file.parent.mkdir(parents=True)
        file.write_text(texts[number % len(texts)], encoding="utf-8")
        files.append(file)
    return files
