"""Reads a settings file, and says what is wrong with one in the words of TOML, with an example of the key."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec.inspect import EnumType, ListType, Metadata, StructType, Type, type_info

from autograder.course.course import CourseError

# msgspec's names of types, as people call them.
TYPES = {
    "`str`": "a text",
    "`int`": "a whole number",
    "`float`": "a number",
    "`bool`": "true or false",
    "`array`": "a list",
    "`object`": "a table",
    "`null`": "nothing",
    "`str | null`": "a text",
    "`array | null`": "a list",
    "`str | array`": "a text or a list",
}


def read_toml(file: Path) -> dict[str, Any]:
    """Return what a settings file says.

    Raises:
        CourseError: It is no TOML.
    """
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise CourseError(
            f"{file} is no TOML ({fault}): mend that place, then try again; texts stand in quotation marks, lists in "
            "brackets"
        ) from fault


def meant(key: str, known: Iterable[str]) -> str:
    """Return what to do about a key that is not known."""
    like = difflib.get_close_matches(key, known, 1)
    return f"did you mean {like[0]}?" if like else f"there are {', '.join(known)}"


def told(fault: str, settings: type[msgspec.Struct]) -> str:
    """Return what is wrong with which key, what was expected, and an example.

    Args:
        fault: The text of msgspec's `ValidationError`.
        settings: What the file is read as.
    """
    what, _, path = fault.partition(" - at `$")
    names = re.findall(r"\.(\w+)", path)
    whole = type_info(settings)
    place, form = _place(path, whole), form_at(whole, names)
    if unknown := re.search(r"unknown field `(.*)`", what):
        known = list(fields(form))
        like = difflib.get_close_matches(unknown[1], known, 1)
        guess = f"did you mean {like[0]}? " if like else ""
        return f"{place}there is no key {unknown[1]}: {guess}Keys are {', '.join(known)}"
    if missing := re.search(r"required field `(.*)`", what):
        return f"{place}{missing[1]} is missing; for example {example(form, missing[1])}"
    if odd := re.search(r"enum value (.*)", what):
        choices = ", ".join(map(str, form.cls)) if isinstance(form, EnumType) else ""
        return f"{place}{odd[1]} is none of {choices}; for example {example(form_at(whole, names[:-1]), names[-1])}"
    for theirs, ours in TYPES.items():
        what = what.replace(theirs, ours)
    what = what.replace("Expected", "expected is").replace(", got", ", and there is")
    owner = form_at(whole, names[:-1])
    return f"{place}{what}; for example {example(owner, names[-1])}"


def _place(path: str, whole: Type) -> str:
    """Return where something stands, as people write it: ``[[stand_ins]] 1: takes: ``."""
    texts: list[str] = []
    for name, number in re.findall(r"\.(\w+)|\[(\d+)\]", path):
        if name:
            texts.append(name)
        elif isinstance(form_at(whole, texts), StructType):  # one of several tables
            texts[-1] = f"[[{texts[-1]}]] {int(number) + 1}"
    return "".join(f"{text}: " for text in texts)


def form_at(whole: Type, names: Sequence[str]) -> Type:
    """Return the type of what stands under some keys, of its items where it is a list."""
    form = whole
    for name in names:
        form = plain(fields(form)[name].type) if name in fields(form) else form
        form = plain(form.item_type) if isinstance(form, ListType) else form
    return form


def plain(form: Type) -> Type:
    """Return a type without what is said of it."""
    return form.type if isinstance(form, Metadata) else form


def fields(form: Type) -> dict[str, msgspec.inspect.Field]:
    """Return the keys of a table; none of what is no table."""
    return {field.encode_name: field for field in form.fields} if isinstance(form, StructType) else {}


def example(form: Type, key: str) -> str:
    """Return a line that sets a key, as an example."""
    field = fields(form).get(key)
    examples = said_of(field).get("examples") if field is not None else None
    if examples:
        return f"{key} = {toml(examples[0])}"
    return f"[[{key}]]" if field is not None and isinstance(plain(field.type), ListType) else f"[{key}]"


def said_of(field: msgspec.inspect.Field) -> dict[str, Any]:
    """Return the description and the examples of a key."""
    return (field.type.extra_json_schema or {}) if isinstance(field.type, Metadata) else {}


def toml(value: Any) -> str:
    """Return a value as it is written in TOML."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {toml(one)}' for key, one in value.items())} }}" if value else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml, value))}]"
    return json.dumps(value, ensure_ascii=False)
