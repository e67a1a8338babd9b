"""What is handed in of an attack: a notebook, a folder of module files, or a zip of one."""

from __future__ import annotations

from pathlib import Path

from tests.hostile.attack import NOTEBOOK, Attack
from tests.hostile.handing_in import notebook_hand_in
from tests.hostile.module_files import module_hand_in
from tests.hostile.yard import Yard


def hand_in(attack: Attack, yard: Yard, student: str) -> Path:
    """Write a hand-in in the attack's layout to a fresh folder and return its path."""
    write = notebook_hand_in if attack.layout == NOTEBOOK else module_hand_in
    return write(attack, yard, student)
