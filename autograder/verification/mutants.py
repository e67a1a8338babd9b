"""Makes mutants: the solution's functions with one small change each, to see whether the hidden tests notice."""

from __future__ import annotations

import ast
import copy
import difflib
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from types import CodeType

from autograder.course.assignment import Assignment
from autograder.course.problem import Problem
from autograder.course.solutions import solved_source
from autograder.submissions.definitions import parsed
from autograder.verification.mutation_operators import RULES, Surroundings

# Fields of a syntax tree that do not change what code does, or whose parts cannot stand alone.
PASSED_OVER = ("annotation", "returns", "decorator_list", "args", "ctx")
Path = tuple[tuple[str, int | None], ...]


@dataclass(frozen=True)
class Mutant:
    """A function of the solution with one change.

    Attributes:
        function: Its name; with its class for a method of a class that the problem asks for.
        rule: The name of the rule by which it was changed, one of `autograder.verification.mutation_operators.RULES`.
        before: The lines that are changed, as `ast.unparse` writes them.
        after: The lines in their place; empty when there are none.
        source: The changed function, or its class.
        problem: The problem that asks for it.
    """

    function: str
    rule: str
    before: str
    after: str
    source: str
    problem: str = ""


def mutants(assignment: Assignment) -> Iterator[Mutant]:
    """Yield the mutants of all functions that the problems ask for, in the order of the solution's files.

    Raises:
        FileNotFoundError: The solutions have not been made.
    """
    in_files = set[str]()
    for entry in assignment.modules:
        file = assignment.course.solutions(assignment.name) / entry.file
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for name in entry.problems:
            in_files.add(name)
            yield from _mutants(assignment.problems[name], _body(tree, entry.owner))
    for name, problem in assignment.problems.items():
        tree = parsed(solved_source(assignment.stub_source(problem))) or ast.Module([], [])
        if problem.tested and name not in in_files:
            yield from _mutants(problem, tree.body)


def _body(tree: ast.Module, owner: str | None) -> list[ast.stmt]:
    """Return the statements of a module, or of one of its classes."""
    if owner is None:
        return tree.body
    owners = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == owner)
    return [node for one in owners for node in one.body]


def _mutants(problem: Problem, body: list[ast.stmt]) -> Iterator[Mutant]:
    """Yield the mutants of the functions of a problem, and of the methods of its classes, that statements define."""
    for node in body:
        if isinstance(node, ast.FunctionDef) and node.name in problem.functions:
            yield from (replace(mutant, problem=problem.id) for mutant in mutants_of(node))
        if isinstance(node, ast.ClassDef) and node.name in problem.functions:
            for method in (method for method in node.body if isinstance(method, ast.FunctionDef)):
                for mutant in mutants_of(method):
                    source = _with_method(node, method, mutant.source)
                    name = f"{node.name}.{method.name}"
                    yield replace(mutant, function=name, source=source, problem=problem.id)


def _with_method(owner: ast.ClassDef, method: ast.FunctionDef, source: str) -> str:
    """Return the text of a class in which one method's is replaced; its decorators stay."""
    (made,) = ast.parse(source).body
    assert isinstance(made, ast.FunctionDef)
    made.decorator_list = method.decorator_list
    body = [made if node is method else node for node in owner.body]
    return ast.unparse(ast.ClassDef(owner.name, owner.bases, owner.keywords, body, owner.decorator_list))


def mutants_of(function: ast.FunctionDef) -> Iterator[Mutant]:
    """Yield the mutants of one function: each can be compiled, and none does the same as another by its bytecode."""
    original = bare_function(function)
    text = ast.unparse(original)
    seen = {fingerprint(text)}
    around = surroundings(original)
    for path, node in places(original):
        for rule, replacements in RULES.items():
            for replacement in replacements(node, around):
                source = ast.unparse(replaced(original, path, replacement))
                code = fingerprint(source)
                if code is not None and code not in seen:
                    seen.add(code)
                    yield Mutant(function.name, rule, *changed_lines(text, source), source)


def bare_function(function: ast.FunctionDef) -> ast.FunctionDef:
    """Return a copy of a function without docstring, decorators and annotations."""
    made = copy.deepcopy(function)
    made.decorator_list, made.returns = [], None
    if ast.get_docstring(made, clean=False) is not None:
        made.body = made.body[1:] or [ast.Pass()]
    for argument in ast.walk(made.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return made


def surroundings(function: ast.FunctionDef) -> Surroundings:
    """Return the names and keys of a function, for rules that replace one by another."""
    names = [argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)]
    names += [node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    keys = [
        node.slice.value
        for node in ast.walk(function)
        if isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, str)
    ]
    return Surroundings(tuple(dict.fromkeys(name for name in names if name != "self")), tuple(dict.fromkeys(keys)))


def places(node: ast.AST, path: Path = ()) -> Iterator[tuple[Path, ast.AST]]:
    """Yield the nodes below a node that may be changed, with their paths."""
    for field, value in ast.iter_fields(node):
        if field in PASSED_OVER and not (field == "args" and isinstance(node, ast.Call)):
            continue
        for place, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr):
                way = (*path, (field, place))
                yield way, child
                yield from places(child, way)


def replaced(tree: ast.FunctionDef, path: Path, replacement: ast.AST) -> ast.FunctionDef:
    """Return a copy of a tree with another node at the end of a path."""
    made = copy.deepcopy(tree)
    node: ast.AST = made
    for field, place in path[:-1]:
        value = getattr(node, field)
        node = value if place is None else value[place]
    field, place = path[-1]
    if place is None:
        setattr(node, field, replacement)
    else:
        getattr(node, field)[place] = replacement
    return made


def fingerprint(source: str) -> Hashable:
    """Return a key that is equal for two functions with the same bytecode; None for what cannot be compiled."""
    try:
        return _essence(compile(source, "mutant", "exec"))
    except (SyntaxError, ValueError):
        return None


def _essence(code: CodeType) -> Hashable:
    constants = tuple(
        _essence(one) if isinstance(one, CodeType) else (type(one).__name__, repr(one)) for one in code.co_consts
    )
    return code.co_code, constants, code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars


def changed_lines(before: str, after: str) -> tuple[str, str]:
    """Return the lines that differ between two texts, without their indentation."""
    old, new = before.split("\n"), after.split("\n")
    changes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    ends = [ends for kind, *ends in changes if kind != "equal"]
    one = [line.strip() for start, end, _, _ in ends for line in old[start:end]]
    other = [line.strip() for _, _, start, end in ends for line in new[start:end]]
    return "\n".join(one), "\n".join(other)
