"""Mangled hand-ins are read as the hand-in that they were, and some of each kind get the same marks."""

from __future__ import annotations

import pytest

from autograder.marking.restore import restore
from autograder.submissions.checks import Rejected
from autograder.submissions.definitions import definitions
from autograder.submissions.read import read_submission
from tests.mangled.cases import CASES
from tests.mangled.classroom import make_assignment, solved
from tests.mangled.trial import mark, points, written
from tests.support.sampling import one_of_each, some

MARKED = {
    "cut_in_the_last_function",
    "names_swapped",
    "split_within_a_function",
    "all_in_one_cell",
    "set_up_deleted",
    "checks_reversed",
}


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    return make_assignment(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def meant(assignment) -> dict[str, dict[str, str]]:
    """What `asked` returns of the hand-in as it was."""
    return asked(assignment, restore(assignment, solved()))


def asked(assignment, notebook) -> dict[str, dict[str, str]]:
    """Return, for each check, what the functions of the problems mean when it is reached."""
    names = {"CaptioningRNN.loss", "CaptioningRNN.sample", *assignment.problems}
    means: dict[str, str] = {}
    found = {}
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if name.startswith("test_"):
            found[name] = dict(means)
        if cell.cell_type == "code":
            means |= {item.name: item.text for item in definitions(cell.source) if item.name in names}
    return found


@pytest.mark.parametrize(
    "case", one_of_each(CASES.all, lambda case: case.says or case.name), ids=lambda case: case.name
)
def test_what_was_done_is_told_and_each_check_meets_the_functions_that_it_needs(assignment, meant, tmp_path, case):
    path = written(case, solved(), tmp_path)
    if case.rejected:
        with pytest.raises(Rejected, match="hand") as caught:
            read_submission(assignment, path)
        assert all(part in str(caught.value) for part in case.says)
        return
    read = read_submission(assignment, path)
    assert all(any(part in str(sentence) for sentence in read.mended) for part in case.says)
    assert bool(read.mended) == bool(case.says)
    order = list(assignment.problems)
    for check, means in asked(assignment, restore(assignment, read.notebook)).items():
        problem = check.removeprefix("test_")
        needed = set(order[: order.index(problem) + 1]) - set(case.loses)
        needed |= {"CaptioningRNN.loss"} if "captioning_loss" in needed else set()
        for name in needed & set(meant[check]):
            assert means[name] == meant[check][name], f"{check} meets another {name}"


@pytest.fixture(scope="module")
def base(assignment, tmp_path_factory):
    return mark(assignment, written(CASES.all[0], solved(), tmp_path_factory.mktemp("base")))


@pytest.mark.parametrize(
    "case", some([case for case in CASES.all if case.name in MARKED], 2), ids=lambda case: case.name
)
def test_marks_are_the_same_with_and_without_the_mangling(assignment, base, tmp_path, case):
    assert 0 < base.score < base.max_score
    record = mark(assignment, written(case, solved(), tmp_path))
    assert points(record, case.loses) == points(base, case.loses)
