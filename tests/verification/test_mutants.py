"""Mutants of a function are all that its rules give: each can be compiled, differs, and says what was changed."""

from __future__ import annotations

from autograder.verification.mutants import fingerprint, mutants, mutants_of
from tests.verification.mutated import changes, function_of, of_expression

SOURCE = '''
@decorated("once")
def f(self, a: np.ndarray, limit: int = 30) -> tuple:
    """Says 1 + 1."""
    b = a[:limit] * 2
    return f"{a + b}", b.sum(axis=0)
'''


def test_mutants_can_be_compiled_differ_and_change_the_body_alone():
    made = list(mutants_of(function_of(SOURCE)))
    codes = [fingerprint(mutant.source) for mutant in made]
    assert None not in codes
    assert len(set(codes)) == len(codes) > 15
    assert all(mutant.source.startswith("def f(self, a, limit=30):") for mutant in made)
    assert all("{a + b}" in mutant.source for mutant in made if "return" in mutant.before and "f'" in mutant.after)


def test_what_compiles_to_the_same_code_as_the_original_is_no_mutant():
    made = of_expression("a * (1 + 0)", "operator")
    assert made == {"a * (1 * 0)", "a / (1 + 0)", "a + (1 + 0)"}, "1 - 0 is 1 + 0"
    assert fingerprint("def f(a): return a * (1 + 0)") == fingerprint("def f(a): return a * 1")
    assert fingerprint("def f(a): return a * 1") != fingerprint("def f(a): return a * 1.0")
    assert fingerprint("def f(:") is None


def test_a_mutant_tells_the_lines_that_are_changed():
    source = """
    def f(a):
        if a:
            a = a + 1
        return a
    """
    found = changes(source)
    assert ("a = a + 1", "a = a - 1") in found
    assert ("if a:", "if not a:") in found
    assert ("if a:\na = a + 1", "pass") in found


def test_the_mutants_of_an_assignment_are_of_the_functions_that_problems_ask_for(assignment):
    made = list(mutants(assignment))
    assert {(mutant.problem, mutant.function) for mutant in made} == {("double", "double"), ("halve", "halve")}
    assert ("double", "return 2 * x", "return 2 + x") in {(one.problem, one.before, one.after) for one in made}


def test_methods_are_found_in_their_class(assignment):
    file = assignment.course.solutions(assignment.name) / "cs231n" / "rnn_layers.py"
    with file.open("a", encoding="utf-8") as stream:
        stream.write("\n\nclass Model:\n    def double(self, x):\n        return x - x\n")
    entry = assignment.modules[0]
    assignment.modules = [type(entry)(entry.file, ("double",), "Model")]
    assert {mutant.before for mutant in mutants(assignment) if mutant.problem == "double"} == {"return x - x"}
