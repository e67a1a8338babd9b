"""The attacks as data: each file below ``attacks/<kind>/`` is one, written as the student would write it.

A file is Python in cells, in the "percent" format:

- its docstring: the first line names what is tried, the rest says how it is meant to gain;
- header lines ``# key: value`` below it (see `Attack`);
- ``# %% double``: the code that the student puts into the stub cell ``double``, honest but often wrong;
- ``# %% attack before double``, ``... after double``: a cell of the student's own that carries the attack;
- ``# %% attack in double``: lines that are added to the stub cell, below the honest ones;
- ``# %% attack on the notebook``: what the student does to the cells and their metadata, as ``notebook`` and ``cell``;
- ``# %% attack on the file``: what the student does to the file that is handed in, ``file``;
- ``# %% attack on the folder``: what the student does to a folder of module files, ``folder``, before it is packed.

Without its attack cells a file is the **honest same code** that its points are compared with.
The names ``target`` and ``worked`` are there for every cell: the attacker knows where everything is (see `yard`).

Three layouts can be handed in: a notebook, a folder of module files, and a zip of such a folder. An attack's file says
in which it is written; attacks whose cells are all code are tried as module files too, as `AS_MODULES` tells.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

ATTACKS = Path(__file__).with_name("attacks")
CELL = re.compile(r"^# %% (.+)$", re.MULTILINE)
HEADER = re.compile(r"^# (\w+): (.+)$", re.MULTILINE)
CONTROLS = ("stock", "inside", "solution", "naive", "process", "copy", "open", "unpack", "parse", "none")
NOTEBOOK, FOLDER, ZIP = LAYOUTS = ("notebook", "folder", "zip")
# As what the notebook attacks of a kind are handed in besides, where all their cells are code. A kernel runs module
# files within the same walls, and their answers take the same way: so of kinds that try those walls, or that way, some
# are enough. All are tried of kinds that could fare otherwise when their code runs in a module and is imported, but for
# attacks that only those walls stop (`Attack.needs`).
ALL, FIRST = "all", "the first"
AS_MODULES = {
    "detecting": ALL, "dying": ALL, "patching": ALL, "reading_tests": ALL, "script": ALL,
    "arrays": FIRST, "disk": FIRST, "emptying_cells": FIRST, "endless": FIRST, "flooding": FIRST,
    "forged_credit": FIRST, "memory": FIRST, "network": FIRST, "not_a_number": FIRST, "odd_objects": FIRST,
    "others": FIRST, "processes": FIRST, "serving": FIRST, "startup_files": FIRST, "writing": FIRST,
}  # fmt: skip
# Of each kind one is handed in as a zip: what is read out of it is the same text.


@dataclass(frozen=True)
class Part:
    """One cell of an attack.

    Attributes:
        place: What stands behind ``# %%``.
        source: The code.
    """

    place: str
    source: str

    @property
    def hostile(self) -> bool:
        """Whether it belongs to the attack, and not to the honest code."""
        return self.place.startswith("attack ")


@dataclass(frozen=True)
class Attack:
    """One attack.

    Attributes:
        kind: The folder that it lies in.
        name: The file's name.
        title: What it tries, on one line.
        parts: Its cells.
        control: Where it is shown to work: see `controls`; ``none`` where there is nothing to gain outside either.
        ends: ``never`` where it hangs outside, so that it is interrupted there soon; at once when it prints NEVER ENDS.
        needs: The level of isolation that stops it, empty when none is needed.
        fair: Why its points are earned, when they are; empty for what must gain nothing.
        open: Why it still succeeds, where it does; the test then expects that, and says when it no longer holds.
        assignment: What is handed in.
        layout: As what it is handed in, one of `LAYOUTS`.
        derived: Whether its control is that of the same code in a notebook.
    """

    kind: str
    name: str
    title: str
    parts: tuple[Part, ...]
    control: str = "stock"
    ends: str = ""
    needs: str = ""
    fair: str = ""
    open: str = ""
    assignment: str = "arithmetic"
    layout: str = NOTEBOOK
    derived: bool = False

    @property
    def id(self) -> str:
        """``kind/name``, and the layout where it is not a notebook."""
        return f"{self.kind}/{self.name}" + f":{self.layout}" * (self.layout != NOTEBOOK)

    @property
    def is_code(self) -> bool:
        """Whether all its parts are code that the hand-in runs."""
        return not any(part.place.startswith("attack on ") for part in self.parts)

    def honest(self) -> Attack:
        """Return the same code without the attack; equal for attacks on the same code, so that it is marked once."""
        parts = tuple(part for part in self.parts if not part.hostile)
        return Attack("honest", "code", "Honest code.", parts, assignment=self.assignment, layout=self.layout)

    def handed_in_as(self, layout: str) -> Attack:
        """Return the same code in another layout; what is open in a notebook need not be so there."""
        return replace(self, layout=layout, derived=True, open="")


def read(file: Path) -> Attack:
    """Return the attack in a file.

    Raises:
        ValueError: The file is not written as this module says.
    """
    if file.stem == "conftest" or file.stem.startswith("test_") or file.stem.endswith("_test"):
        raise ValueError(f"{file}: pytest would run it; give it another name")
    head, *cells = CELL.split(file.read_text(encoding="utf-8"))
    title = (ast.get_docstring(ast.parse(head)) or "").partition("\n")[0]
    settings = dict(HEADER.findall(head))
    places = [place.strip() for place in cells[::2]]
    parts = tuple(Part(place, source.strip()) for place, source in zip(places, cells[1::2], strict=True))
    attack = Attack(file.parent.name, file.stem, title, parts, **settings)
    if not title or attack.control not in CONTROLS or attack.layout not in LAYOUTS:
        raise ValueError(f"{file}: a title, a control of {CONTROLS} and a layout of {LAYOUTS} are asked")
    if not any(part.hostile for part in parts):
        raise ValueError(f"{file}: an attack cell is asked")
    return attack


def attacks(pattern: str = "") -> Iterator[Attack]:
    """Yield the attacks whose id holds ``pattern``, in the order of their files."""
    for attack in _in_all_layouts():
        if pattern in attack.id:
            yield attack


def _in_all_layouts() -> Iterator[Attack]:
    tried: set[str] = set()
    for file in sorted(ATTACKS.glob("*/*.py")):
        attack = read(file)
        yield attack
        again = attack.layout == NOTEBOOK and attack.is_code and attack.kind in AS_MODULES
        every = again and AS_MODULES[attack.kind] == ALL and not attack.needs
        if every or (again and attack.kind not in tried):
            yield attack.handed_in_as(FOLDER if attack.kind in tried else ZIP)
            tried.add(attack.kind)
