"""Feedback for Canvas is made as what the name says under which Canvas shows it, and nothing in it is alive."""

from __future__ import annotations

import re

import nbformat
import pytest

from autograder.feedback.escapes import escaped
from autograder.lms.collected import Came
from autograder.nbgrader_plugins.exports.canvas_feedback import FORMS, Feedback, answered, upload_name

# What begins a formula: ``MATHSPLIT`` of JupyterLab's ``packages/rendermime/src/latex.ts``.
FORMULA = re.compile(r"\$\$?|\\(?:begin|end)\{[a-z]*\*?\}|\\\\[()\[\]]")


def cell_of(markdown):
    notebook = nbformat.reads(FORMS[".ipynb"](Feedback({}, lambda: markdown)).decode(), as_version=4)
    nbformat.validate(notebook)
    (cell,) = notebook.cells
    assert cell.cell_type == "markdown"
    return cell.source


@pytest.mark.parametrize(
    "text", [r"\(\href{javascript:alert(1)}{x}\)", r"\[x\]", r"\begin{align}x\end{align}", r"\\(x\\)"]
)
def test_no_formula_of_a_students_is_one_in_the_notebook(text):
    source = cell_of(escaped(text))
    assert not FORMULA.search(source)
    # What is shown is the text.
    shown = re.sub(r"\\([^\w\s])", r"\1", source).replace("&#92;", "\\")
    assert shown == text


def test_what_is_no_formula_stays():
    assert cell_of(escaped("a (b) [c] d_e")) == escaped("a (b) [c] d_e")


def came(*names, owner="101"):
    attachments = {str(900 + at): name for at, name in enumerate(names)}
    return Came(site="canvas", key=owner, owner=owner, called="lovelaceada", attachments=attachments)


@pytest.mark.parametrize(
    ("names", "answer"),
    [
        (["hw.ipynb"], ("900", ".ipynb")),
        (["rnn.py", "HW-2.IPYNB", "all.zip"], ("901", ".ipynb")),
        (["rnn.py", "all.zip"], ("901", ".zip")),
        (["scan.pdf", "rnn.py"], ("901", ".py")),
        (["scan.pdf", "ipynb"], None),
        ([], None),
    ],
)
def test_feedback_goes_back_to_the_file_whose_name_says_the_most(names, answer):
    assert answered(came(*names)) == answer


def test_names_of_uploads_hold_no_number_but_user_and_attachment():
    assert upload_name(came(), "900", ".ipynb") == "feedback_101_900_feedback.ipynb"
    assert upload_name(came(owner="anon_a1Z9x"), "900", ".py") == "anon_a1Z9x_900_feedback.py"


def test_a_python_file_of_feedback_is_comments_alone():
    made = FORMS[".py"](Feedback({}, lambda: "# Title\n\nimport os\r\nx\x0c\u2028os.system('x')\n")).decode()
    assert all(line.startswith("#") for line in made.splitlines())
    compile(made, "feedback.py", "exec")
