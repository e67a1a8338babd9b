"""Reads translations from gettext catalogues as they are committed, the kit's own together with an assignment's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.pofile import PoFileError, read_po

from autograder.i18n.languages import DEFAULT, catalogue_file
from autograder.i18n.messages import COMMA, Message, Text, filled, say

# Holds ``locale`` with the kit's own texts.
KIT = Path(__file__).resolve().parent
DOMAIN = "autograder"


class CatalogueError(ValueError):
    """A catalogue is damaged, or does not fit what it translates; the message names the text and what to do."""


class Catalogue:
    """Says texts in one language. Texts without a translation stay in English.

    Args:
        language: A tag such as ``zh-CN``.
        translations: Translations by the English texts.
    """

    def __init__(self, language: str, translations: Mapping[str, str]) -> None:
        self.language, self._translations = language, translations

    def __contains__(self, template: object) -> bool:
        """Whether there is a translation."""
        return template in self._translations

    def text(self, template: str) -> str:
        """Return the translation of a text or a template."""
        return self._translations.get(template, template)

    def say(self, text: Text, /, **values: Any) -> str:
        """Return a message in this language; of a template with its values one is made, as `messages.say` does."""
        message = say(text, **values)
        said = {name: self._said(value) for name, value in message.values.items()}
        return filled(self.text(message.template), said, self.text(COMMA))

    def _said(self, value: object) -> object:
        if isinstance(value, Message):
            return self.say(value)
        return [self._said(item) for item in value] if isinstance(value, list) else value


ENGLISH = Catalogue(DEFAULT, {})


def catalogue(language: str, *folders: tuple[Path, str]) -> Catalogue:
    """Return the catalogue of the kit and of an assignment.

    Args:
        language: A tag such as ``zh-CN``.
        folders: Folders that hold ``locale``, each with its domain; a later one overrides those before it.

    Raises:
        CatalogueError: A catalogue is damaged.
    """
    translations: dict[str, str] = {}
    if language != DEFAULT:
        for folder, domain in ((KIT, DOMAIN), *folders):
            translations |= translations_in(catalogue_file(folder, language, domain))
    return Catalogue(language, translations)


def translations_in(file: Path) -> dict[str, str]:
    """Return the translations in a catalogue's file, without empty or doubtful entries; {} when there is no file.

    Raises:
        CatalogueError: The file is damaged.
    """
    if not file.is_file():
        return {}
    status = file.stat()
    return _read(file, status.st_mtime_ns, status.st_size)


@cache
def _read(file: Path, _changed: int, _size: int) -> dict[str, str]:
    try:
        with file.open("rb") as stream:
            messages: Iterable = read_po(stream, abort_invalid=True)  # type: ignore[type-arg]
    except (PoFileError, UnicodeDecodeError) as fault:
        raise CatalogueError(f"{file} is no gettext catalogue ({fault}): mend it") from fault
    return {str(one.id): str(one.string) for one in messages if one.id and one.string and not one.fuzzy}
