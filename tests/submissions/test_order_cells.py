"""Provided cells come where they belong, and the author's code stays where it is."""

from __future__ import annotations

import nbformat
import pytest

from autograder.submissions.order_cells import Placement, longest_rise

ORDER = ["setup", "a", "test_a", "b", "test_b"]
LOCKED = ["setup", "test_a", "test_b"]


def arranged(present: str, **definers: str) -> tuple[str, Placement]:
    """Return the order of cells that becomes of one; ``definers`` names the cells that define a problem."""
    cells = {name: nbformat.from_dict({"cell_type": "code", "source": name}) for name in [*ORDER, *present.split()]}
    handed = [cells[name] for name in present.split()]
    placement = Placement(
        cells=handed,
        order=ORDER,
        matched={name: cells[name] for name in present.split() if name in ORDER},
        supplied={name: cells[name] for name in LOCKED},
        definers={stub: [cells[name] for name in definers.get(stub, stub).split()] for stub in ("a", "b")},
    )
    placement.arrange()
    return " ".join(cell.source for cell in placement.cells), placement


@pytest.mark.parametrize(
    ("present", "becomes"),
    [
        ("setup a test_a b test_b", "setup a test_a b test_b"),
        ("setup x a y test_a z b test_b w", "setup x a y test_a z b test_b w"),
        ("a test_a b test_b setup", "setup a test_a b test_b"),
        ("test_b setup a test_a b", "setup a test_a b test_b"),
        ("setup test_a a b test_b", "setup a test_a b test_b"),
        ("setup a b x", "setup a test_a b test_b x"),
        ("x", "setup test_a test_b x"),
        ("setup b test_b a test_a", "setup b a test_a test_b"),
    ],
)
def test_provided_cells_are_put_where_they_belong(present, becomes):
    assert arranged(present)[0] == becomes


def test_a_check_follows_the_last_definition():
    order, placement = arranged("setup a test_a b test_b again", a="a again")
    assert order == "setup a b again test_a test_b"
    assert placement.moved == ["test_a", "test_b"]


def test_what_was_missing_and_what_was_moved_is_told():
    _, placement = arranged("test_b setup a b")
    assert (placement.moved, placement.added) == (["test_b"], ["test_a"])


@pytest.mark.parametrize(
    ("numbers", "rise"), [([], []), ([3], [3]), ([1, 2, 3], [1, 2, 3]), ([9, 1, 2, 3], [1, 2, 3]), ([2, 3, 1], [2, 3])]
)
def test_the_longest_rise_is_found(numbers, rise):
    assert [numbers[at] for at in longest_rise(numbers)] == rise
