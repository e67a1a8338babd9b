"""Orders a submission's cells: the author's code stays where it is, provided cells move to where they belong.

A provided cell belongs after the provided cells before it, and after the last definition of what it relies on: the
problems that come before it in the assignment.
"""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nbformat import NotebookNode


@dataclass
class Placement:
    """Puts provided cells into a submission.

    Args:
        cells: The submission's cells; changed in place.
        order: All names of provided cells, in the assignment's order.
        matched: The submission's own cell for each name.
        supplied: Cells that may be moved or added, by name.
        definers: For the name of a stub, all cells that define what it asks for.

    Attributes:
        moved: Names of cells that stood elsewhere.
        added: Names of cells that were missing.
    """

    cells: list[NotebookNode]
    order: Sequence[str]
    matched: Mapping[str, NotebookNode]
    supplied: Mapping[str, NotebookNode]
    definers: Mapping[str, Sequence[NotebookNode]]
    moved: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)

    def arrange(self) -> None:
        """Bring the cells into order."""
        rank = {name: number for number, name in enumerate(self.order)}
        names = {id(cell): name for name, cell in self.matched.items()}
        present = [names[id(cell)] for cell in self.cells if id(cell) in names]
        # A longest run in the right order stays, so that as few cells as possible are moved.
        steady = {present[i] for i in longest_rise([rank[name] for name in present])}
        # Only provided cells are moved: the order of the author's own cells is part of what was handed in.
        astray = [name for name in present if name not in steady and name in self.supplied]
        for name in astray:
            self._take_out(name)
        for number, name in enumerate(self.order):
            if name not in self.supplied:
                continue
            if name not in self.matched:
                self.added.append(name)
            elif name in astray:
                self.moved.append(name)
            # A check before the function that it calls would fail whatever the student wrote.
            elif self._place(self.matched[name]) > self._last_definition(number):
                continue
            else:
                self.moved.append(name)
                self._take_out(name)
            self._insert(number)

    def _take_out(self, name: str) -> None:
        del self.cells[self._place(self.matched[name])]

    def _insert(self, number: int) -> None:
        """Insert the provided cell with this number after everything that it has to follow."""
        place = self._last_definition(number)
        earlier = self.order[:number]
        nearest = next((name for name in reversed(earlier) if self._place(self._cell(name)) >= 0), None)
        for name in earlier:
            if name in self.supplied or name == nearest:
                place = max(place, self._place(self._cell(name)))
        name = self.order[number]
        self.cells.insert(place + 1, self.matched.get(name, self.supplied[name]))

    def _cell(self, name: str) -> NotebookNode | None:
        return self.matched.get(name, self.supplied.get(name))

    def _last_definition(self, number: int) -> int:
        """Return the last place of a definition that a cell relies on, -1 for none; text relies on none."""
        if self.supplied[self.order[number]].cell_type != "code":
            return -1
        places = {id(cell): place for place, cell in enumerate(self.cells)}
        cells = [cell for name in self.order[:number] for cell in self.definers.get(name, ())]
        return max((places.get(id(cell), -1) for cell in cells), default=-1)

    def _place(self, wanted: NotebookNode | None) -> int:
        """Return the place of a cell, -1 when it is not there. Two cells with equal contents are different cells."""
        return next((place for place, cell in enumerate(self.cells) if cell is wanted), -1)


def longest_rise(numbers: Sequence[int]) -> list[int]:
    """Return the positions of a longest rising subsequence of different numbers."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for position, number in enumerate(numbers):
        length = bisect.bisect_left(tails, number)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [number]
        ends[length : length + 1] = [position]
    found: list[int] = []
    position = ends[-1] if ends else -1
    while position >= 0:
        found.append(position)
        position = before[position]
    return found[::-1]
