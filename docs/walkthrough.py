"""Types what stands in the boxes of ``docs/reference/walkthrough.md``, as its reader does.

The page's comments say what a box is: commands (``run``), what they print (``says``), a file, lines at a file's end
(``append``), a cell of the notebook, a row of the table in it.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import nbformat

PAGE = Path(__file__).parent / "reference" / "walkthrough.md"
COURSE, NOTEBOOK = "numbers101", "source/columns/columns.ipynb"
BOX = re.compile(r"^<!-- (?P<kind>\w+)(?:: (?P<what>.*?))? -->\n```\w*\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def type_page(folder: Path, environment: Mapping[str, str], tell: Callable[[str, str], None]) -> None:
    """Type the page into an empty folder.

    Args:
        folder: The folder; the course is made in it.
        environment: What the commands run with; its ``PATH`` has the kit's programs.
        tell: Called with each box of commands and what they printed, and with each box that says what is printed.
    """
    course = folder / COURSE
    printed = ""
    for box in BOX.finditer(PAGE.read_text(encoding="utf-8")):
        kind, what, text = box["kind"], box["what"] or "", box["text"]
        here = course if course.is_dir() else folder
        if kind == "run":
            done = subprocess.run(
                ["bash", "-c", text],
                cwd=here,
                env=dict(environment),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            printed = done.stdout
            tell(text, printed)
        elif kind == "says":
            tell(f"says\n{text}", printed)
        elif kind in ("file", "append"):
            file = here / what
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text((file.read_text(encoding="utf-8") if kind == "append" else "") + text, encoding="utf-8")
        else:
            edit(course / NOTEBOOK, kind, what, text.rstrip("\n"))


def edit(file: Path, kind: str, what: str, text: str) -> None:
    """Add a cell to a notebook, as the *Create Assignment* bar does, or a row to the table of its points."""
    notebook = nbformat.read(file, as_version=4)
    if kind == "row":
        for cell in notebook.cells:
            cell.source = re.sub(rf"^(\| `{what}` \|.*)$", lambda row: f"{row[1]}\n{text}", cell.source, flags=re.M)
    else:
        notebook.cells.append(new_cell(text, *what.split(", ")))
    nbformat.write(notebook, file)


def new_cell(text: str, kind: str, problem: str = "", points: str = "") -> nbformat.NotebookNode:
    """Return a cell of one of nbgrader's types, or a text."""
    cell: nbformat.NotebookNode
    if kind == "markdown":
        cell = nbformat.v4.new_markdown_cell(text)
        return cell
    graded = kind == "Autograder tests"
    settings = {
        "cell_type": "code",
        "grade": graded,
        "grade_id": f"test_{problem}" if graded else problem,
        "locked": graded,
        "schema_version": 3,
        "solution": not graded,
        "task": False,
        **({"points": int(points)} if graded else {}),
    }
    cell = nbformat.v4.new_code_cell(text, metadata={"nbgrader": settings})
    return cell
