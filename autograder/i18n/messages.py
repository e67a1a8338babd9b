"""Makes texts for students: a template and its values, which are data until they are said in a language.

A text is marked for translation where it is made: by `say`, or by a function that takes a template and its values as
`say` does (see ``TEXT_ARGUMENTS`` in `autograder.release.extract_messages`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from string import Formatter
from typing import Any

import msgspec


def gettext_noop(template: str) -> str:
    """Return a text unchanged: it is marked for translation here, and translated where it is shown.

    Hidden tests import it as ``mark`` from `autograder.testing`.
    """
    return template


# What stands between the items of a list; translated like all texts.
COMMA = gettext_noop(", ")


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """A text for students; made by `say` where it has values. As text it is English, and empty it is false.

    Attributes:
        template: A template as `str.format` takes it; without values it is the text itself, whatever braces it has.
        values: The values that are filled in. A list is shown as its items with commas.
    """

    template: str
    values: dict[str, str | int | float | Message | list[str | int | float | Message]] = {}

    def __str__(self) -> str:
        """Return the text in English."""
        return filled(self.template, self.values)

    def __bool__(self) -> bool:
        """Return whether there is a text."""
        return bool(self.template)

    def __hash__(self) -> int:
        """Return a hash: messages are told apart in sets and as keys, and values are a dictionary."""
        return hash(self.template)


NOTHING = Message("")
# What may be given where a text for students is asked for: a message, or a template to make one of.
Text = str | Message


def say(text: Text, /, **values: Any) -> Message:
    """Return a text for students; a message stays what it is.

    `autograder.release.extract_messages` finds the template, and a catalogue translates it.
    """
    if isinstance(text, Message):
        return text
    return Message(text, {name: _data(value) for name, value in values.items()})


def _data(value: Any) -> Any:
    """Return a value as a record can hold it. Numbers stay numbers, for the template's formats."""
    if getattr(value, "ndim", None) == 0:  # one of numpy's
        value = value.item()
    match value:
        case Message():
            return value
        case list():
            return [_data(item) for item in value]
        # JSON has no infinity, and msgpack no larger integers.
        case float() if math.isfinite(value):
            return float(value)
        case int() if not isinstance(value, bool) and -(2**63) <= value < 2**63:
            return int(value)
    return str(value)


def filled(template: str, values: Mapping[str, Any], comma: str = COMMA) -> str:
    """Return a template with its values filled in; without values it is the text itself."""
    if not values:
        return template
    return FORMATTER.vformat(template, (), {name: _joined(value, comma) for name, value in values.items()})


def _joined(value: Any, comma: str) -> Any:
    return comma.join(map(str, value)) if isinstance(value, list) else value


class _Formatter(Formatter):
    def format_field(self, value: Any, format_spec: str) -> Any:
        """Format a value; a number that is kept as text, such as infinity, has no digits to format."""
        return str(value) if isinstance(value, str | Message) else super().format_field(value, format_spec)


FORMATTER = _Formatter()
