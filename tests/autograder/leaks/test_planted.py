"""Each planted leak is named with its place; innocent edits and the release as it is are let pass."""

from __future__ import annotations

import pytest

from tests.autograder.leaks.planted import PLANTS
from tests.autograder.leaks.trial import found, names


@pytest.mark.parametrize("plant", PLANTS.all, ids=lambda plant: plant.name)
def test_a_planted_leak_is_named_with_its_place_and_what_to_do(plant):
    leaks = found(plant)
    assert names(plant, leaks), "\n".join(map(str, leaks)) or "nothing was found"
