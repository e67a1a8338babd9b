"""What an answer is cut into."""

import random

import pytest

from autograder.reports.similarity.units import BaseCode, Unit, UnitKind, given_of, units_of_code, units_of_text

STEP = "def step(x, h):\n    a = np.dot(x, W) + np.dot(h, U)  # both products\n    return np.tanh(a), (x, h, a)\n"


NOTHING = BaseCode()


def keys(code, kind, given=NOTHING):
    return [found.unit.key for found in units_of_code(code, given) if found.unit.kind is kind]


def test_a_structure_survives_new_names_comments_quotes_and_blanks():
    other = STEP.replace("a", "total").replace("totalh", "anh").replace("# both products", "# what goes in")
    other = STEP.replace(" a", " total").replace("(a)", "(total)").replace(", a)", ", total)").replace(", ", ",")
    assert keys(other, UnitKind.STRUCTURE) == keys(STEP, UnitKind.STRUCTURE) != []
    assert keys("y = f(p['W'], p['b'])", UnitKind.STRUCTURE) == keys('y=f(p["W"],p["b"])', UnitKind.STRUCTURE)


def test_brackets_around_all_that_is_returned_change_no_structure():
    assert keys("return (a + b, c * d)", UnitKind.STRUCTURE) == keys("return a + b, c * d", UnitKind.STRUCTURE)
    assert keys("return (a + b) * (c + d)", UnitKind.STRUCTURE) != keys("return a + b * (c + d)", UnitKind.STRUCTURE)


def test_which_names_are_the_same_is_a_part_of_the_structure():
    assert keys("a = a * a + b * b", UnitKind.STRUCTURE) != keys("a = a * b + b * a", UnitKind.STRUCTURE)


def test_functions_of_numpy_and_of_the_handout_keep_their_names():
    given = BaseCode(names=frozenset({"affine_forward"}))
    called = [
        keys(f"a, b = {name}(c, d, e)", UnitKind.STRUCTURE, given) for name in ("affine_forward", "mine", "other")
    ]
    assert called[0] != called[1] == called[2]
    assert keys("a = np.zeros(b.shape, c)", UnitKind.STRUCTURE) != keys("a = np.ones(b.shape, c)", UnitKind.STRUCTURE)


def test_names_that_were_given_are_nobodys_own():
    given = given_of(["def f(x, prev_h):\n    '''prev_h: the state; dnext_h: a gradient'''\n"], ["the state `h0`"])
    assert keys("dnext_h = prev_h + h0 + carried + state", UnitKind.NAME, given) == ["carried", "state"]


def test_what_was_given_is_no_unit():
    given = given_of([STEP], [])
    assert units_of_code(STEP, given) == []
    assert keys(STEP + "    return np.cosh(a), (x, h, x)\n", UnitKind.STRUCTURE, given)


def test_comments_docstrings_and_own_strings_are_texts_without_signs():
    code = 'def f(x):\n    """Adds,  slowly!"""\n    # Then: ADDS again\n    raise Problem("no such key")\n'
    assert keys(code, UnitKind.TEXT) == ["adds slowly", "then adds again", "no such key"]


def test_a_unit_knows_its_lines():
    code = "a = 1\nb = f(a,\n      c, d)  # the last of all\n"
    places = {
        found.unit.kind: (found.first, found.last) for found in units_of_code(code, BaseCode()) if found.first > 1
    }
    assert places[UnitKind.STRUCTURE] == places[UnitKind.LAYOUT] == (2, 3)
    assert places[UnitKind.TEXT] == (3, 3)


def test_statements_of_one_line_and_bodies_beside_their_heads_are_statements_of_their_own():
    apart = "for t in range(T):\n    h = f(h, x[t])\n    hs.append(h)\n"
    together = "for t in range(T): h = f(h, x[t]); hs.append(h)\n"
    assert keys(together, UnitKind.STRUCTURE) == keys(apart, UnitKind.STRUCTURE)
    assert len(keys("f = lambda a: a + b * c", UnitKind.STRUCTURE)) == 1


def test_the_second_of_two_equal_statements_is_another_unit():
    assert len(set(keys("a = f(b, c)\na = f(b, c)\n", UnitKind.STRUCTURE))) == 2


def test_a_written_answer_is_cut_into_sentences():
    text = "Padding would count. The model learns to\nsay NULL, which is useless!\n\nYes."
    found = units_of_text(text, BaseCode(units=frozenset({Unit(UnitKind.TEXT, "say null which is useless")})))
    assert [(one.unit.key, one.first) for one in found] == [("the model learns to", 1)] or found == []
    long = units_of_text("\nShort. A sentence that is long enough to be somebody's own.", BaseCode())
    assert [(one.unit.key, one.first, one.last) for one in long] == [
        ("a sentence that is long enough to be somebody s own", 2, 2)
    ]


@pytest.mark.parametrize("seed", range(20))
def test_code_that_is_no_python_is_cut_all_the_same(seed):
    rng = random.Random(seed)
    letters = "ab( [{)]}'\"#\\\n\t:;,.=+*@0é中\x00\u202e"
    for source in ["".join(rng.choices(letters, k=rng.randrange(80))) for _ in range(50)] + ["", "(" * 5000, "'''"]:
        lines = source.count("\n") + 1
        for found in units_of_code(source, BaseCode()):
            assert 1 <= found.first <= found.last <= lines
