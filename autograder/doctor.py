"""Shows which level of the sandbox this machine offers, what is missing, and what to do: `autograder doctor`."""

from __future__ import annotations

import contextlib
from pathlib import Path

from jupyter_core.paths import jupyter_config_path
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.course.course import PUBLIC_SALT, SALT_FILE, SALT_VARIABLE, Course
from autograder.kernel.sandbox.levels import Level, ProbeResult, UnsupportedSystemError, best, probe

CONCLUSIONS = {
    Level.FULL: "Level full: student code runs in a root, a network and a process list of its own, without privileges.",
    Level.NO_USERNS: (
        "Level no-userns: student code can start no process, open no connection and read no file but Python's; but it"
        " sees which files exist, and all that it writes together is bounded only by the grader's looking after it."
        " Marking hand-ins here has to be allowed by --allow-weaker-isolation."
    ),
    Level.OFF: (
        "Level off: student code can do whatever the grader can. Mark only code that you trust here, and allow it by"
        " --allow-weaker-isolation."
    ),
}
SETTINGS = "jupyter_server_config.json"
JUPYTER = (
    "Jupyter in this environment does not have the kit's settings: what students handed in would be opened live as you."
    " Run make again, or copy autograder/nbgrader_plugins/jupyter/jupyter_server_config.json to etc/jupyter/ of this"
    " environment."
)


def check_machine(course: Course | None, console: Console | None = None) -> bool:
    """Print what was tried on this machine and how it went.

    Args:
        course: The course whose salt is checked; none when None.
        console: Where to print; None for the terminal.

    Returns:
        Whether level full is available.
    """
    console = console or Console()
    steps, level = probe(), None
    with contextlib.suppress(UnsupportedSystemError):  # what there is to say of that stands in its step
        level = best()
    console.print(table_of(steps))
    for step in causes(steps):
        console.print(Text(f"{step.name}: {step.outcome}.", style="bold"))
        console.print(Text(f"{step.remedy}\n"))
    if level is not None:
        console.print(Text(CONCLUSIONS[level], style="green" if level is Level.FULL else "yellow"))
    if not has_settings():
        console.print(Text(JUPYTER, style="yellow"))
    if course is not None and course.salt == PUBLIC_SALT:
        console.print(Text(salt_warning(course), style="yellow"))
    return level is Level.FULL


def has_settings() -> bool:
    """Return whether the Jupyter servers of this environment know the kit's kernels."""
    files = [Path(folder) / SETTINGS for folder in jupyter_config_path()]
    return any(
        b"autograder.nbgrader_plugins.classroom_kernels" in file.read_bytes() for file in files if file.is_file()
    )


def causes(steps: tuple[ProbeResult, ...]) -> list[ProbeResult]:
    """Return the steps that failed by themselves, and not only because an earlier step did."""
    found: list[ProbeResult] = []
    for step in steps:
        if not step.works and not any(cause.outcome in step.outcome for cause in found):
            found.append(step)
    return found


def table_of(steps: tuple[ProbeResult, ...]) -> Table:
    """Return a table with a line for each thing that was tried."""
    table = Table(box=SIMPLE_HEAD)
    table.add_column("tried")
    table.add_column("here", no_wrap=True)
    table.add_column("needed for", no_wrap=True)
    for step in steps:
        # Outcomes hold paths, which are never read as markup.
        here = Text("works" if step.works else "FAILS", style="green" if step.works else "red")
        table.add_row(Text(step.name), here, ", ".join(step.needed_for))
    return table


def salt_warning(course: Course) -> str:
    """Return what to do about a salt that everybody knows."""
    return (
        "The hidden tests' inputs come from the public salt, so anyone can compute them: good for the demo, not for"
        f" marks. Write a secret line into {course.root / SALT_FILE} (python -c 'import secrets;"
        f" print(secrets.token_hex(16))' makes one) or set {SALT_VARIABLE}, and keep it for the whole course."
    )
