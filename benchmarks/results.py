"""Where benchmarks leave their figures: one JSON file with a section for each of them; and how aims are shown."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table

from autograder import __version__

FILE = Path(__file__).with_name("results") / "bench.json"


@dataclass(frozen=True)
class Aim:
    """Something that was aimed at, and what came of it.

    Attributes:
        what: What is measured.
        wanted: The bound, in words.
        measured: The figure, in words.
        met: Whether it is within the bound; None when it was not measured.
    """

    what: str
    wanted: str
    measured: str
    met: bool | None


def at_least(what: str, bound: float, figure: float | None, form: str = "{:.2f}") -> Aim:
    """Return an aim with a lower bound, shown in a form."""
    return _aim(what, f"at least {form.format(bound)}", figure, form, figure is not None and figure >= bound)


def at_most(what: str, bound: float, figure: float | None, form: str = "{:.2f}") -> Aim:
    """Return an aim with an upper bound, shown in a form."""
    return _aim(what, f"at most {form.format(bound)}", figure, form, figure is not None and figure <= bound)


def _aim(what: str, wanted: str, figure: float | None, form: str, met: bool) -> Aim:
    if figure is None:
        return Aim(what, wanted, "not measured", None)
    return Aim(what, wanted, form.format(figure), met)


def aims_table(aims: list[Aim]) -> Table:
    """Return a table of aims."""
    table = Table("", "aim", "measured", "met?", title="Aims", title_justify="left", box=SIMPLE_HEAD)
    for aim in aims:
        table.add_row(aim.what, aim.wanted, aim.measured, {True: "yes", False: "no", None: "-"}[aim.met])
    return table


def add_json(options: argparse.ArgumentParser) -> None:
    """Add the option that says where figures are left."""
    options.add_argument("--json", type=Path, default=FILE, metavar="FILE", help=f"figures go there (default: {FILE})")


def save(file: Path, section: str, figures: Mapping[str, Any], aims: list[Aim] | None = None) -> None:
    """Put a section into a file of figures, in place of the one that it has of this name."""
    held: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    entry = {"measured": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine(), **figures}
    if aims is not None:
        entry["aims"] = [asdict(aim) for aim in aims]
    held[section] = entry
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".tmp")
    draft.write_text(json.dumps(held, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(file)


def machine() -> dict[str, Any]:
    """Return what figures depend on."""
    return {
        "cores": cores(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "kit": __version__,
    }


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
