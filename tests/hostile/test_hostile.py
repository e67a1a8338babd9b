"""The hostile class: every attack works where nothing guards against it, and gains nothing here."""

from __future__ import annotations

from collections.abc import Hashable

import pytest

from autograder.kernel.sandbox import levels
from tests.hostile.attack import AS_MODULES, FIRST, Attack, attacks
from tests.hostile.controls import control
from tests.hostile.trial import attempt
from tests.hostile.yard import Yard
from tests.support.sampling import one_of_each

# The first of its kind in `make test`: others of that kind take up to half a minute.
QUICK = "leniency/wrong_on_purpose_in_one_place"
ALL = sorted(attacks(), key=lambda attack: attack.id != QUICK)

# Controls that run code of the kit. Others prove the attack, which changes seldom: of them `make test` runs one of each
# sort, and those by which it is seen that the yard notices a changed file, a visitor and a signal.
OF_THE_KIT = ("inside", "naive", "solution")
NOTICED = ("writing", "network", "others")
# Attacks of these kinds gain, or show, something; all others could take something from the hand-in that is marked next.
HARMLESS = (
    "arrays", "beside", "detecting", "forged_credit", "leniency", "metadata", "module_text", "network", "not_a_number",
    "odd_objects", "reading_tests", "rendering", "script", "shadowing", "stand_ins", "substitutes",
)  # fmt: skip


def sort_of_control(attack: Attack) -> Hashable:
    """Return what tells a control from others: `make test` runs the first of each."""
    if attack.control in OF_THE_KIT or attack.kind in NOTICED:
        return attack.kind, attack.layout
    return attack.control


@pytest.mark.parametrize(
    "attack", one_of_each([one for one in ALL if not one.derived], sort_of_control), ids=lambda attack: attack.id
)
def test_it_works_where_nothing_guards_against_it(attack: Attack, yard: Yard):
    if attack.control == "none":
        pytest.skip("there is nothing to gain outside either: its title says what it stands for")
    assert control(attack, yard), "this attack shows nothing: it does not work outside either"


def sort_of_attack(attack: Attack) -> Hashable:
    """Return what tells an attack from others: `make test` tries the first of each.

    One of those stands for all that are handed in as module files too only to try the same walls.
    """
    again = attack.derived and AS_MODULES[attack.kind] == FIRST
    return (None if again else attack.kind), attack.layout


@pytest.mark.parametrize("attack", one_of_each(ALL, sort_of_attack), ids=lambda attack: attack.id)
def test_it_gains_nothing_here(attack: Attack, yard: Yard, pytestconfig: pytest.Config):
    if attack.needs and attack.needs != levels.best():
        pytest.skip(f"only level {attack.needs} stops it; this machine offers {levels.best()}, see `autograder doctor`")
    trial = attempt(attack, yard, neighbour=pytestconfig.getoption("everything") or attack.kind not in HARMLESS)
    if attack.open:
        assert not trial.held, f"{attack.id} no longer succeeds: take the line `# open:` out of it"
        pytest.xfail(attack.open)
    assert trial.held, trial
