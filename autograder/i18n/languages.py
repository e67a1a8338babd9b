"""Names the languages that people read: tags as in HTML's ``lang``, and the folders of the editions in them."""

from __future__ import annotations

from pathlib import Path

# What the kit's own texts are written in. Its edition of an assignment bears the plain name.
DEFAULT = "en"


def edition_name(assignment: str, language: str) -> str:
    """Return the name of an edition's folder: ``ps1``, ``ps1.zh-CN``."""
    return assignment if language == DEFAULT else f"{assignment}.{language}"


def catalogue_file(folder: Path, language: str, domain: str) -> Path:
    """Return a gettext catalogue's file.

    Args:
        folder: Holds ``locale``.
        language: Such as ``zh-CN``; gettext writes ``zh_CN``.
        domain: The catalogue's name.
    """
    return folder / "locale" / language.replace("-", "_") / "LC_MESSAGES" / f"{domain}.po"
