"""Wrong variants of the solution: the catalogue's misconceptions, and the odd answers in the folder wrong/."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from autograder.course.paths import ASSIGNMENTS

HERE = Path(__file__).parent
CATALOGUE = ASSIGNMENTS / "rnn_captioning" / "misconceptions"
# Hidden tests of a backward function call the forward function too, and must not mark it once more.
PAIRED = {
    "rnn_step_forward": ["rnn_step_backward", "rnn_backward"],
    "rnn_forward": ["rnn_backward"],
    "word_embedding_forward": ["word_embedding_backward"],
}


@dataclass(frozen=True)
class Wrong:
    """A file with a wrong variant of one problem.

    Attributes:
        problem: The problem.
        name: Of the variant, unique in its problem.
        file: Its code.
    """

    problem: str
    name: str
    file: Path

    @property
    def id(self) -> str:
        """Problem and name."""
        return f"{self.problem}__{self.name}"

    @property
    def code(self) -> str:
        """What a student would have written of the file: its functions, and the imports of theirs."""
        text = self.file.read_text(encoding="utf-8")
        kept = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef | ast.Import)]
        return "\n\n\n".join(str(ast.get_source_segment(text, node)) for node in kept) + "\n"

    def check(self, marks, loses):
        """Check that a hand-in with this variant has lost its shares in its problem, and nothing in any other.

        Args:
            marks: What it got in some problems.
            loses: The shares.
        """
        assert marks.lost == {self.problem: loses}, marks.messages
        assert "grader_error" not in marks.verdicts.values()


CATALOGUED = [Wrong(file.parent.name, file.stem, file) for file in sorted(CATALOGUE.glob("*/*.py"))]
ODD = [
    Wrong(problem, name, file)
    for file in sorted((HERE / "wrong").glob("*.py"))
    for problem, name in [file.stem.split("__")]
]
WRONG = {variant.id: variant for variant in (*CATALOGUED, *ODD)}
