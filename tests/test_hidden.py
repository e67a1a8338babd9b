"""The line of a test cell runs hidden tests on the functions of the notebook that holds it."""

from __future__ import annotations

from types import SimpleNamespace

import IPython
import pytest

from autograder import hidden
from autograder.hidden import hidden_tests


@pytest.fixture
def notebook(course, monkeypatch):
    """Return a function that says what the notebook defines that runs in this process."""
    monkeypatch.setattr(hidden, "_results", {})

    def define(**names):
        monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(user_ns=names))

    return define


def test_it_is_a_number_for_nbgrader_and_a_table_for_people(notebook):
    notebook(double=lambda x: 2 * x)
    found = hidden_tests("arithmetic", "double")
    assert repr(found) == "4"
    assert "Doubles one and two." in found._repr_html_()


def test_a_function_that_is_defined_anew_is_marked_anew(notebook):
    notebook(double=lambda x: 3 * x)
    assert repr(hidden_tests("arithmetic", "double")) == "0"
    notebook(double=lambda x: 2 * x)
    assert repr(hidden_tests("arithmetic", "double")) == "4"
    assert hidden._results["arithmetic"]["double"].score == 4


def test_outside_a_notebook_it_says_where_it_belongs():
    with pytest.raises(RuntimeError, match="belongs into a test cell of a notebook"):
        hidden_tests("arithmetic", "double")
