"""Reads the files that a new course, and a new assignment, begin with."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).resolve().parent


def template(kind: str, name: str, **words: str) -> str:
    """Return a template's text, with a word in place of each of its placeholders.

    Args:
        kind: ``course`` or ``assignment``.
        name: The template's file.
        words: What takes the place of each placeholder, by it.
    """
    text = (HERE / kind / name).read_text(encoding="utf-8")
    for placeholder, word in words.items():
        text = text.replace(placeholder, word)
    return text
