"""What students are told of their checks, in the notebook and in a terminal."""

from __future__ import annotations

import nbformat
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from autograder.course.paths import KIT_ROOT
from cs231n import check_all as checks
from cs231n.check_all import CheckFailed, check_all, checking, main

SAID = {"not_run": "not run yet", "counted": "{passed} of {all} pass.", "remark": "There is more."}
CHECK = """\
from cs231n.check_all import CheckFailed, checking
checking("double")
np_before = 1
if double(2) != 4:
    raise CheckFailed(f"double(2) is {double(2)}", "Look at the factor.")
print("passed")"""


@pytest.fixture
def shell(monkeypatch):
    """An IPython in which checks can be run, without any that was run before."""
    monkeypatch.setattr(checks, "_cells", {})
    made = InteractiveShell()
    monkeypatch.setattr(checks, "_shell", lambda: made)
    return made


def run(shell, source):
    return shell.run_cell(source, store_history=True)


def test_a_failed_check_shows_its_lines_and_no_traceback(shell, capsys):
    run(shell, "double = lambda x: 3 * x")
    result = run(shell, CHECK)
    assert isinstance(result.error_in_exec, AssertionError)
    shown = capsys.readouterr().out
    assert shown == "✗ double(2) is 6\nLook at the factor.\n"


def test_a_function_that_is_still_to_be_written_is_told_in_one_line(shell, capsys):
    run(shell, STUB)
    result = run(shell, CHECK)
    assert isinstance(result.error_in_exec, NotImplementedError)
    assert capsys.readouterr().out == "✗ double: replace this line with your code\n"


def test_what_a_library_has_not_implemented_is_shown_with_its_traceback(shell, capsys):
    run(shell, "double = lambda x: 2 * x")
    run(shell, CHECK)
    capsys.readouterr()
    result = run(shell, "import codecs\ncodecs.Codec().encode('x')")
    assert isinstance(result.error_in_exec, NotImplementedError)
    shown = capsys.readouterr().out
    assert "Traceback" in shown
    assert "Codec.encode" in shown


def test_outside_of_a_notebook_a_failed_check_is_an_ordinary_error():
    with pytest.raises(AssertionError, match=r"^wrong\nlook here$"):
        raise CheckFailed("wrong", "look here")
    checking("anything")


def test_all_checks_are_run_on_the_functions_as_they_are_now(shell, capsys):
    run(shell, "double = lambda x: 3 * x")
    run(shell, CHECK)
    run(shell, "double = lambda x: 2 * x")
    capsys.readouterr()
    check_all(["double", "triple"], **SAID)
    assert capsys.readouterr().out == "✓ double\n· triple: not run yet\n\n1 of 2 pass.\nThere is more.\n"
    run(shell, "def double(x): return [][x]")
    check_all(["double"], **SAID)
    assert capsys.readouterr().out.startswith("✗ double: IndexError: list index out of range\n")
    run(shell, "double = lambda x: 5 * x")
    check_all(["double"], **SAID)
    assert capsys.readouterr().out.startswith("✗ double: double(2) is 10\n")


def test_running_all_checks_leaves_variables_and_random_numbers_as_they_are(shell, capsys):
    run(shell, "double = lambda x: 2 * x")
    run(shell, f"import numpy as np\nnp.random.seed(3)\n{CHECK}")
    run(shell, "np_before = 'mine'")
    np.random.seed(8)
    expected = np.random.rand()
    np.random.seed(8)
    check_all(["double"], **SAID)
    assert np.random.rand() == expected
    assert shell.user_ns["np_before"] == "mine"


def graded(cell, name, *, solution=False):
    cell.metadata["nbgrader"] = {"grade_id": name, "solution": solution, "grade": not solution}
    return cell


STUB = 'def double(x):\n    raise NotImplementedError("double: replace this line with your code")'
METHOD = (
    "from cs231n.check_all import checking\n"
    "class CaptioningRNN: pass\n"
    "def method_of(cls):\n    return lambda f: f\n"
    "@method_of(CaptioningRNN)\ndef loss(self):\n    raise NotImplementedError('loss')"
)
LAST = (
    "from cs231n.check_all import check_all\n"
    "check_all(['double'], not_run='not run', counted='{passed} of {all}', remark='more')"
)


@pytest.fixture
def notebook(tmp_path):
    """Writes a notebook with a function, its check and the last cell; returns its file."""
    # As in a release, where the package lies beside it.
    (tmp_path / "cs231n").symlink_to(KIT_ROOT / "cs231n")

    def write(code, answer="*Write here.*", *more):
        cells = [
            graded(nbformat.v4.new_code_cell(code), "double", solution=True),
            graded(nbformat.v4.new_code_cell(CHECK), "test_double"),
            *map(nbformat.v4.new_code_cell, more),
            graded(nbformat.v4.new_markdown_cell(answer), "question", solution=True),
            nbformat.v4.new_code_cell(LAST),
        ]
        file = tmp_path / "notebook.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=cells), file)
        return file

    return write


def test_in_a_terminal_a_whole_notebook_is_run(notebook, capsys):
    file = notebook("def double(x):\n    return 2 * x", "Because.")
    before = file.read_bytes()
    assert main([str(file)]) == 0
    assert capsys.readouterr().out == "✓ double\n\n1 of 1\nmore\n"
    assert file.read_bytes() == before


def test_a_text_cell_that_names_the_last_cell_is_none(notebook, capsys):
    file = notebook("def double(x):\n    return 2 * x", "Because.")
    form = nbformat.read(file, as_version=4)
    form.cells.append(nbformat.v4.new_markdown_cell("I ran check_all() twice."))
    nbformat.write(form, file)
    assert main([str(file)]) == 0
    assert "✓ double\n" in capsys.readouterr().out


def test_what_is_open_is_told_in_a_terminal(notebook, capsys):
    assert main([str(notebook(STUB))]) == 1
    told = capsys.readouterr().out
    assert "✗ double: NotImplementedError: double: replace this line with your code\n" in told
    assert "· question: not answered yet.\n" in told


def test_another_cell_that_raises_is_told_when_all_checks_pass(notebook, capsys):
    assert main([str(notebook("def double(x):\n    return 2 * x", "Because.", "print(1 / 0)"))]) == 1
    assert "✗ cell 3 of the notebook: ZeroDivisionError: division by zero\n" in capsys.readouterr().out


def test_a_function_that_is_written_in_the_package_is_taken_from_there(monkeypatch, tmp_path):
    package = tmp_path / "cs231n"
    (package / "classifiers").mkdir(parents=True)
    (package / "layers.py").write_text("def double(x):\n    return 2 * x\n\n\ndef loss(self):\n    return 0\n")
    (package / "classifiers" / "rnn.py").write_text("class CaptioningRNN:\n    def loss(self):\n        return 1\n")
    monkeypatch.setattr(checks, "PACKAGE", package)
    stub, method, written = (
        graded(nbformat.v4.new_code_cell(source), "any", solution=True)
        for source in (STUB, METHOD, "def double(x):\n    return x + x")
    )
    assert checks._taken_from_package(stub) == "from cs231n.layers import double"
    above, _ = METHOD.split("@method_of")
    assert checks._taken_from_package(method) == f"{above}from cs231n.classifiers.rnn import CaptioningRNN"
    assert checks._taken_from_package(written) == written.source
    helped = graded(nbformat.v4.new_code_cell(f"def help(): ...\n\n{STUB}\n\nfactor = 2"), "any", solution=True)
    assert checks._taken_from_package(helped) == "def help(): ...\n\nfrom cs231n.layers import double\n\nfactor = 2"
    (package / "layers.py").write_text(STUB)
    (package / "broken.py").write_bytes(b"x = '\0'")
    assert checks._taken_from_package(stub) == STUB
    unreadable = graded(nbformat.v4.new_code_cell(f"{STUB}\n\0"), "any", solution=True)
    assert checks._taken_from_package(unreadable) == unreadable.source


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read (No such file or directory): name the notebook"),
        ("{", "is no notebook: save it in Jupyter"),
        (nbformat.writes(nbformat.v4.new_notebook()), "has no cell that calls check_all: take it from the notebook"),
    ],
)
def test_what_is_no_notebook_of_this_kind_is_named(content, told, tmp_path, capsys):
    file = tmp_path / "some.ipynb"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    assert main([str(file)]) == 2
    assert f"{file} {told}" in capsys.readouterr().err
