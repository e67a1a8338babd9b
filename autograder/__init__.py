"""Marks a course's notebooks on nbgrader: releases, hidden tests, feedback and reports. Staff only."""

import sys

# As in typing, which kernels need not import for it.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from autograder.api import mark as mark
    from autograder.course.results import Record as Record

__version__ = "0.1.0"

# jsonschema, which nbformat needs, would compile a grammar for a format that no schema of a notebook has: that takes
# longer than all else that a command imports. It does without where the import fails.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

# What other programs call, with the module that has it. Marking imports half of the kit, which kernels and commands
# that do not mark need not wait for.
API = {"mark": "autograder.api", "Record": "autograder.course.results"}


def __getattr__(name: str) -> object:
    """Return a name of `API`, whose module is imported now."""
    if name not in API:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found: object = getattr(import_module(API[name]), name)
    return found
