import pytest

from cs231n.datasets.mini_coco.facts import are_related, is_at, lie_in
from cs231n.datasets.mini_coco.scene import Thing


def at(x, y, size="small"):
    return Thing("circle", "red", size, x, y, 0.14 if size == "large" else 0.075, 0.0)


@pytest.mark.parametrize(
    ("first", "second", "true"),
    [
        (at(0.2, 0.5), at(0.8, 0.5), {"left of", "beside"}),
        (at(0.8, 0.5), at(0.2, 0.5), {"right of", "beside"}),
        (at(0.5, 0.2), at(0.5, 0.8), {"above"}),
        (at(0.5, 0.8), at(0.5, 0.2), {"below"}),
        (at(0.4, 0.2), at(0.6, 0.8), {"above"}),
        (at(0.45, 0.5), at(0.55, 0.5), set()),
        (at(0.5, 0.5), at(0.5, 0.5, "large"), {"inside"}),
        (at(0.5, 0.5, "large"), at(0.5, 0.5), {"around"}),
    ],
)
def test_two_things_are_related_in_one_direction_and_only_if_it_is_clear(first, second, true):
    relations = ("above", "below", "left of", "right of", "beside", "inside", "around")
    assert {relation for relation in relations if are_related([first], relation, [second])} == true


def test_a_relation_must_hold_for_every_thing_of_a_group():
    assert are_related([at(0.2, 0.3), at(0.2, 0.7)], "left of", [at(0.8, 0.5)])
    assert not are_related([at(0.2, 0.3), at(0.75, 0.7)], "left of", [at(0.8, 0.5)])


@pytest.mark.parametrize(
    ("things", "row", "column"),
    [
        ([at(0.2, 0.5), at(0.8, 0.52)], True, False),
        ([at(0.5, 0.2), at(0.48, 0.5), at(0.5, 0.8)], False, True),
        ([at(0.2, 0.2), at(0.8, 0.8)], False, False),
        ([at(0.5, 0.5)], False, False),
    ],
)
def test_several_things_lie_in_a_row_a_column_or_neither(things, row, column):
    assert (lie_in(things, "row"), lie_in(things, "column")) == (row, column)


@pytest.mark.parametrize(
    ("thing", "true"),
    [
        (at(0.2, 0.2), {"top", "left", "top left"}),
        (at(0.8, 0.8), {"bottom", "right", "bottom right"}),
        (at(0.5, 0.5), {"middle"}),
        (at(0.5, 0.2), {"top"}),
        (at(0.5, 0.36), {"middle"}),
        (at(0.3, 0.65), {"left"}),
    ],
)
def test_a_thing_is_where_its_centre_is(thing, true):
    places = ("top left", "top right", "bottom left", "bottom right", "middle", "top", "bottom", "left", "right")
    assert {place for place in places if is_at([thing], place)} == true
