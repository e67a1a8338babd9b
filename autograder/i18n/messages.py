"""Makes texts for students: English text that keeps its template and values, so that it can be said in other languages.

A text is marked for translation where it is made: by `say`, or by a function that takes a template and its values as
`say` does (see ``TEXT_ARGUMENTS`` in `autograder.release.extract_messages`).
"""

from __future__ import annotations

from typing import Any


def gettext_noop(template: str) -> str:
    """Return a text unchanged: it is marked for translation here, and translated where it is shown.

    Hidden tests import it as ``mark`` from `autograder.testing`.
    """
    return template


# What stands between the items of a list; translated like all texts.
COMMA = gettext_noop(", ")


class Message(str):
    """A text in English.

    Attributes:
        template: A template as `str.format` takes it; without values it is the text itself.
        values: The values that are filled in. A list is shown as its items with commas; a value may be a message.
    """

    template: str
    values: dict[str, Any]

    def __new__(cls, template: str, /, **values: Any) -> Message:
        """Make the text."""
        made = super().__new__(cls, filled(template, values))
        made.template, made.values = template, values
        return made

    def __str__(self) -> str:
        """Return the message itself: as the text of an exception it can still be translated."""
        return self


def say(template: str, /, **values: Any) -> Message:
    """Return a text for students.

    `autograder.release.extract_messages` finds the template, and a catalogue translates it.
    """
    return Message(template, **values)


def as_message(text: str, values: dict[str, Any] | None = None) -> Message:
    """Return a text that can be translated: a template with its values filled in; a message stays what it is."""
    return text if isinstance(text, Message) and not values else Message(text, **(values or {}))


def filled(template: str, values: dict[str, Any], comma: str = COMMA) -> str:
    """Return a template with its values filled in; without values it is the text itself."""
    if not values:
        return template
    return template.format(**{name: _joined(value, comma) for name, value in values.items()})


def _joined(value: Any, comma: str) -> Any:
    return comma.join(map(str, value)) if isinstance(value, list) else value


def to_form(text: str | None) -> Any:
    """Return a text, or None, in a form that JSON can hold and from which `from_form` makes the same message."""
    if not isinstance(text, Message):
        return text
    values = {name: _value_form(value) for name, value in text.values.items()}
    return {"template": text.template, "values": values}


def _value_form(value: Any) -> Any:
    return [to_form(item) for item in value] if isinstance(value, list) else to_form(value)


def from_form(form: Any) -> Any:
    """Return the text that `to_form` was given."""
    if isinstance(form, list):
        return [from_form(item) for item in form]
    if isinstance(form, dict):
        return Message(form["template"], **{name: from_form(value) for name, value in form["values"].items()})
    return form
