"""What is wrong in the source notebook's solution cells is named before anything is made."""

from __future__ import annotations

import pytest

from autograder.release.leaks.source_rule import source_leaks


def leaks(assignment, source: str, name: str = "double"):
    for cell in assignment.source_notebook.cells:
        if cell.id == name:
            cell.source = source
    return [(leak.line, leak.kind) for leak in source_leaks(assignment)]


def stub(above: str = "", inside: str = "    return 2 * x\n", below: str = "") -> str:
    return f"def double(x):\n{above}    ### BEGIN SOLUTION\n{inside}    ### END SOLUTION\n{below}"


def test_a_right_source_has_none(assignment):
    assert source_leaks(assignment) == []


@pytest.mark.parametrize(
    "given",
    [
        "    y = None\n",
        "    N, D = x.shape\n",
        "    grads = {}\n",
        "    for t in range(3):\n        pass\n",
        '    """Text."""\n',
    ],
)
def test_what_a_stub_gives_of_little_substance_is_let_pass(assignment, given):
    assert leaks(assignment, stub(above=given)) == []


def test_code_of_substance_outside_the_delimiters_is_named(assignment):
    assert leaks(assignment, stub(above="    y = (x + x) * 3\n")) == [
        (2, "code of a stub outside the delimiters of its solution")
    ]
    assert leaks(assignment, stub(below="    return (y + 1) * 2\n"))[0][0] == 5


def test_code_that_is_listed_as_public_may_stand_there(assignment):
    assignment.public = ["y = (x + x)*3"]
    assert leaks(assignment, stub(above="    y = (x + x) * 3\n")) == []


@pytest.mark.parametrize("inside", ["", "    pass\n", "    # return 2 * x\n    'later'\n"])
def test_delimiters_that_enclose_nothing_are_named(assignment, inside):
    assert leaks(assignment, stub(above='    """Text."""\n', inside=inside)) == [(3, "delimiters that enclose nothing")]


def test_a_solution_that_is_no_python_is_named_with_its_line(assignment):
    ((line, kind),) = leaks(assignment, stub(inside="    return 2 *\n"))
    assert line == 3
    assert kind.startswith("a solution that is no Python (SyntaxError")


def test_a_written_answer_needs_no_delimiters(assignment):
    assert leaks(assignment, "Because.", "why") == []
