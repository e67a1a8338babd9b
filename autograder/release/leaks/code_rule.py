"""Finds statements of solutions and of hidden tests, and functions that students are to write, in a piece of text."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.release.leaks.findings import Leak, Piece
from autograder.release.leaks.sequences import tokens_of
from autograder.release.leaks.statements import Atom, atoms, atoms_of
from autograder.release.leaks.withheld import Withheld
from autograder.submissions.definitions import definitions, is_stub_line, parsed

TAKE_OUT = (
    "Take it out, or put it between the delimiters of its problem; if students may see it, list it in assignment.toml "
    "under public."
)
WRITE = "Students write this function: leave a stub, with the solution between BEGIN SOLUTION and END SOLUTION."
# Prose without one of these is no code.
SIGNS = frozenset("=@*+-([./%<>")


def code_leaks(piece: Piece, withheld: Withheld) -> list[Leak]:
    """Return the statements that a text must not hold, the largest for each line, and the functions written in it."""
    found: list[Leak] = []
    covered = 0
    for first, last, owner, text in sorted(set(_matches(piece, withheld)), key=_largest_first):
        if last > covered:
            covered = last
            found.append(Leak(piece.at(first), f"a statement of {owner}", text, TAKE_OUT))
    return [*found, *_written(piece, withheld)]


def _largest_first(match: tuple[int, int, str, str]) -> tuple[int, int, bool, int]:
    """Return the key by which matches are sorted: by line, the longest first, solutions before staff's files."""
    first, last, owner, text = match
    return first, -last, not owner.startswith("the solution"), -len(text)


def _matches(piece: Piece, withheld: Withheld) -> Iterator[tuple[int, int, str, str]]:
    """Yield first line, last line, owner and text of each statement that is withheld."""
    whole = atoms_of(piece.text, withheld.known) if piece.code else None
    for atom in whole or ():
        owner = _owner(atom, withheld)
        if owner:
            yield atom.line, atom.end, owner, atom.text
    for number, line in piece.prose():
        if SIGNS & set(line):
            for text in (line, f"{line} pass" if line.endswith(":") else ""):
                tree = parsed(text) if text else None
                for atom in atoms(tree, withheld.known) if tree else ():
                    owner = _owner(atom, withheld)
                    if owner:
                        yield number, number, owner, atom.text
    tokens = tokens_of(piece.text)
    for token in tokens.names & withheld.rarest.keys():
        for needed, sequence in withheld.rarest[token]:
            if needed <= tokens.names:
                for number in tokens.lines_of(sequence):
                    yield number, number, withheld.sequences[sequence], piece.line(number)


def _owner(atom: Atom, withheld: Withheld) -> str | None:
    if not atom.whole and len(atom.names) < 2:
        return None
    return withheld.forms.get(atom.form) or withheld.renamed.get(atom.renamed)


def _written(piece: Piece, withheld: Withheld) -> Iterator[Leak]:
    """Yield the functions that students are asked to write and that are no stubs."""
    if not piece.code:
        return
    for found in definitions(piece.text):
        problem = withheld.functions.get(found.name)
        if problem and found.written and found.line:
            match parsed(found.means):
                case ast.Module(body=[ast.FunctionDef() as node]) if not stubbed(node):
                    told = f"a written {node.name}, which is asked for in {problem}"
                    yield Leak(piece.at(found.line), told, "", WRITE)


def stubbed(node: ast.FunctionDef) -> bool:
    """Whether a function raises NotImplementedError before it can return anything."""
    for statement in node.body:
        if is_stub_line(statement):
            return True
        if any(isinstance(inner, ast.Return | ast.Yield | ast.YieldFrom) for inner in ast.walk(statement)):
            return False
    return False
