"""What two hand-ins share is worth what it is rare."""

import pytest

from autograder.reports.similarity.answers import HandIn, ProblemAnswer
from autograder.reports.similarity.evidence import DIFFERENCE, HandInComparison
from autograder.reports.similarity.units import Found, Unit, UnitKind


def answer(*keys, problem="add", kind=UnitKind.STRUCTURE):
    return ProblemAnswer(problem, "", [Found(Unit(kind, key), line, line) for line, key in enumerate(keys, start=1)])


def class_of(*answers, size=33, year=""):
    """Hand-ins with these answers, each a list; the rest of the class has nothing in common with anybody."""
    others = [[answer(f"only {number}")] for number in range(size - len(answers))]
    return [HandIn(f"s{number}", year, list(one)) for number, one in enumerate([*answers, *others])]


def bits(hand_ins, one=0, other=1):
    return HandInComparison(hand_ins).pair(one, other).bits


def test_what_two_of_33_have_is_worth_five_bits_and_what_more_have_less():
    assert bits(class_of([answer("a")], [answer("a")])) == pytest.approx(5)
    assert bits(class_of(*[[answer("a")]] * 5)) == pytest.approx(3)
    assert bits(class_of(*[[answer("a")]] * 17)) == 0


def test_the_consequences_of_an_idea_that_more_have_had_are_worth_little():
    both = [answer("idea", "follows")]
    alone = bits(class_of(*[[answer("idea")]] * 5))
    follows = bits(class_of(*[both] * 5))
    assert alone < follows < 1.3 * alone
    # Of the others who had the idea, nobody went on like these two.
    free = bits(class_of(both, both, *[[answer("idea", "otherwise")]] * 3))
    assert free > 1.5 * follows


def test_a_source_that_a_dozen_have_copied_still_counts_for_each_two():
    copied = [answer(*"abcdefgh", problem=f"p{number}") for number in range(8)]
    assert bits(class_of(*[copied] * 12, size=300)) > 60


@pytest.mark.timeout(60)
def test_two_who_share_ten_thousands_of_units_keep_nobody_waiting():
    shared = [answer(*(f"unit {number}" for number in range(40_000)))]
    assert bits(class_of(shared, shared)) > 20_000


def test_differences_are_taken_off_and_no_problem_counts_less_than_nothing():
    same, different = [answer("a", "b")], [answer("a", "b", "c")]
    assert bits(class_of(same, different)) == pytest.approx(bits(class_of(same, same)) - DIFFERENCE)
    rest = [answer(*"uvw", problem="other")], [answer(*"xyz", problem="other")]
    assert bits(class_of(same + rest[0], same + rest[1])) == pytest.approx(bits(class_of(same, same)))


def test_a_name_counts_once_however_many_problems_it_is_in_and_a_structure_in_each():
    names = [answer("total", problem=problem, kind=UnitKind.NAME) for problem in ("add", "train")]
    assert bits(class_of(names, names)) == pytest.approx(5)
    structures = [answer("a", problem=problem) for problem in ("add", "train")]
    assert bits(class_of(structures, structures)) == pytest.approx(10)


def test_a_layout_counts_by_those_who_wrote_the_same_tokens_otherwise():
    def written(text):
        return [ProblemAnswer("add", "", [Found(Unit(UnitKind.LAYOUT, text, "a = b + c"), 1, 1)])]

    odd, usual = written("a=b +c"), written("a = b + c")
    assert bits(class_of(odd, odd)) == pytest.approx(1)
    assert bits(class_of(odd, odd, *[usual] * 14)) == pytest.approx(4)
    assert bits(class_of(usual, usual, *[usual] * 8)) < 0.2


def test_earlier_years_are_compared_with_the_class_and_not_with_each_other():
    rare = [answer(*"abcdefgh", problem=f"p{number}") for number in range(8)]
    here, before = class_of(rare, size=20), class_of(rare, rare, size=20, year="2025")
    (one, other) = HandInComparison([*here, *before]).pairs(60)
    assert {(pair.one.year, pair.other.year) for pair in (one, other)} == {("", "2025")}
    assert {pair.other.student for pair in (one, other)} == {"s0", "s1"}


def test_pairs_come_the_most_alike_first_with_where_it_stands():
    hand_ins = class_of([answer(*"abcdefghijklmn")], [answer(*"abcdefghijklmn")], [answer("z")], [answer("z")])
    pairs = HandInComparison(hand_ins).pairs(4)
    assert [(pair.one.student, pair.other.student) for pair in pairs] == [("s0", "s1"), ("s2", "s3")]
    (found,) = pairs[0].problems
    assert [(one.unit.key, one.holders, one.lines) for one in found.shared][:2] == [
        ("a", 2, ((1,), (1,))),
        ("b", 2, ((2,), (2,))),
    ]
    assert sum(pairs[0].by_kind().values()) == pytest.approx(pairs[0].bits)
