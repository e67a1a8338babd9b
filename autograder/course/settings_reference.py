"""Makes what tells authors the keys of ``assignment.toml``: the schema for their editors, and the tables in the docs.

``python -m autograder.course.settings_reference`` writes both.
"""

from __future__ import annotations

import inspect
import json
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec.inspect import ListType, StructType, type_info

from autograder.course.assignment_settings import FILE, AssignmentSettings
from autograder.course.paths import KIT_ROOT
from autograder.course.settings_words import example, fields, form_at, plain, said_of, toml

SCHEMA_FILE = Path(__file__).with_name("assignment.schema.json")
PAGE = KIT_ROOT / "docs" / "reference" / "assignment-toml.md"
# The tables stand between this line and the end of the page.
BELOW = "<!-- made by python -m autograder.course.settings_reference -->\n"
WHOLE = type_info(AssignmentSettings)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the settings."""
    described = msgspec.json.schema(AssignmentSettings)
    for definition in described["$defs"].values():
        definition["description"] = inspect.cleandoc(definition.get("description", ""))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FILE, **described}


def tables() -> str:
    """Return all keys, in a Markdown table for each table of the file."""
    texts = []
    for title, table in _tables():
        rows = [_row(table, key, field) for key, field in fields(table).items()]
        head = [f"## {title}", "", inspect.cleandoc(table.cls.__doc__ or ""), ""]
        texts.append("\n".join([*head, "| key | is | left out | example |", "| --- | --- | --- | --- |", *rows]))
    return "\n\n".join(texts) + "\n"


def page(now: str) -> str:
    """Return the page of all keys.

    Args:
        now: The page as it is; what stands above the tables is kept.
    """
    return f"{now.partition(BELOW)[0]}{BELOW}\n{tables()}"


def explained(values: dict[str, Any]) -> str:
    """Return an ``assignment.toml`` in which each key is explained, and those that are left out are comments.

    Args:
        values: The keys that are set.
    """
    texts = [f"#:schema ../{SCHEMA_FILE.name}", *_comment(inspect.cleandoc(AssignmentSettings.__doc__ or "")), ""]
    for title, table in _tables():
        whole = table == WHOLE
        texts += [] if whole else [*_comment(_described(title.strip("`[]"))), f"# {title.strip('`')}"]
        for key, field in fields(table).items():
            if isinstance(form_at(WHOLE, [key]), StructType) and whole:
                continue
            texts += _comment(said_of(field).get("description", ""))
            texts += [f"{key} = {toml(values[key])}" if whole and key in values else f"# {example(table, key)}"]
            texts += [""] if whole else []
        texts += [] if whole else [""]
    return "\n".join(texts).rstrip() + "\n"


def _described(key: str) -> str:
    text: str = said_of(fields(WHOLE)[key]).get("description", "")
    return text


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text.replace("`", ""), 110, initial_indent="# ", subsequent_indent="# ")


def _tables() -> Iterator[tuple[str, StructType]]:
    """Yield the file's own keys, and the tables below them, by title."""
    for key, field in {"": None, **fields(WHOLE)}.items():
        table = form_at(WHOLE, [key])
        if isinstance(table, StructType) and (field is None or table != WHOLE):
            several = field is not None and isinstance(plain(field.type), ListType)
            yield ("Keys of the file" if field is None else f"`[[{key}]]`" if several else f"`[{key}]`"), table


def _row(table: StructType, key: str, field: msgspec.inspect.Field) -> str:
    made = field.default_factory is not msgspec.NODEFAULT
    default = field.default_factory() if made else field.default
    left_out = f"`{toml(default)}`" if default and isinstance(default, list | str) else "nothing"
    return (
        f"| `{key}` | {said_of(field).get('description', '')} | {'must be given' if field.required else left_out} "
        f"| `{example(table, key)}` |"
    )


if __name__ == "__main__":
    SCHEMA_FILE.write_text(json.dumps(schema(), indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
