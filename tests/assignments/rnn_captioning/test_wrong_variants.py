"""Each file in wrong/ is an odd answer, no misconception: it must lose what is promised, in its own problem alone."""

import pytest

from tests.assignments.rnn_captioning.wrong_variants import CATALOGUED, ODD, WRONG
from tests.assignments.wrong_variants import paired


@pytest.mark.parametrize("variant", ODD, ids=[variant.id for variant in ODD])
def test_a_wrong_variant_loses_its_shares_and_its_backward_loses_none(marker, variant):
    names = marker.namespace(variant.file)
    marks = marker.mark_names(names, variant.problem, *paired(marker.assignment, variant.problem))
    variant.check(marks, names["LOSES"])
    assert marks.misconceptions == {names[name] for name in ("MISCONCEPTION",) if name in names}


def test_every_variant_has_a_name_of_its_own():
    assert len(WRONG) == len(CATALOGUED) + len(ODD)
