"""Python of every kind, for everything that reads students' code without running it."""

from __future__ import annotations

import functools
import itertools
from random import Random

from autograder.course.cell_names import names_in
from autograder.course.paths import KIT_ROOT
from autograder.i18n.catalogue import catalogue
from autograder.i18n.code_text import code_texts, translated
from autograder.reports.explain.student_code import excerpt
from autograder.submissions.definitions import compiles, definitions, misplaced_statement, parsed, without_layout
from autograder.submissions.module_file import read_text
from tests.fuzz.mutation import TOKENS, mutated_bytes, mutated_text, odd_python
from tests.fuzz.target import Target, drawn

ROOTS = ("solutions", "cs231n", "autograder/assignments/rnn_captioning")
LONGEST = 12_000


@functools.cache
def sources() -> list[str]:
    """Return texts that people have written."""
    files = sorted(itertools.chain.from_iterable((KIT_ROOT / root).rglob("*.py") for root in ROOTS))
    return [text for file in files if len(text := file.read_text(encoding="utf-8")) <= LONGEST]


def draw_source(rng: Random) -> bytes:
    """Return a text: somebody's that was changed, one that nobody writes, or words in any order."""
    match rng.randrange(10):
        case 0:
            text = "".join(rng.choices(TOKENS, k=rng.randrange(1, 60)))
        case 1 | 2:
            text = odd_python(rng, rng.randrange(2, 6))
        case 3:
            text = mutated_text(rng, odd_python(rng, rng.randrange(2, 5)))
        case _:
            text = mutated_text(rng, rng.choice(sources()))
    data = text[:LONGEST].encode("utf-8", "surrogatepass")
    return mutated_bytes(rng, data, 3) if rng.random() < 0.2 else data


def read_source(data: bytes) -> None:
    """Read a text as a module file's, and as a cell's."""
    module = read_text("cs231n/rnn_layers.py", "a.zip/rnn_layers.py", data)
    if not module.fault:
        _ = module.names, module.imports, module.numpy
        module.cut("rnn_step_forward"), module.cut("loss", "CaptioningRNN")
    f"{module.fault}".encode()
    text = data.decode("utf-8", "replace")
    tree = parsed(text)
    if tree is not None:
        misplaced_statement(tree)
    compiles(text)
    without_layout(text)
    for found in definitions(text):
        _ = found.text
    names_in(text)
    code_texts(text)
    translated(text, catalogue("zh_CN"))
    excerpt([text, "import numpy as np\nx = 1"], ["x", "rnn_step_forward"])


TARGETS = (Target("sources", drawn(draw_source), read_source),)
