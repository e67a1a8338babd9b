"""All that is looked for in a piece of text."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.release.leaks.code_rule import code_leaks
from autograder.release.leaks.delimiters import delimiters
from autograder.release.leaks.keys import key_leaks
from autograder.release.leaks.leak import Leak
from autograder.release.leaks.paths import path_leaks, staff_leaks
from autograder.release.leaks.piece import Piece
from autograder.release.leaks.withheld import Withheld
from autograder.release.leaks.words import word_leaks

LEFT_OVER = (
    "Correct it in the source: nbgrader takes out what stands between exact pairs only, in cells of the right type."
)


def text_leaks(piece: Piece, withheld: Withheld) -> list[Leak]:
    """Return what must not be in a piece of text, in the order of its lines."""
    return sorted(_leaks(piece, withheld), key=lambda leak: leak.line or 0)


def _leaks(piece: Piece, withheld: Withheld) -> Iterator[Leak]:
    yield from code_leaks(piece, withheld)
    yield from word_leaks(piece, withheld)
    for mark in delimiters(piece.text):
        kind = "a left-over delimiter" if mark.exact else f"a misspelt delimiter, for {mark.edge} {mark.kind}"
        yield Leak(piece.at(mark.line), kind, mark.text, LEFT_OVER)
    yield from staff_leaks(piece)
    yield from path_leaks(piece, withheld)
    yield from key_leaks(piece, withheld)
