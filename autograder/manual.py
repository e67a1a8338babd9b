"""Shows the kit's documentation wherever the kit is installed: `autograder docs`."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from autograder.course.course import CourseError
from autograder.course.paths import KIT_ROOT

DISTRIBUTION = "notebook-autograder"
# Where pyproject.toml puts the pages, below the environment's folder of data.
INSTALLED = "share/doc/notebook-autograder"


def pages() -> dict[str, Path]:
    """Return the pages by name, those for a role first: of the checkout that this is, else of the installed kit.

    Raises:
        CourseError: The kit was installed without them.
    """
    if (KIT_ROOT / "docs" / "instructor.md").is_file():
        found = [*(KIT_ROOT / "docs").glob("*.md"), *(KIT_ROOT / "docs" / "reference").glob("*.md")]
    else:
        try:
            held = files(DISTRIBUTION) or []
        except PackageNotFoundError:
            held = []
        found = [
            Path(str(one.locate())).resolve() for one in held if INSTALLED in one.as_posix() and one.suffix == ".md"
        ]
    if not found:
        raise CourseError(
            "this kit was installed without its documentation: install its wheel again, or read it online"
        )
    return {file.stem: file for file in sorted(found, key=lambda file: (file.parent.name == "reference", file.stem))}


def show_docs(page: str | None) -> None:
    """Print one page, or the list of all.

    Raises:
        CourseError: There is no such page.
    """
    found = pages()
    if page is None:
        width = max(map(len, found))
        for name, file in found.items():
            title = file.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
            print(f"{name:{width}}  {title}")
        print(f"\nThey lie in {next(iter(found.values())).parent}; `autograder docs PAGE` shows one.")
        return
    name = page.rpartition("/")[2].partition("#")[0].removesuffix(".md")
    if name not in found:
        raise CourseError(f"there is no page {page!r}: `autograder docs` lists them")
    text = found[name].read_text(encoding="utf-8")
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.markdown import Markdown

        Console().print(Markdown(text))
    else:
        print(text, end="")
