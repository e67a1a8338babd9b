"""The leak check: nothing of a solution, a hidden test, a mark scheme or staff's side of the kit reaches students.

In: a release that is about to be made, or folders that were published.
Out: each leak with its file, cell and line; a release that has one is refused.
"""

from autograder.release.leaks.check import check_published, refuse_release, refuse_source
from autograder.release.leaks.findings import Findings, Leak, LeakError, Where

__all__ = ["Findings", "Leak", "LeakError", "Where", "check_published", "refuse_release", "refuse_source"]
