"""What hidden tests declare is read without running them, and cites sentences that students have."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace

import nbformat
import pytest

from autograder.course.course import CourseError
from autograder.i18n.catalogue import Catalogue
from autograder.i18n.messages import Message
from autograder.testing.declared import DeclaredTest, cited, declared_tests, handout, hidden_names, uncited
from tests.support.course import code

TESTS = '''
import pytest

@pytest.mark.points(3, asks="Return x times two.", gate=True, stays="an example")
def test_example(student):
    """Doubles one."""
    raise RuntimeError("nobody runs this")

@pytest.mark.points(1, asks="Return nothing.")
@pytest.mark.parametrize("size", [2])
def test_sizes(student, size):
    """Doubles {size} numbers."""
'''
DOUBLE = 'def double(x):\n    """Return x\n    times two."""\nclass Model:\n    """Holds x."""'


@pytest.fixture
def assignment(tmp_path):
    (tmp_path / "test_double.py").write_text(TESTS, encoding="utf-8")
    (tmp_path / "test_other.py").write_text("import pytest\n@pytest.mark.points(2)\ndef test_a(): pass\n")
    cells = [
        nbformat.v4.new_markdown_cell("The first part."),
        code("halve", 'def halve(x):\n    """Return half of x."""', solution=True),
        code("test_halve", "halve(1)", grade=True),
        nbformat.v4.new_markdown_cell("The second part."),
        code("tools", '"""No docstring of the stub."""'),
        code("double", DOUBLE, solution=True),
        code("test_double", "double(1)", grade=True),
        nbformat.v4.new_markdown_cell("The end."),
    ]
    return SimpleNamespace(
        importing=nullcontext,
        name="sums",
        course=SimpleNamespace(salt="s"),
        hidden=tmp_path,
        notebook=nbformat.v4.new_notebook(cells=cells),
        problems={"double": SimpleNamespace(points=8, check="test_double")},
        catalogue=Catalogue("en", {}),
    )


def test_shares_are_scaled_to_the_points_of_a_problem(assignment):
    first, second = declared_tests(assignment)["double"]
    assert (first.points, second.points, first.share, second.share) == (6, 2, 3, 1)
    assert (str(first.title), str(second.title)) == ("Doubles one.", "Doubles 2 numbers.")
    assert (first.test, second.test) == ("test_double.py::test_example", "test_double.py::test_sizes[2]")
    assert (first.asks, first.gate) == (Message("Return x times two."), True)
    assert first.stays == "an example"
    assert (second.gate, second.stays) == (False, "")


def test_tests_of_no_problem_have_no_points(assignment):
    assert [one.points for one in declared_tests(assignment)["other"]] == [0]
    assert hidden_names(assignment) == {"double", "other"}


def test_a_test_without_points_is_named(assignment):
    (assignment.hidden / "test_other.py").write_text("def test_free(): pass\n", encoding="utf-8")
    with pytest.raises(CourseError, match=r"test_free has no points: give it @pytest\.mark\.points"):
        declared_tests(assignment)


def test_the_handout_is_the_text_between_the_check_before_and_a_problems_own(assignment):
    assert handout(assignment, "double") == "The second part.\nReturn x\ntimes two.\nHolds x."


def test_a_sentence_is_found_wherever_its_lines_end_and_in_the_assignments_language(assignment):
    asked = DeclaredTest(Message(""), 1.0, Message("Return x times two."))
    assert cited(assignment, "double", asked)
    assert not cited(assignment, "double", DeclaredTest(Message(""), 1.0, Message("")))
    assignment.catalogue = Catalogue("zh-CN", {str(asked.asks): "返回两倍。"})
    assert not cited(assignment, "double", asked)
    assignment.notebook.cells[3].source = "返回\n两倍。"
    assert cited(assignment, "double", asked)


def test_each_sentence_that_is_not_in_the_handout_is_a_fault(assignment):
    assert uncited(assignment, declared_tests(assignment)) == [
        "double: Doubles 2 numbers. cites 'Return nothing.', which is not in its docstring or the text above it"
    ]
