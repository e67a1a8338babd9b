"""Says which ids students can have: each is the name of a folder, and a part of nbgrader's patterns."""

from __future__ import annotations

ID_MAX = 100
# nbgrader looks for folders by patterns.
UNFIT = frozenset("/\\*?[]")


def unfit_id(student: str) -> str:
    """Return why a student cannot have this id, which is a folder's name; an empty text when they can."""
    if len(student) > ID_MAX:
        return f"has {len(student)} characters, and may have {ID_MAX}"
    if student.startswith((".", "-", "=", "+", "@")):
        return f"is {student!r}: an id begins with a letter or a digit"
    if found := UNFIT & set(student):
        return f"is {student!r}: no folder can be called so; take {' '.join(sorted(found))} out"
    return ""
