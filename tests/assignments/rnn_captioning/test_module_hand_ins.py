"""Hand-ins in the original course's layout: each gets the points, and its record the notes, that stand in its case."""

from __future__ import annotations

import pytest

from autograder.course.results import Status
from tests.assignments.rnn_captioning.modules.cases import CASES, VARIANTS
from tests.assignments.rnn_captioning.modules.hand_in import lost_by, mark, notes_of
from tests.assignments.rnn_captioning.wrong_variants import WRONG
from tests.support.sampling import some

# In a right hand-in these problems call all that it defines; `python -m` of its folder marks the others as well.
SEEN_THROUGH = ("captioning_loss", "captioning_sample")


@pytest.mark.parametrize("case", some(CASES, 4), ids=[case.name for case in CASES])
def test_a_hand_in_of_module_files_loses_what_is_wrong_in_it_and_its_record_says_what_was_found(case, tmp_path):
    record = mark(case, tmp_path, None if case.lost else SEEN_THROUGH)
    notes = "\n".join(notes_of(record))
    assert [note for note in case.notes if note not in notes] == []
    if case.lost is None:
        assert (record.status, record.score) == (Status.REJECTED, 0)
    else:
        assert record.status is Status.MARKED
        assert lost_by(record) == case.lost, record.problems


@pytest.mark.parametrize("name", some(VARIANTS, 2))
def test_a_wrong_variant_loses_in_module_files_what_it_loses_in_a_notebook(marker, name):
    assert marker.mark(WRONG[name].file).lost == VARIANTS[name]


def test_there_are_enough_of_them():
    assert len(CASES) >= 30
    assert len({case.name for case in CASES}) == len(CASES)
