"""The hostile class: every attack works where nothing guards against it, and gains nothing here."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.kernel.sandbox import levels
from tests.hostile.attack import Attack, attacks
from tests.hostile.controls import control
from tests.hostile.trial import attempt
from tests.hostile.yard import Yard
from tests.support.sampling import one_of_each

ALL = list(attacks())


def sampled(tried: list[Attack]) -> list[Any]:
    """Return the attacks, of which `make test` tries one of each kind and layout."""
    return one_of_each(tried, lambda attack: (attack.kind, attack.layout))


@pytest.mark.parametrize("attack", sampled([one for one in ALL if not one.derived]), ids=lambda attack: attack.id)
def test_it_works_where_nothing_guards_against_it(attack: Attack, yard: Yard):
    if attack.control == "none":
        pytest.skip("there is nothing to gain outside either: its title says what it stands for")
    assert control(attack, yard), "this attack shows nothing: it does not work outside either"


@pytest.mark.parametrize("attack", sampled(ALL), ids=lambda attack: attack.id)
def test_it_gains_nothing_here(attack: Attack, yard: Yard):
    if attack.needs and attack.needs != levels.best():
        pytest.skip(f"only level {attack.needs} stops it; this machine offers {levels.best()}, see `autograder doctor`")
    trial = attempt(attack, yard)
    if attack.open:
        assert not trial.held, f"{attack.id} no longer succeeds: take the line `# open:` out of it"
        pytest.xfail(attack.open)
    assert trial.held, trial
