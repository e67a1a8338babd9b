"""Finds the text of mark schemes and of answers to written questions."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.release.leaks.leak import Leak
from autograder.release.leaks.piece import Piece
from autograder.release.leaks.sequences import words_of
from autograder.release.leaks.withheld import Withheld

TAKE_OUT = (
    "Take it out: a mark scheme stands between BEGIN MARK SCHEME and END MARK SCHEME, an answer in its own cell only."
)


def word_leaks(piece: Piece, withheld: Withheld) -> Iterator[Leak]:
    """Yield the lines with words that are withheld, one for each owner and line."""
    words = words_of(piece.text) if withheld.runs else []
    said: set[tuple[str, int]] = set()
    for length in withheld.run_lengths:
        for at in range(len(words) - length + 1):
            owner = withheld.runs.get(tuple(word for word, _ in words[at : at + length]))
            line = words[at][1]
            if owner and (owner, line) not in said:
                said.add((owner, line))
                yield Leak(piece.at(line), f"text of {owner}", piece.line(line), TAKE_OUT)
