"""Each file in wrong/ is an odd answer, no misconception: it must lose what is promised, in its own problem alone."""

import itertools

import pytest

from tests.assignments.rnn_captioning.wrong_variants import CATALOGUED, ODD, PAIRED, WRONG

# What else hidden tests of a problem run: they may lose points when it is wrong.
BUILT_ON = {
    "rnn_step_forward": {"rnn_forward", "captioning_loss", "captioning_sample", "overfit_small_data"},
    "rnn_step_backward": {"rnn_backward", "captioning_loss", "overfit_small_data"},
    "captioning_loss": {"overfit_small_data"},
    "captioning_sample": set(),
}
LAYER = {"captioning_loss", "overfit_small_data"}
ONE_OF_EACH = [next(variants) for _, variants in itertools.groupby(CATALOGUED, lambda variant: variant.problem)]


@pytest.mark.parametrize("variant", ODD, ids=[variant.id for variant in ODD])
def test_a_wrong_variant_loses_its_shares_and_its_backward_loses_none(marker, variant):
    names = marker.namespace(variant.file)
    marks = marker.mark_names(names, variant.problem, *PAIRED.get(variant.problem, ()))
    variant.check(marks, names["LOSES"])
    assert marks.misconceptions == {names[name] for name in ("MISCONCEPTION",) if name in names}


@pytest.mark.parametrize("variant", ONE_OF_EACH, ids=[variant.id for variant in ONE_OF_EACH])
def test_no_problem_loses_that_is_not_built_on_the_wrong_one(marker, variant):
    names = marker.namespace(variant.file)
    built_on = BUILT_ON.get(variant.problem, LAYER)
    marks = marker.mark_names(names, *(name for name in marker.problems if name not in built_on))
    variant.check(marks, names["LOSES"])


def test_every_variant_has_a_name_of_its_own():
    assert len(WRONG) == len(CATALOGUED) + len(ODD)
