"""Submissions that take long to read, if anything that reads students' text is not linear: deep, long, many, wide, odd.

What is in them: `tests.fuzz.texts` for cells and module files, `tests.fuzz.files` for what is wrong with a file itself.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

from autograder.course.paths import KIT_ROOT
from tests.fuzz.files import ARCHIVES, NOTEBOOKS, zipped
from tests.fuzz.texts import CODE, FUNCTION, MARKDOWN

ASSIGNMENT = "rnn_captioning"
# As long as a text may be: see `autograder.submissions.checks.IntakeLimits`.
SIZE = 100_000
RELEASED = KIT_ROOT / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
# Texts in many cells are shorter, so that all of them are read.
CELLS = 20
HONEST = f"{FUNCTION}    return x @ Wx, None\n"


def bombs(rng: Random, size: int = SIZE) -> Iterator[tuple[str, bytes]]:
    """Yield submissions: the names of their files, which end in ``.ipynb`` or ``.zip``, and these files' bytes.

    Args:
        rng: What is drawn at random, comes from here.
        size: How long each text is, in characters; each file, in bytes.
    """
    released = json.loads(RELEASED.read_bytes())
    for name, make in CODE.items():
        text = make(rng, size)
        yield f"cell_{name}.ipynb", notebook(released, "code", text)
        yield f"answer_{name}.ipynb", notebook(released, "code", text, name="rnn_step_forward")
        yield f"check_{name}.ipynb", notebook(released, "code", text, name="test_rnn_step_forward")
        yield f"cells_{name}.ipynb", notebook(released, "code", *[make(rng, size // CELLS)] * CELLS)
        yield f"module_{name}.zip", modules(text)
        yield f"helper_{name}.zip", modules(f"import helper\n{HONEST}", text)
    for name, make in MARKDOWN.items():
        yield f"text_{name}.ipynb", notebook(released, "markdown", make(rng, size))
    for name, make_file in NOTEBOOKS.items():
        yield f"file_{name}.ipynb", make_file(rng, size)
    for name, make_file in ARCHIVES.items():
        yield f"archive_{name}.zip", make_file(rng, size)


def notebook(released: dict[str, Any], kind: str, *texts: str, name: str | None = None) -> bytes:
    """Return the released notebook with further cells, or with another text in the cell that bears a name."""
    made = copy.deepcopy(released)
    if name is not None:
        bears = (cell for cell in made["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == name)
        next(bears)["source"] = texts[0]
    else:
        made["cells"] += [{"cell_type": kind, "metadata": {}, "source": text, "outputs": []} for text in texts]
    return json.dumps(made).encode()


def modules(layers: str, helper: str | None = None) -> bytes:
    """Return a folder of module files, packed."""
    files = {"cs231n/rnn_layers.py": layers, "cs231n/helper.py": helper}
    return zipped({name: text.encode("utf-8", "surrogatepass") for name, text in files.items() if text is not None})
