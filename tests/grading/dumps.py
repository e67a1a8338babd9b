"""What a gradebook and folders hold, in a form in which two of them can be compared."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from nbgrader.api import Base, Gradebook
from sqlalchemy import create_engine, insert, select, text


def dump(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return what a gradebook holds, by table: rows in order, with names in the place of keys that are made up."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in Base.metadata.sorted_tables
        }
        version = connection.execute(text("SELECT version_num FROM alembic_version")).all()
    engine.dispose()
    names = names_of(rows)
    shown_rows = {table: sorted((shown(row, names) for row in found), key=repr) for table, found in rows.items()}
    return {**shown_rows, "alembic_version": [tuple(row) for row in version]}


def copy_gradebook(source: str, target: str) -> None:
    """Copy a gradebook to a database that is empty."""
    with Gradebook(target, ""):  # which makes the tables
        pass
    engines = create_engine(source), create_engine(target)
    with engines[0].connect() as here, engines[1].begin() as there:
        for table in Base.metadata.sorted_tables:
            rows = [dict(row) for row in here.execute(select(table)).mappings()]
            if rows:
                there.execute(insert(table), rows)
    for engine in engines:
        engine.dispose()


def names_of(rows: dict[str, list[dict[str, Any]]]) -> dict[str, str]:
    """Return what stands for each key: the names that lead to it."""
    names: dict[str, str] = {}
    for table in ("assignment", "notebook", "base_cell", "submitted_assignment", "submitted_notebook"):
        for row in rows[table]:
            above = [
                names.get(row[key], row[key]) for key in ("assignment_id", "notebook_id", "student_id") if key in row
            ]
            names[row["id"]] = "/".join([table, *above, row.get("name") or "", row.get("type") or ""])
    return names


def shown(row: dict[str, Any], names: dict[str, str]) -> tuple[Any, ...]:
    """Return a row with names in the place of keys; a key that has no name is left out."""
    row = {column: names.get(value, value) if isinstance(value, str) else value for column, value in row.items()}
    return tuple((column, value) for column, value in row.items() if column != "id" or not made_up(value))


def made_up(key: str) -> bool:
    """Return whether a key is one of nbgrader's random ones."""
    return len(key) == 32 and set(key) <= set("0123456789abcdef")


def files_of(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return the modes and bytes of all files below a folder, and of folders that are not empty."""
    return {
        str(path.relative_to(folder)): (
            path.lstat().st_mode,
            path.read_bytes() if path.is_file() and not path.is_symlink() else b"",
        )
        for path in folder.rglob("*")
        if not path.is_dir() or path.is_symlink() or any(path.iterdir())
    }


def new_database(url: str) -> str:
    """Make a database on a server and return its address."""
    name = f"class_{secrets.token_hex(4)}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return url.replace("/postgres?", f"/{name}?")


def differences(mine: Any, nbgraders: Any) -> list[tuple[str, str, Any, Any]]:
    """Return what differs, in a form that a failed test can show."""
    found = []
    for part in ("gradebook", "files", "refused", "records"):
        one, other = getattr(mine, part), getattr(nbgraders, part)
        for key in sorted({*one, *other}):
            left, right = one.get(key), other.get(key)
            if left != right and part == "gradebook":
                left, right = (
                    [row for row in a or [] if row not in (b or [])] for a, b in ((left, right), (right, left))
                )
            if left != right:
                found.append((part, key, left, right))
    return found
