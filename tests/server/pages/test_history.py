"""Two attempts are compared: points by problem, and the text of each cell."""

from autograder.server.pages.history import LINES_MAX, cells_in, code_changes, gains


def test_gains_are_said_in_the_order_of_the_later_attempt_and_nothing_of_what_stayed():
    before = {"a": [4.0, 8], "b": [2.0, 2], "gone": [1.0, 1]}
    found = gains(before, {"b": [2.0, 2], "new": [3.0, 5], "a": [2.5, 8]})
    assert [(one.problem, one.difference) for one in found] == [("new", 3.0), ("a", -1.5), ("gone", -1.0)]


def test_points_of_a_problem_on_which_the_grader_failed_are_none():
    (one,) = gains({"a": [None, 8]}, {"a": [8.0, 8]})
    assert (one.before, one.difference) == (None, 8.0)


def test_a_change_is_shown_with_the_lines_around_it():
    old = "\n".join(f"line {number}" for number in range(20))
    (change,) = code_changes({"f": old, "same": "x"}, {"f": old.replace("line 10", "line ten"), "same": "x"})
    assert [(line.kind, line.text) for line in change.lines] == [
        ("skipped", ""),
        ("same", "line 8"),
        ("same", "line 9"),
        ("old", "line 10"),
        ("new", "line ten"),
        ("same", "line 11"),
        ("same", "line 12"),
    ]
    assert (change.added, change.removed) == (1, 1)


def test_texts_of_any_length_are_answered_at_once():
    long = "\n".join("ab"[number % 2] for number in range(LINES_MAX + 1))
    (change,) = code_changes({"f": long}, {"f": "x"})
    assert change.lines == []


def test_cells_are_found_by_their_problems(tmp_path):
    file = tmp_path / "notebook.ipynb"
    assert cells_in(file, frozenset({"f"})) == {}
    file.write_text(
        '{"cells": [{"metadata": {"nbgrader": {"grade_id": "f"}}, "source": ["a\\n", "b"]}, {"metadata": {}}]}'
    )
    assert cells_in(file, frozenset({"f"})) == {"f": "a\nb"}
