"""Turns texts into sequences of tokens and of words, so that code is found in prose and pages, which do not parse."""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Iterator

# Without quotes, brackets of calls and tuples, commas, comment marks and backslashes: a line is found however it was
# quoted or commented out.
TOKEN = re.compile(r"[^\W\d]\w*|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\*\*|//|[-+*/@%&|^~<>=!]=?|[\[\]{}.:;]", re.UNICODE)
DOTS = re.compile(r"\.{3}")
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?", re.UNICODE)
# So many words in a row are no coincidence.
RUN = 8
SHORTEST_RUN = 4


class Tokens:
    """The tokens of a text, in which sequences of tokens are looked for.

    Attributes:
        names: The different tokens.
    """

    def __init__(self, text: str) -> None:
        text = DOTS.sub("   ", text)
        found = list(TOKEN.finditer(text))
        self._line_ends = [match.start() for match in re.finditer("\n", text)]
        self._joined = " " + " ".join(match[0] for match in found) + " "
        self._places: list[int] = []  # where each token begins in the joined text
        self._starts = [match.start() for match in found]
        place = 1
        for match in found:
            self._places.append(place)
            place += len(match[0]) + 1
        self.names = frozenset(match[0] for match in found)

    def lines_of(self, sequence: str) -> Iterator[int]:
        """Yield the numbers of the lines in which a sequence begins, as `sequence_of` returns it."""
        place = self._joined.find(sequence)
        while place >= 0:
            token = bisect.bisect_left(self._places, place + 1)
            yield bisect.bisect_left(self._line_ends, self._starts[token]) + 1
            place = self._joined.find(sequence, place + 1)


@functools.lru_cache(maxsize=512)
def tokens_of(text: str) -> Tokens:
    """Return the tokens of a text; cached, since packages are looked at again and again."""
    return Tokens(text)


def sequence_of(text: str) -> str:
    """Return a text's tokens joined by spaces, to be looked for in other texts."""
    return " " + " ".join(TOKEN.findall(DOTS.sub("   ", text))) + " "


def words_of(text: str) -> list[tuple[str, int]]:
    """Return a text's words in lower case, each with the number of its line."""
    return [
        (match[0].casefold(), number)
        for number, line in enumerate(text.split("\n"), 1)
        for match in WORD.finditer(line)
    ]


def runs_of(text: str) -> set[tuple[str, ...]]:
    """Return all runs of `RUN` words in a text; a paragraph of fewer is one run, unless it is very short."""
    found: set[tuple[str, ...]] = set()
    for paragraph in re.split(r"\n", text):
        words = [word for word, _ in words_of(paragraph)]
        if SHORTEST_RUN <= len(words) < RUN:
            found.add(tuple(words))
        found.update(tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
    return found
