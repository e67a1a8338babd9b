"""The leak check: nothing of a solution, a hidden test, a mark scheme or staff's side of the kit reaches students."""

from autograder.leaks.leak import Leak, Where
from autograder.leaks.look import check_folder, refuse, refuse_source
from autograder.leaks.report import Findings, LeakError

__all__ = ["Findings", "Leak", "LeakError", "Where", "check_folder", "refuse", "refuse_source"]
