"""How much the catalogue of misconceptions says of mistakes that nobody has written it for.

    python -m benchmarks.unseen FOLDER --right RIGHT.py [--judged JUDGED.json] [--json FIGURES.json]

FOLDER holds a wrong function in each file ``<problem>__<number>.py``, whose first line is ``# MISTAKE: ...``: what its
author did wrong. RIGHT.py holds the other functions, right, with the caches that the wrong ones need. Each file is
marked in this process, so only code that you have read belongs there.

Whether what is said is true only a person can tell. JUDGED.json keeps it, for each file and each thing said: "true",
"coarse" (true, and less than the author says) or "wrong". What is not in it counts as not judged.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.results import Kind, ProblemResult, Verdict
from autograder.marking.problem import mark_problem
from autograder.testing.variants import VariantAccess

NAME = "rnn_captioning"
MISTAKE = "# MISTAKE: "
JUDGEMENTS = ("true", "coarse", "wrong", "not judged")
COLUMNS = ("problem", "files", "caught", "true", "coarse", "wrong", "not judged", "unnamed")


@dataclass(frozen=True)
class Unseen:
    """What was said of a wrong function.

    Attributes:
        file: The file's name, without its ending.
        mistake: What its author did wrong.
        failed: The failed tests of its problem, without their file.
        said: What was said: misconceptions and patterns by their names, each with its confidence and title.
        said_elsewhere: The same in the other problems.
        seconds: CPU seconds that marking its problem took.
    """

    file: str
    mistake: str
    failed: list[str]
    said: dict[str, str]
    said_elsewhere: dict[str, str]
    seconds: float

    @property
    def problem(self) -> str:
        """The problem that the function belongs to."""
        return self.file.rsplit("__", 1)[0]

    def judgement(self, judged: Mapping[str, Mapping[str, str]]) -> str:
        """Return how true it is what was said; one wrong name makes it wrong, one true name true."""
        if not self.failed:
            return "not caught"
        if not self.said:
            return "unnamed"
        found = {judged.get(self.file, {}).get(name, "not judged") for name in self.said}
        return next(one for one in ("wrong", "not judged", "true", "coarse") if one in found)


def examined(assignment: Assignment, file: Path, right: str) -> Unseen:
    """Mark a wrong function among right ones."""
    text = file.read_text(encoding="utf-8")
    problem = file.stem.rsplit("__", 1)[0]
    access = VariantAccess(assignment, "import numpy as np\n" + right + "\n" + text)
    results: dict[str, ProblemResult] = {}
    seconds = 0.0
    for name, one in assignment.problems.items():
        if not one.manual:
            before = time.process_time()
            results[name] = mark_problem(assignment, one, access, results)
            seconds = time.process_time() - before if name == problem else seconds
    own = results[problem]
    return Unseen(
        file=file.stem,
        mistake=text.splitlines()[0].removeprefix(MISTAKE),
        failed=[test.id.split("::")[1] for test in own.tests if test.verdict is not Verdict.PASSED],
        said=said(own),
        said_elsewhere={
            f"{name}: {key}": value for name in results if name != problem for key, value in said(results[name]).items()
        },
        seconds=seconds,
    )


def said(result: ProblemResult) -> dict[str, str]:
    """Return what a problem's diagnoses say, by name."""
    return {
        one.name if one.kind is Kind.MISCONCEPTION else f"{one.name} ({one.kind})": f"{one.confidence}: {one.title}"
        for one in result.diagnoses
    }


def table(found: list[Unseen], judged: Mapping[str, Mapping[str, str]], title: str) -> Table:
    """Return the counts by problem, and of all."""
    made = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    for column in COLUMNS:
        made.add_column(column, justify="left" if column == "problem" else "right")
    problems = list(dict.fromkeys(one.problem for one in found))
    for problem in [*problems, "all"]:
        counts = Counter(one.judgement(judged) for one in found if problem in (one.problem, "all"))
        files = sum(counts.values())
        shown = [files, files - counts["not caught"], *(counts[name] for name in JUDGEMENTS), counts["unnamed"]]
        made.add_row(problem, *map(str, shown), end_section=problem == problems[-1])
    return made


def listing(found: list[Unseen], judged: Mapping[str, Mapping[str, str]]) -> Table:
    """Return what was said of each file."""
    made = Table(box=SIMPLE_HEAD)
    for column in ("file", "mistake", "said", "judged", "failed tests"):
        made.add_column(column, overflow="fold")
    for one in found:
        names = "\n".join(f"{name}, {text}" for name, text in {**one.said, **one.said_elsewhere}.items())
        cells = (one.file, one.mistake, names, one.judgement(judged), ", ".join(one.failed))
        made.add_row(*map(Text, cells))
    return made


def main() -> None:
    """Mark the files of a folder, and print what was said of them."""
    parser = argparse.ArgumentParser(
        description="What the catalogue says of mistakes that it has not been written for."
    )
    parser.add_argument("folder", type=Path, help="a file <problem>__<number>.py for each wrong function")
    parser.add_argument("--right", type=Path, required=True, help="the other functions, right")
    parser.add_argument("--judged", type=Path, help="JSON: for each file, for each name said: true, coarse or wrong")
    parser.add_argument("--json", type=Path, help="where everything is written to")
    parser.add_argument("--counts-only", action="store_true", help="print the table alone")
    options = parser.parse_args()
    assignment = Assignment(Course(Path(__file__).resolve().parents[1]), NAME)
    judged: dict[str, dict[str, str]] = json.loads(options.judged.read_text("utf-8")) if options.judged else {}
    right = options.right.read_text(encoding="utf-8")
    found = [examined(assignment, file, right) for file in sorted(options.folder.glob("*__*.py"))]
    figures: list[dict[str, Any]] = [asdict(one) for one in found]
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    console = Console()
    if not options.counts_only:
        console.print(listing(found, judged))
    console.print(table(found, judged, str(options.folder)))


if __name__ == "__main__":
    main()
